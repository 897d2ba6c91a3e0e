"""Reads decisions.xlsx: what the office decided, line by line, and what it should mend in the book.

A line in which something is wrong costs itself only, and is told with its row and cell; nothing of it concerns a branch.
"""

import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from pledgebatch.intake.office_tables import open_office_book, read_office_table, unreadable
from pledgebatch.readers.book import Book
from pledgebatch.readers.file_types import Unreadable
from pledgebatch.rules.book import BY_CODE
from pledgebatch.rules.machinery.cells import short
from pledgebatch.rules.office.registry import Found, alike_together, remark
from pledgebatch.schema.decisions import (
    CORRECTIONS,
    DECISION_SHEETS,
    FILES,
    NOTHING_THERE,
    PLACED,
    SAYS_WHOSE,
    Decisions,
)
from pledgebatch.schema.fields import Field, Kind, Sheet
from pledgebatch.schema.frames import REMARK, as_declared, frame
from pledgebatch.schema.kinds import CELL, RAW, explain, understand
from pledgebatch.schema.sheets import BY_KEY, SHEETS
from pledgebatch.schema.states import Severity
from pledgebatch.schema.texts import squeeze

CALLED = "办公室的决定"
SO = "，这一行没有采用"
ORGANISATIONS = ("unit_code", "belongs_to", "from_code", "to_code")
"""The fields that hold the code of an organisation."""
ONE_OF = {
    "explanations": ("decision",),
    "corrections": ("corrected",),
    "files": ("belongs_to", "decision"),
    "extensions": ("until",),
    "transfers": ("decision",),
}
"""By sheet what a line decides of whatever its other ``known_by`` name: two lines may not decide it otherwise."""
TWO_YEARS = (2010, 2011)


def read_decisions(path: Path, registered: Collection[str]) -> Decisions:
    """What the book at ``path`` decides, of the organisations ``registered``; nothing where there is no such book.

    Raises OfficeMistake where it cannot be read at all.
    """
    if not path.is_file():
        return Decisions()
    book = open_office_book(path, CALLED)
    frames: dict[str, pd.DataFrame] = {}
    remarks: list[pd.DataFrame] = []
    names = {squeeze(sheet.name) for sheet in DECISION_SHEETS}
    for sheet in DECISION_SHEETS:
        others = {tab for tab in book.sheets if squeeze(tab) in names - {squeeze(sheet.name)}}
        try:
            rows, found = _lines_of(sheet, book, path, others, registered)
        except Unreadable as why:
            raise unreadable(f"{CALLED} {path.name}", why) from None
        remarks += found
        if rows is not None:
            frames[sheet.key] = rows
    together = as_declared(pd.concat(remarks, ignore_index=True), REMARK) if remarks else frame(REMARK, [])
    return Decisions(**frames, remarks=together, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def _lines_of(
    sheet: Sheet, book: Book, path: Path, others: Collection[str], registered: Collection[str]
) -> tuple[pd.DataFrame | None, list[pd.DataFrame]]:
    """The lines of a sheet that hold, and remarks on the others."""
    table = read_office_table(sheet, book, path, others)
    if table is None:
        message = f"缺少工作表“{sheet.name}”，其中的决定都不起作用；请恢复它的名称和表头"
        line: dict[str, object] = {
            "file": path.name,
            "sheet": sheet.name,
            "severity": str(Severity.NOTICE),
            "message": message,
        }
        return None, [frame(REMARK, [line])]
    rows = table.rows
    for each in sheet.fields:
        if each.key + CELL not in rows:  # a column that is lacking, and need not be there
            rows = rows.assign(**{each.key + CELL: pd.Series(pd.NA, index=rows.index, dtype="str")})
            rows[each.key + RAW] = rows[each.key + RAW].fillna("")
    found = [*_flaws(rows, sheet), *_strangers(rows, sheet, registered)]
    rows, misplaced = _place(rows, sheet)
    found += misplaced
    if sheet is CORRECTIONS:
        found += _cannot_stand(rows)
    flawed = {index for index, _ in found}
    found += _contradictions(rows[~rows.index.isin(list(flawed))], sheet)
    kept = rows[~rows.index.isin([index for index, _ in found])]
    return kept.reset_index(drop=True), [frame(REMARK, list(table.remarks)), alike_together(found, rows, sheet)]


def _flaws(rows: pd.DataFrame, sheet: Sheet) -> Iterator[Found]:
    """What is blank and may not be, or says nothing that its field can hold."""
    for field in sheet.fields:
        key, header = field.key, field.header
        for index, value, raw in rows[[key, key + RAW]].itertuples(name=None):
            if not isinstance(raw, str):
                yield remark(index, key, "", f"“{header}”读不出来（错误值，或没有结果的公式）{SO}，请改填文字")
            elif not raw and field.required:
                yield remark(index, key, "", f"“{header}”未填写{SO}，请补填")
            elif raw and pd.isna(value):
                yield remark(index, key, raw, f"“{header}”填的“{short(raw)}”不能识别{SO}；{explain(field, raw)}")
            elif raw and _lacks_year(field, raw):
                yield remark(index, key, raw, f"“{header}”填的“{short(raw)}”没有写年份{SO}，请写全，如 2011-03")


def _lacks_year(field: Field, raw: str) -> bool:
    """Whether a day or a month says another thing in another year."""
    if field.kind not in (Kind.MONTH, Kind.DATE):
        return False
    first, second = (understand(field, raw, year) for year in TWO_YEARS)
    return bool(first != second)


def _strangers(rows: pd.DataFrame, sheet: Sheet, registered: Collection[str]) -> Iterator[Found]:
    """Organisations and rules that there are not."""
    for key in (key for key in ORGANISATIONS if key in sheet.by_key):
        strange = rows[key].notna() & ~rows[key].isin(list(registered))
        for index, raw in rows.loc[strange, key + RAW].items():
            yield remark(index, key, raw, f"“{sheet[key].header}”的“{short(raw)}”不在单位名册中{SO}，请改正")
    if "rule" in sheet.by_key:
        for index, raw in rows.loc[rows["rule"].notna() & ~rows["rule"].isin(list(BY_CODE)), "rule" + RAW].items():
            yield remark(index, "rule", raw, f"没有编号为“{short(raw)}”的规则{SO}，请按 pledgebatch rules 所列改正")
    if "to_code" in sheet.by_key:
        for index, raw in rows.loc[rows["from_code"] == rows["to_code"], "to_code" + RAW].items():
            yield remark(index, "to_code", raw, f"转出、转入是同一个组织{SO}，请改正")


def _place(rows: pd.DataFrame, sheet: Sheet) -> tuple[pd.DataFrame, list[Found]]:
    """The rows with blank texts filled, and with the keys of the sheet and the field that they name."""
    texts = {each.key: rows[each.key].fillna("") for each in sheet.fields if rows[each.key].dtype == "str"}
    for key in ("value", "corrected"):
        if key in texts:
            texts[key] = texts[key].mask(texts[key].map(squeeze) == squeeze(NOTHING_THERE), "")
    rows = rows.assign(**texts)
    if "sheet" not in sheet.by_key:
        return rows, []
    found: list[Found] = []
    keys: list[tuple[str, str]] = []
    for index, name, header in rows[["sheet", "field"]].itertuples(name=None):
        declared = next((each for each in SHEETS if squeeze(each.name) == squeeze(name)), None)
        meant = (
            next((each for each in declared.fields if squeeze(each.header) == squeeze(header)), None)
            if declared
            else None
        )
        keys.append((declared.key if declared else "", meant.key if meant else ""))
        if name and declared is None:
            found.append(remark(index, "sheet", name, f"没有名为“{short(name)}”的工作表{SO}，请照工作簿填表名"))
        elif header and declared and meant is None:
            message = f"《{declared.name}》没有“{short(header)}”这一栏{SO}，请照工作簿填表头"
            found.append(remark(index, "field", header, message))
    columns = zip(*keys, strict=True) if keys else ((), ())
    placed = {name: pd.Series(own, index=rows.index, dtype="str") for name, own in zip(PLACED, columns, strict=True)}
    return rows.assign(**placed), found


def _cannot_stand(rows: pd.DataFrame) -> Iterator[Found]:
    """Corrections that no cell can take: laid over, what the office typed would be a finding of the branch."""
    for index, line in zip(rows.index, rows.to_dict("records"), strict=True):
        if not line["field_key"] or pd.isna(line["from_period"]):
            continue
        field, text = BY_KEY[line["sheet_key"]][line["field_key"]], line["corrected"]
        if (line["sheet_key"], field.key) in SAYS_WHOSE:
            message = f"“{field.header}”不能更正：一份文件是谁的、哪个月的，请填在《{FILES.name}》{SO}"
            yield remark(index, "field", _text(line["field" + RAW]), message)
        elif text and understand(field, text, int(line["from_period"]) // 12) is None:
            message = f"“{field.header}”改为“{short(text)}”，仍不能识别{SO}；{explain(field, text)}"
            yield remark(index, "corrected", _text(line["corrected" + RAW]), message)


def _contradictions(rows: pd.DataFrame, sheet: Sheet) -> Iterator[Found]:
    """Lines of which another says something else of the same: neither holds."""
    decided = ONE_OF.get(sheet.key, ())
    if not decided or rows.empty:
        return
    subject = [key for key in sheet.known_by if key not in decided]
    if "decision" in sheet.by_key:
        rows = rows[rows["decision"] != ""]
    for _, same in rows.groupby(subject, sort=False, dropna=False):
        if len(same) > 1 and len(same.drop_duplicates(list(decided))) > 1:
            listed = "、".join(map(str, same["row"]))
            for index, raw in same[decided[-1] + RAW].items():
                message = f"第 {listed} 行说的是同一件事，决定却不一样，都没有采用，请只留一行"
                yield remark(index, decided[-1], _text(raw), message)


def _text(raw: Any) -> str:
    return raw if isinstance(raw, str) else ""
