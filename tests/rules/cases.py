"""Examples made real: the workbooks that an example of the rule book describes, written, read and checked."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from pledgebatch.intake.batch import CHANGED, FILE, ROWS_READ, SKIPPED, Batch, read_batch
from pledgebatch.intake.cell_problems import OBSCURED
from pledgebatch.intake.find import find
from pledgebatch.intake.identity import identify_submissions
from pledgebatch.intake.registry import read_registry
from pledgebatch.months.archive import in_ledger
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period, Stage, stages_due
from pledgebatch.pipeline.month import check_month
from pledgebatch.pipeline.part import Judged, judge_part
from pledgebatch.rules.book import RULES
from pledgebatch.rules.machinery.examples import Example
from pledgebatch.schema.columns import Column, whole_array
from pledgebatch.schema.deadlines import deadline
from pledgebatch.schema.fields import Field, Sheet
from pledgebatch.schema.frames import EXTRA, LAYOUT, History, Month, Tables, empty, frame
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import BY_KEY, SHEETS, TABLES, TEMPLATE_VERSION
from pledgebatch.workbooks.form import FORM_ROWS
from pledgebatch.workbooks.registry_book import write_registry
from pledgebatch.workbooks.table import HEADER, START
from pledgebatch.workbooks.workbook import write_workbook
from tests import books

OTHER = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "relation": "指导"}
OTHER_NAMES = {"李明": "孙伟", "王芳": "陈静", "赵强": "何勇"}
OTHER_TEXTS = {
    "Z1": "每季度开一次读书交流会，全年4次", "Z2": "教研组长每月检查教案12份并逐份批注", "Z3": "在操场东侧加装4盏照明灯",
    "D1甲": "4月起每月写一篇学习笔记，全年9篇", "D1乙": "每两周参加一次备课组讨论，全年16次", "D1丙": "11月底前走访30户学生家庭",
    "D2甲": "每周三清点班级图书角，缺书三天内补齐", "D2乙": "带2名新教师，每月互听互评4节课", "D2丙": "9月底前办一期15人的书法兴趣班",
}  # fmt: skip
EARLIER_TEXTS = {"Z1": "每月更换一次公开栏，全年不少于9次", "Z2": "支委与每名青年教师谈心2次", "Z3": "把4间教室的黑板换成护眼绿板",
                 "D1甲": "10月底前给学生讲3次校史", "D1乙": "每周巡查食堂2次并记入台账", "D1丙": "每月8日答复校长信箱来信",
                 "D2甲": "值周期间每天7点到校，全学期不迟到", "D2乙": "给缺课的学生当面补课20节", "D2丙": "12月底前录制8段微课视频"}  # fmt: skip
"""Right pledges of the other organisation, and of the year before: no two alike."""
IN_2010 = {"2011-02": "2010-10", "2011-03": "2010-11", "2011-05": "2010-11", "2011-06": "2010-12", "2011-10": "2010-12", "5月底前": "12月20日前",
           "2011": "2010"}  # fmt: skip
ACROSS = {rule.code for rule in RULES if rule.across}
SENT_FIRST, SENT_SECOND = 1_300_000_000, 1_300_000_100


LAID_OUT = frame(
    LAYOUT,
    [
        {
            "sheet": sheet.key,
            "field": field.key,
            "column": 2 if sheet.form else place,
            "row": FORM_ROWS[field.key] + 1 if sheet.form else None,
        }
        for sheet in SHEETS
        for place, field in enumerate(sheet.fields, 1)
    ],
)
"""Where the fields stand in a workbook that nobody altered."""


def findings_of(example: Example, folder: Path) -> set[tuple[str, str, str, str]]:
    """Rule, severity, organisation and cell of every finding that an example brings."""
    found = consolidated(example, folder).findings[["rule", "severity", "organisation", "cell"]].fillna("")
    return set(found.itertuples(index=False, name=None))


def expected(example: Example) -> set[tuple[str, str, str, str]]:
    """The findings that an example promises, as ``told`` gives them."""
    return {_promise(example, each) for each in example.findings}


def is_of_one(example: Example) -> bool:
    """Whether an example is about what one organisation typed, and not about files, forms, or others."""
    whole = {"file", "form", "other", "registered"}
    months = [example.changes, *(example.changes.get(when, {}) for when in ("last", "earlier", "last_year"))]
    named = any({"unit_code", "org_name"} & month.get("organisations", {}).keys() for month in months)
    return not (named or any(whole & month.keys() for month in months) or example.rule in ACROSS)


def changed_fields(example: Example) -> Iterator[Field]:
    """The fields that an example changes in its own month."""
    for key, edits in example.changes.items():
        if key in BY_KEY:
            rows = [edits] if BY_KEY[key].form else [edit for edit in edits.values() if isinstance(edit, dict)]
            yield from (BY_KEY[key][field] for row in rows for field in row if field != "like")


def findings_of_each(examples: Sequence[Example], folder: Path) -> list[set[tuple[str, str, str, str]]]:
    """What ``told`` gives for each of ``examples`` that ``is_of_one``: those of a kind of month are judged in one, each
    as an organisation of its own, from typed frames and without a file. No rule looks across them."""
    kinds: dict[str, list[int]] = {}
    for number, example in enumerate(examples):
        kinds.setdefault(f"{example.period} {_before(example).keys()} {example.changes.get('parameters')}", []).append(
            number
        )
    found: list[set[tuple[str, str, str, str]]] = [set() for _ in examples]
    for numbers in kinds.values():
        some = [examples[number] for number in numbers]
        period, parameters = Period.parse(some[0].period), Parameters(**some[0].changes.get("parameters", {}))
        before = {
            name: in_ledger(_judged([each.changes[name] for each in some], when, Parameters(), History(), folder)[1])
            for name, when in _before(some[0]).items()
        }
        judged, _ = _judged([each.changes for each in some], period, parameters, History(**before), folder)
        places = judged.findings[["rule", "severity", "organisation", "cell"]].fillna("")
        for rule, severity, organisation, cell in places.itertuples(index=False, name=None):
            found[numbers[int(organisation[1:])]].add((rule, severity, "S1", cell))
    return found


def _judged(
    changes: Sequence[Mapping[str, Any]], period: Period, parameters: Parameters, before: History, folder: Path
) -> tuple[Judged, Tables]:
    """A month in which each of ``changes`` is what one organisation typed: S0, S1 and so on."""
    codes = [f"S{number}" for number in range(len(changes))]
    typed = [_typed(each, period, code) for each, code in zip(changes, codes, strict=True)]
    files = [
        {"submission": number, "file": f"{code}/{_name(lines['organisations'][0], period)}", "sha256": code, "size": 1,
         "received": "", "hidden_code": code, "hidden_period": str(period), "template_version": TEMPLATE_VERSION}
        for number, (code, lines) in enumerate(zip(codes, typed, strict=True))
    ]  # fmt: skip
    batch = Batch(
        files=frame(FILE, files),
        tables={sheet.key: _rows(sheet, [lines[sheet.key] for lines in typed], period.year) for sheet in SHEETS},
        layout=pd.concat([LAID_OUT.assign(submission=number) for number in range(len(codes))]).astype(LAYOUT),
        rows_read=empty(ROWS_READ),
        changes=empty(CHANGED),
        extras=empty(EXTRA),
        obscured=empty(OBSCURED),
        skipped=empty(SKIPPED),
    )
    superior, own = (books.REGISTRY[books.REGISTRY["unit_code"] == code] for code in ("P0", "S1"))
    write_registry(folder / "registry.xlsx", pd.concat([superior, *(own.assign(unit_code=code) for code in codes)]))
    registry, _ = read_registry(folder / "registry.xlsx")
    return judge_part(batch, identify_submissions(batch, registry, period), registry, period, parameters, before)


def _typed(changes: Mapping[str, Any], period: Period, code: str) -> dict[str, list[dict[str, str]]]:
    """The rows of every sheet as an example changes them."""
    answers = right_answers(period) | {"unit_code": code} | changes.get("organisations", {})
    tables = {sheet.key: changed_rows(sheet.key, changes, period).values() for sheet in TABLES}
    # A row with its number alone is none: intake drops it.
    read = {
        key: [row for row in rows if any(row[field] for field in row if field != BY_KEY[key].number)]
        for key, rows in tables.items()
    }
    return {"organisations": [answers], **read}


def _rows(sheet: Sheet, typed: Sequence[Sequence[Mapping[str, str]]], year: int) -> pd.DataFrame:
    """The typed frame of a sheet, from the rows of each organisation as texts."""
    columns = {field.key: Column(field) for field in sheet.fields}
    numbers, rows = [], []
    for number, lines in enumerate(typed):
        numbers += [number] * len(lines)
        rows += [None if sheet.form else START + place for place in range(1, len(lines) + 1)]
        for key, column in columns.items():
            if lines:
                column.add([line.get(key, "") for line in lines], year)
    arrays = {"submission": whole_array(numbers), "row": whole_array(rows)}
    for key, column in columns.items():
        arrays[key], arrays[key + RAW] = column.arrays()
    return pd.DataFrame(arrays)


def _before(example: Example) -> dict[str, Period]:
    """The months before that an example has."""
    period = Period.parse(example.period)
    whens = {
        "last": Period.of_ordinal(period.ordinal - 1),
        "earlier": Period.of_ordinal(period.ordinal - 2),
        "last_year": Period(period.year - 1, 12),
    }
    return {name: when for name, when in whens.items() if name in example.changes}


def consolidated(example: Example, folder: Path) -> Month:
    """The month that an example describes."""
    before = {
        name: in_ledger(_month(example.changes[name], when, folder / name, History()).tables)
        for name, when in _before(example).items()
    }
    return _month(example.changes, Period.parse(example.period), folder, History(**before))


def _month(changes: Mapping[str, Any], period: Period, folder: Path, before: History) -> Month:
    inbox = folder / "inbox"
    inbox.mkdir(parents=True)
    _send(inbox, changes, period, SENT_FIRST)
    other = changes.get("other")
    if isinstance(other, dict):
        _send(inbox, other, period, SENT_SECOND, second=True)
    registered = changes.get("registered", ["S1", "S2"] if other is not None else ["S1"])
    registry = books.REGISTRY[books.REGISTRY["unit_code"].isin(["P0", *registered])]
    write_registry(folder / "registry.xlsx", registry)
    registry, waivers = read_registry(folder / "registry.xlsx")
    batch = read_batch(list(enumerate(find(inbox))), period.year)
    return check_month(batch, registry, period, Parameters(**changes.get("parameters", {})), before, waivers)


def _send(inbox: Path, changes: Mapping[str, Any], period: Period, when: int, second: bool = False) -> None:
    answers = right_answers(period)
    answers = (_of_the_other(answers) | OTHER if second else answers) | changes.get("organisations", {})
    rows = {sheet.key: changed_rows(sheet.key, changes, period, second) for sheet in TABLES}
    file = changes.get("file", {})
    name = file.get("name") or _name(answers, period)
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = {key: pd.DataFrame(list(lines.values()), dtype="str") for key, lines in rows.items()}
    write_workbook(path, period, answers, frames)
    _alter(path, changes.get("form", {}), file.get("hidden", {}), file.get("cells", {}))
    if file.get("damage"):
        path.write_bytes(path.read_bytes()[:3000])
    os.utime(path, (when, when))
    if file.get("twice"):
        again = path.with_stem(f"{path.stem}（再报）")
        if file["twice"] == "mended":
            write_workbook(again, period, answers | {"phone": "0519-85501236"}, frames)
        else:
            again.write_bytes(path.read_bytes())
        os.utime(again, (SENT_SECOND, SENT_SECOND))


def _name(answers: Mapping[str, str], period: Period) -> str:
    return f"{answers['org_name']}_承诺台账_{period.year}{period.month:02d}.xlsx"


def right_answers(period: Period) -> dict[str, str]:
    """The form of S1, right for ``period``."""
    year_end = {
        "self_check": "逐项对照，全部兑现",
        "self_check_date": f"{period.year}-12-20",
        "appraisal_date": f"{period.year}-12-22",
    }
    answers = books.HEAD | (year_end if Stage.YEAR in stages_due(period) else {})
    return _in_year({"row": answers}, period)["row"] | {"period": str(period), "year": str(period.year)}


def right_rows(sheet: str, period: Period, second: bool = False) -> dict[str, dict[str, str]]:
    """The rows of a sheet by number, right for ``period``."""
    kept = {
        "members": {row["member_no"]: row for row in books.MEMBERS},
        "items": {row["item_no"]: row for row in books.ITEMS},
        "opinions": {row["opinion_no"]: row for row in books.OPINIONS},
        "records": {str(number): row for number, row in enumerate(books.RECORDS, 1)},
        "assessments": {str(number): row for number, row in enumerate(books.ASSESSMENTS, 1)},
    }
    rows = _in_year(kept.get(sheet, {}), period)
    if sheet == "records":
        rows = {number: row for number, row in rows.items() if row["date"] <= str(period.cutoff)}
    year_end = Stage.YEAR in stages_due(period)
    if sheet == "assessments" and not year_end:
        return {}
    if sheet == "members":
        checked = {
            "self_check": "承诺全部兑现",
            "self_check_date": f"{period.year}-12-20",
            "leader_comment": "兑现较好",
        }
        rows = {number: row | (checked if year_end else {}) for number, row in rows.items()}
    if sheet == "items":
        rows = {number: row | _standing(row, period) for number, row in rows.items()}
        texts = OTHER_TEXTS if second else EARLIER_TEXTS if period.year == 2010 else {}
        rows = {number: row | ({"text": texts[number]} if number in texts else {}) for number, row in rows.items()}
    return {number: _of_the_other(row) for number, row in rows.items()} if second else rows


def changed_rows(
    sheet: str, changes: Mapping[str, Any], period: Period, second: bool = False
) -> dict[str, dict[str, str]]:
    """The rows of a sheet as an example changes them."""
    rows = right_rows(sheet, period, second)
    edits = dict(changes.get(sheet, {}))
    everywhere = edits.pop("all", {})
    rows = {number: row | everywhere for number, row in rows.items()} if everywhere is not False else {}
    for number, edit in edits.items():
        if edit is False:
            del rows[number]
        else:
            base = rows.get(edit.get("like", number), {})
            rows[number] = base | {key: text for key, text in edit.items() if key != "like"}
    return rows


def _standing(row: dict[str, str], period: Period) -> dict[str, str]:
    """How an item stands at the end of ``period``: those due are done, the others go on."""
    due = deadline(row["due"], period.year)
    closed = {"final_result": "完成"} if Stage.YEAR in stages_due(period) else {}
    if due and due <= period.cutoff or closed:
        done = min(due, period.cutoff) if due else period.cutoff
        return closed | {
            "status": "已完成",
            "done_date": f"{done:%Y-%m-01}",
            "result": "已兑现，有记录可查",
            "progress": "完成",
        }
    return {"progress": f"{period.month}月按计划推进"}


def _in_year(rows: dict[str, dict[str, str]], period: Period) -> dict[str, dict[str, str]]:
    """The rows with the dates of the pledge year of ``period``."""
    if period.year != 2010:
        return rows
    moved = {}
    for number, row in rows.items():
        moved[number] = dict(row)
        for key, text in row.items():
            for old, new in IN_2010.items():
                text = text.replace(old, new)
            moved[number][key] = text
    return moved


def _of_the_other(row: dict[str, str]) -> dict[str, str]:
    """The same row for people of the other organisation."""
    moved = {key: OTHER_NAMES.get(text, text) for key, text in row.items()}
    if "branch" in moved:
        moved |= {
            "branch": OTHER["org_name"],
            "birth_month": f"{int(moved['birth_month'][:4]) + 1}{moved['birth_month'][4:]}",
        }
    return moved


def _alter(path: Path, form: Mapping[str, Any], hidden: Mapping[str, str], cells: Mapping[str, Any]) -> None:
    if not form and not hidden and not cells:
        return
    book = openpyxl.load_workbook(path)
    for key, edit in form.items():
        sheet = BY_KEY[key]
        if edit is False:
            del book[sheet.name]
        else:
            for field, header in edit.items():
                book[sheet.name][_cell(key, HEADER + 1, field)].value = header
    for tab, texts in cells.items():
        for place, text in texts.items():
            book[tab][place].value = text
    for row in book["_pledgebatch"].iter_rows(min_col=1, max_col=2):
        if row[0].value in hidden:
            row[1].value = hidden[row[0].value]
    book.save(path)


def _promise(example: Example, text: str) -> tuple[str, str, str, str]:
    severity, *rest = text.split()
    place = next((word for word in rest if word.split(".")[0] in BY_KEY), "")
    rule = next((word for word in rest if word != place and not word.startswith("@")), example.rule)
    second = "@S2" in rest
    organisation = next((word[1:] for word in rest if word.startswith("@")), "S1")
    return rule, severity, "" if organisation == "-" else organisation, _place(example, place, second)


def _place(example: Example, place: str, second: bool) -> str:
    sheet, *more = place.split(".")
    if not more:
        return ""
    if BY_KEY[sheet].form:
        return _cell(sheet, FORM_ROWS[more[0]] + 1, more[0])
    number, field = more
    if number == "header":
        return _cell(sheet, HEADER + 1, field)
    changes = example.changes.get("other", {}) if second else example.changes
    rows = list(changed_rows(sheet, changes, Period.parse(example.period), second))
    return _cell(sheet, START + rows.index(number) + 1, field)


def _cell(sheet: str, row: int, field: str) -> str:
    column = 1 if BY_KEY[sheet].form else [each.key for each in BY_KEY[sheet].fields].index(field)
    return f"{xl_col_to_name(column)}{row}"
