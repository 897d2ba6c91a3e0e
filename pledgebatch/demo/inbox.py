"""Writes the demo workspace: the registry, what came back in each month, and the list of seeded mistakes."""

import datetime as dt
import io
import os
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_rowcol_to_cell

from pledgebatch.demo.answers import answer
from pledgebatch.demo.course import PERIODS
from pledgebatch.demo.decisions import waivers, write_demo_decisions
from pledgebatch.demo.items import Row
from pledgebatch.demo.mistakes import Mistake, make_mistakes, mistakes, seeded_in
from pledgebatch.demo.organisations import Organisation, moves, registry, reporting, unregistered
from pledgebatch.demo.spellings import type_in_own_spelling
from pledgebatch.demo.year import Book, book
from pledgebatch.notice.periods import OFFICE_TIME, Period
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.sheets import BY_KEY
from pledgebatch.workbooks.registry_book import write_registry
from pledgebatch.workbooks.workbook import write_workbook

LIST_NAME = "种子错误.csv"
SEEDED = {
    "period": "str",
    "organisation": "str",
    "file": "str",
    "sheet": "str",
    "row": "Int64",
    "field": "str",
    "cell": "str",
    "rule": "str",
    "severity": "str",
    "note": "str",
}
"""Columns of the list: places as a finding names them, ``field`` a key, ``file`` inside the month's inbox."""
ZIPPED = {
    ("2010-11", "YX103"): "教育系统报送.zip",
    ("2010-11", "YX107"): "教育系统报送.zip",
    ("2011-03", "YX201"): "卫生院汇总.zip",
    ("2011-03", "YX203"): "卫生院汇总.zip",
}
"""What came back in zips made on Chinese Windows."""
ZIP_ENCODING = "cp936"


@dataclass(frozen=True)
class Sent:
    """A file on its way: ``file`` is its path in the month's inbox, with the seeded mistakes in it and their rows."""

    file: str
    data: bytes
    received: dt.datetime
    mistakes: tuple[Mistake, ...]
    lines: tuple[int | None, ...]
    """Of each mistake, the place of its row among the rows of its sheet; None for the form or the file."""


def build(workspace: Path, periods: Sequence[str] = PERIODS) -> pd.DataFrame:
    """Write registry.xlsx, decisions.xlsx, the inbox of months and 种子错误.csv below ``workspace``; returns the list of mistakes."""
    workspace = Path(workspace)
    workspace.mkdir(parents=True, exist_ok=True)
    write_registry(workspace / "registry.xlsx", registry(), waivers=waivers(), events=moves())
    write_demo_decisions(workspace / "decisions.xlsx")
    listed = []
    for period in periods:
        sent = list(_month(period))
        _deliver(workspace / "inbox" / period, sent)
        listed += [line for each in sent for line in _lines(each)]
    listed += [_line(each) for each in mistakes() if each.action == "missing" and each.period in periods]
    table = pd.DataFrame(listed, columns=list(SEEDED)).astype(SEEDED)
    table = table.sort_values(["period", "organisation", "file", "sheet", "row", "field"], ignore_index=True)
    table.to_csv(workspace / LIST_NAME, index=False, encoding="utf-8-sig")
    return table


def _month(period: str) -> Iterator[Sent]:
    for organisation in reporting():
        yield from _files_of(organisation, period)
    if seeded_in(period, unregistered().code):
        yield from _files_of(unregistered(), period)


def _files_of(organisation: Organisation, period: str) -> Iterator[Sent]:
    """The files of one organisation in one month: one as a rule, two or none where a mistake says so."""
    made = seeded_in(period, organisation.code)
    actions = {each.action: each for each in made}
    if "missing" in actions:
        return
    parsed = Period.parse(period)
    received = dt.datetime(
        parsed.year, parsed.month, 25 + organisation.number % 3, 9, organisation.number, 0, 0, OFFICE_TIME
    )
    file = _file(organisation, period, actions.get("file_name"))
    typed = book(organisation, parsed)
    if "sent_twice" in actions:
        yield Sent(file, workbook_of(_draft(typed), parsed), received, (actions["sent_twice"],), (None,))
        file, received, made = f"补报/{file}", received + dt.timedelta(2), ()
    rows = make_mistakes(typed, made)
    answer(organisation.code, parsed, typed)
    type_in_own_spelling(organisation.code, typed)
    hidden = Period.parse(actions["other_month"].typed) if "other_month" in actions else parsed
    data = workbook_of(typed, hidden)
    if "damaged" in actions:
        data = data[: len(data) // 2]
    lines = tuple(_row_place(row, typed.rows.get(each.sheet, [])) for each, row in zip(made, rows, strict=True))
    yield Sent(file, data, received, made, lines)


def _draft(final: Book) -> Book:
    """What was sent first: without the records of work."""
    return Book(dict(final.answers), {**final.rows, "records": []})


def _row_place(row: Row | None, rows: list[Row]) -> int | None:
    return next((place for place, each in enumerate(rows) if each is row), None)


def _file(organisation: Organisation, period: str, named: Mistake | None) -> str:
    """Most lie in the inbox itself, some in a folder of their unit, some in zips."""
    name = named.typed if named else f"{organisation.name}_承诺台账_{period.replace('-', '')}.xlsx"
    if folder := ZIPPED.get((period, organisation.code)):
        return f"{folder}/{name}"
    return f"{organisation.registered['unit_name']}/{name}" if organisation.number % 4 == 2 else name


def workbook_of(typed: Book, hidden: Period) -> bytes:
    """The workbook that holds ``typed``, made for the month ``hidden``."""
    target = io.BytesIO()
    rows = {key: pd.DataFrame(lines, dtype="str").fillna("") for key, lines in typed.rows.items()}
    write_workbook(target, hidden, typed.answers, rows)
    return target.getvalue()


def _deliver(inbox: Path, sent: list[Sent]) -> None:
    zips: dict[str, list[Sent]] = {}
    for each in sent:
        if ".zip/" in each.file:
            zips.setdefault(each.file.partition("/")[0], []).append(each)
        else:
            save(inbox / each.file, each.data, each.received)
    for name, members in zips.items():
        save(inbox / name, _zip_in_gbk(members), max(each.received for each in members))


def save(path: Path, data: bytes, received: dt.datetime) -> None:
    """Put a file into an inbox as received at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (received.timestamp(), received.timestamp()))


def _zip_in_gbk(members: list[Sent]) -> bytes:
    """A zip whose names are in GBK and do not say so, as Chinese Windows makes them.

    zipfile only writes ASCII or UTF-8 names, so each is written under an ASCII name of the same length and put in after.
    """
    target = io.BytesIO()
    names = {}
    with zipfile.ZipFile(target, "w") as container:
        for number, each in enumerate(members):
            name = each.file.partition("/")[2].encode(ZIP_ENCODING)
            stand_in = f"{number}".rjust(len(name), "#")
            names[stand_in.encode()] = name
            container.writestr(zipfile.ZipInfo(stand_in, each.received.timetuple()[:6]), each.data)
    data = target.getvalue()
    for ascii_name, name in names.items():
        data = data.replace(ascii_name, name)
    return data


def _lines(sent: Sent) -> Iterator[dict[str, object]]:
    """The list's lines of one file, with the cells as they are in the workbook written."""
    for mistake, place in zip(sent.mistakes, sent.lines, strict=True):
        line = _line(mistake) | {"file": sent.file}
        if mistake.field:
            line |= _cell(sent.data, BY_KEY[mistake.sheet], mistake.field, place)
        yield line


def _line(mistake: Mistake) -> dict[str, object]:
    return {
        "period": mistake.period,
        "organisation": mistake.organisation,
        "sheet": BY_KEY[mistake.sheet].name if mistake.sheet else None,
        "field": mistake.field or None,
        "rule": mistake.rule,
        "severity": mistake.severity,
        "note": mistake.note,
    }


def _cell(data: bytes, sheet: Sheet, field: str, place: int | None) -> dict[str, object]:
    """Excel's row and the cell of ``field``: beside its label on a form, under its header in a table."""
    row, column = _labels(data, sheet.name)[sheet[field].header]
    if sheet.form:
        column += 1
    else:
        row += 1 + (place or 0)
    return {"row": row, "cell": xl_rowcol_to_cell(row - 1, column - 1)}


@cache
def _labels(data: bytes, sheet: str) -> dict[str, tuple[int, int]]:
    """Where each label or header of a sheet stands: row and column, counted from 1."""
    cells = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return {
        str(cell): (row, column)
        for row, line in reversed(list(enumerate(cells, 1)))
        for column, cell in reversed(list(enumerate(line, 1)))
        if cell != ""
    }
