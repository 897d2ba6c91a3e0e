"""layouts.xlsx in the course of a month: what the readers are told of it, and what it says afterwards."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from pledgebatch.engine.atomic import writing
from pledgebatch.engine.cache import digest
from pledgebatch.intake.layouts.decisions import LayoutBook, Line, is_decided, key_of
from pledgebatch.intake.layouts.known import Known
from pledgebatch.mistakes import OfficeMistake, mendable
from pledgebatch.months.archive import consolidated_months, fingerprint, last_reports
from pledgebatch.notice.periods import Period
from pledgebatch.schema.digests import DamagedMonth
from pledgebatch.schema.sheets import MEMBERS
from pledgebatch.schema.texts import squeeze
from pledgebatch.workbooks.layouts_book import lines_of, write_layouts


def what_is_known(book: LayoutBook, outputs: Path, period: Period) -> Known:
    """What may be known of a table before it is read: the last month's rows, and what the office decided."""
    before = [each for each in consolidated_months(outputs) if each < period and each.year >= period.year - 1]
    last, made_from = None, ""
    if before:
        last = outputs / str(before[-1])
        try:
            made_from = fingerprint(last)
        except DamagedMonth:
            last = None
    decided = {
        code: sorted((tab, word, sorted(each.items())) for (tab, word), each in own.items())
        for code, own in book.decided.items()
    }
    return Known(last, book.decided, digest(made_from, json.dumps(decided, ensure_ascii=False, sort_keys=True)))


def rosters_before(outputs: Path, period: Period, handovers: pd.DataFrame) -> Mapping[str, frozenset[str]]:
    """By organisation the folded names of its members in its last report before ``period``."""
    reports = last_reports(outputs, period, handovers=handovers)
    if reports is None:
        return {}
    members = reports[MEMBERS.key].dropna(subset=["name"])
    return {str(code): frozenset(map(squeeze, own)) for code, own in members.groupby("organisation")["name"]}


def keep_layouts(path: Path, before: Sequence[Line], changes: pd.DataFrame, submissions: pd.DataFrame) -> None:
    """Write what is guessed now into the book, beside what the office said of it and what is still to be said of others.

    A book that nobody needs is not made.
    """
    fresh = lines_of(changes, submissions)
    decided = {key_of(line): line for line in before if is_decided(line)}
    reported = set(submissions["organisation"].dropna())
    waiting = [line for line in before if key_of(line) not in decided and line["unit_code"] not in reported]
    known: dict[tuple[str, str, str, int], Mapping[str, str]] = {
        key_of(line): line for line in (*waiting, *decided.values())
    }
    for line in fresh:
        known.setdefault(key_of(dict(line)), line)
    lines = [known[key] for key in sorted(known)]
    if not lines and not path.is_file():
        return
    try:
        with writing(path) as target:
            write_layouts(target, lines)
    except OSError as mistake:
        raise mendable(mistake, path) or OfficeMistake(
            f"{path.name} 写不进去，请检查是否正被 Excel 或 WPS 打开，关闭后再运行一次"
        ) from None
