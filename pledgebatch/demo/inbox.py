"""Writes the demo workspace: registry, settings, inboxes, and the list of seeded mistakes."""

import os
import zipfile
from pathlib import Path

import pandas as pd

from pledgebatch.demo import mistakes
from pledgebatch.demo.mistakes import MISTAKES, Mistake
from pledgebatch.demo.organisations import ORGANISATIONS, Organisation, registry
from pledgebatch.demo.year import PERIODS, Book, book
from pledgebatch.notice.periods import Period
from pledgebatch.publish.data import write_csv
from pledgebatch.publish.registry_book import write_registry
from pledgebatch.publish.workbook import write_workbook

LIST_NAME = "种子错误.csv"
SEEDED = ["period", "organisation", "file", "sheet", "index", "field", "typed", "rule", "severity"]
MORNING = 8 * 3600


def build(workspace: Path) -> pd.DataFrame:
    """Fill ``workspace``; returns the seeded mistakes: period, organisation, file, sheet, index, field, typed, rule, severity."""
    write_registry(workspace / "registry.xlsx", registry())
    seeded: list[tuple[object, ...]] = []
    for text in PERIODS:
        period = Period.parse(text)
        inbox = workspace / "inbox" / text
        inbox.mkdir(parents=True, exist_ok=True)
        for organisation in ORGANISATIONS:
            seeded += _send(inbox, organisation, period)
        _zip(inbox, [each for each in ORGANISATIONS if each.code in mistakes.ZIPPED.get(text, ())], period)
    table = pd.DataFrame(seeded, columns=SEEDED).astype("str")
    write_csv(table, workspace / LIST_NAME)
    return table


def file_of(organisation: Organisation, period: Period) -> str:
    """The file's name and folder inside the inbox."""
    if organisation.code in mistakes.BADLY_NAMED.get(str(period), ()):
        return "承诺表新.xlsx"
    name = f"{organisation.name}_承诺台账_{period.year}{period.month:02d}.xlsx"
    return f"{organisation.unit}/{name}" if organisation.number % 3 == 0 else name


def _send(inbox: Path, organisation: Organisation, period: Period) -> list[tuple[object, ...]]:
    text, code, file = str(period), organisation.code, file_of(organisation, period)
    if code in mistakes.MISSING.get(text, ()):
        return [(text, code, "", "", "", "", "", "DDL03", "warning")] if period.month in (4, 12) else []
    said = book(organisation, period)
    seeded: list[tuple[object, ...]] = []
    for mistake in MISTAKES:
        if (mistake.period, mistake.code) == (text, code):
            _make(said, mistake)
            seeded.append(
                (
                    text,
                    code,
                    file,
                    mistake.sheet,
                    mistake.index,
                    mistake.field,
                    mistake.typed,
                    mistake.rule,
                    mistake.severity,
                )
            )
    if code in mistakes.NIL.get(text, ()):
        said.answers["nil_return"] = "是"
    if code in mistakes.WRONG_MONTH.get(text, ()):
        before = Period.of_ordinal(period.ordinal - 1)
        _write(inbox / file, book(organisation, before), before, 26)
        return [(text, code, file, "organisations", 0, "period", str(before), "FIL03", "error")]
    if code in mistakes.SENT_TWICE.get(text, ()):
        first = book(organisation, period)
        first.answers["phone"] = ""
        _write(inbox / "先报的" / Path(file).name, first, period, 24)
        seeded.append((text, code, f"先报的/{Path(file).name}", "", "", "", "", "FIL02", "warning"))
    _write(inbox / file, said, period, 26)
    if code in mistakes.BADLY_NAMED.get(text, ()):
        seeded.append((text, code, file, "", "", "", "", "FIL04", "notice"))
    if code in mistakes.UNREADABLE.get(text, ()):
        whole = (inbox / file).read_bytes()
        (inbox / file).write_bytes(whole[: len(whole) // 2])
        _touch(inbox / file, period, 26)
        seeded.append((text, code, file, "", "", "", "", "FIL05", "error"))
    return seeded


def _make(said: Book, mistake: Mistake) -> None:
    if mistake.sheet == "organisations":
        said.answers[mistake.field] = mistake.typed
    else:
        said.rows[mistake.sheet][mistake.index][mistake.field] = mistake.typed
    if (mistake.field, mistake.typed) == ("status", "已完成"):
        said.rows["items"][mistake.index]["result"] = "登记表"
    if mistake.field == "status" and mistake.typed in ("", "进行中"):
        said.rows["items"][mistake.index] |= {"done_date": "", "result": ""}


def _write(path: Path, said: Book, period: Period, day: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = {key: pd.DataFrame(lines, dtype="str") for key, lines in said.rows.items()}
    write_workbook(path, period, said.answers, rows)
    _touch(path, period, day)


def _touch(path: Path, period: Period, day: int) -> None:
    moment = pd.Timestamp(period.year, period.month, day).timestamp() + MORNING
    os.utime(path, (moment, moment))


def _zip(inbox: Path, organisations: list[Organisation], period: Period) -> None:
    """Several workbooks in one zip, as a school may send for its neighbour too."""
    if not organisations:
        return
    path = inbox / "两家一起报.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for organisation in organisations:
            file = inbox / file_of(organisation, period)
            archive.writestr(zipfile.ZipInfo(file.name, (period.year, period.month, 26, 16, 0, 0)), file.read_bytes())
            file.unlink()
            if file.parent != inbox:
                file.parent.rmdir()
    _touch(path, period, 26)
