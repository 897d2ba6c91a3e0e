"""The demo's long year: fourteen months in order, in which people come and go and pledges are changed and withdrawn."""

import datetime as dt
from collections.abc import Collection, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pledgebatch.demo.inbox import save, workbook_of
from pledgebatch.demo.items import Row
from pledgebatch.demo.lists import read_table
from pledgebatch.demo.organisations import CAME_FROM, Organisation, registry, reporting
from pledgebatch.demo.spellings import type_in_own_spelling
from pledgebatch.demo.year import Book, book
from pledgebatch.notice.periods import OFFICE_TIME, Period
from pledgebatch.schema.sheets import BY_KEY, ITEMS, MEMBERS
from pledgebatch.workbooks.registry_book import write_registry

PERIODS = tuple(map(Period.of_ordinal, range(Period(2010, 11).ordinal, Period(2011, 12).ordinal + 1)))
"""From the month of the notice to the end of the year after."""
LATE_CORRECTION = Period(2011, 6), "YX103"
"""A month that is rebuilt when a correction comes in after the next month, and whose correction it is."""
CORRECTED = "0519-80999990"


@dataclass(frozen=True)
class Event:
    """One line of ``data/events.csv``: what is so from ``period`` on, to ``until`` or the end of the year."""

    period: Period
    until: Period
    organisation: str
    sheet: str
    """Key of the sheet; empty for what befalls the file."""
    row: str
    field: str
    typed: str
    also: Row
    action: str
    """Empty where ``typed`` is typed at ``field``; gone, join, order; of the file: sent_twice, missing, nil."""
    note: str


@cache
def events() -> tuple[Event, ...]:
    """All that happens in the fourteen months."""
    return tuple(
        Event(
            period=(begun := Period.parse(row["period"])),
            until=Period.parse(row["until"]) if row["until"] else Period(begun.year, 12),
            also=dict(pair.split("=") for pair in row["also"].split(";") if pair),
            **{key: row[key] for key in ("organisation", "sheet", "row", "field", "typed", "action", "note")},
        )
        for row in read_table("events")
    )


def report_of(organisation: Organisation, period: Period) -> Book | None:
    """What ``organisation`` reports for ``period``, the last word of the month; None where it sends nothing."""
    if organisation.code in CAME_FROM:  # nobody confirms there that the pledges come along
        organisation = replace(organisation, newcomer=None)
    report = deepcopy(book(organisation, period))
    here = [each for each in events() if each.organisation == organisation.code and each.period <= period <= each.until]
    if any(each.action == "missing" for each in here):
        return None
    for each in here:
        if each.action == "nil":
            report.answers["nil_return"] = "是"
            report.rows = {key: [] for key in report.rows}
        elif each.action == "order":
            report.rows["assessments"] = _orders(organisation, each.period.year - 1)
        elif each.sheet:
            _apply_event(each, report)
    return report


def _orders(organisation: Organisation, year: int) -> list[Row]:
    december = report_of(organisation, Period(year, 12))
    return [dict(row) for row in (december.rows["assessments"] if december else []) if row.get("rectify") == "是"]


def _apply_event(event: Event, report: Book) -> None:
    rows = report.rows.get(event.sheet, [])
    number = BY_KEY[event.sheet].number
    names = [row[number] for row in rows] if number else list(map(str, range(1, len(rows) + 1)))
    if event.sheet == "organisations":
        report.answers[event.field] = event.typed
        return
    if event.row not in names:  # an item of a person who is not there, or not there yet
        return
    row = rows[names.index(event.row)]
    if event.action == "gone":
        rows.remove(row)
    elif event.action == "join":
        rows.append(row | event.also | {"member_no": str(len(rows) + 1), "name": _joiner(row["name"])})
    else:
        row |= event.also | {event.field: event.typed}
        if event.sheet == MEMBERS.key and event.typed == "去世":
            _withdraw_items(report, event.row, str(event.period.cutoff))
    staying = sum(member.get("change") not in ("转出", "去世") for member in report.rows["members"])
    report.answers["member_count"] = str(staying)


def _joiner(name: str) -> str:
    """An invented name that nobody else has: the colleague's, turned round."""
    return name[0] + name[:0:-1] + "生"


def _withdraw_items(report: Book, member_no: str, left: str) -> None:
    """The items still open when a member left are withdrawn."""
    for item in report.rows[ITEMS.key]:
        if item.get("member_no") == member_no and item["due"] > left:
            undone = dict.fromkeys(("progress", "done_date", "result", "final_result"), "")
            item |= {"status": "撤销", "change_reason": "本人去世", **undone}


def build_year(workspace: Path, codes: Collection[str] = ()) -> None:
    """Write the registry and fourteen months of inbox below ``workspace``, of all organisations or those of ``codes``."""
    chosen = [each for each in reporting() if not codes or each.code in codes]
    listed = registry()
    kept = listed["unit_code"].isin([each.code for each in chosen]) | (listed["reports"] == "否")
    workspace.mkdir(parents=True, exist_ok=True)
    write_registry(workspace / "registry.xlsx", listed[kept])
    for period in PERIODS:
        for organisation in chosen:
            report = report_of(organisation, period)
            if report is not None:
                deliver(workspace, organisation, period, report)


def deliver(workspace: Path, organisation: Organisation, period: Period, report: Book, days: int = 0) -> None:
    """Put what ``organisation`` reports into the inbox, ``days`` later than usual; a draft goes before where sent twice."""
    file = f"{organisation.name}_承诺台账_{period.year}{period.month:02d}.xlsx"
    inbox = workspace / "inbox" / str(period)
    received = dt.datetime(period.year, period.month, 25, 9, organisation.number, 0, 0, OFFICE_TIME) + dt.timedelta(
        days
    )
    happened = {(each.action, each.period, each.organisation) for each in events()}
    if ("sent_twice", period, organisation.code) in happened:
        draft = replace(report, rows={**report.rows, "records": []})
        save(inbox / file, workbook_of(draft, period), received)
        file, received = f"补报/{file}", received + dt.timedelta(2)
    typed = deepcopy(report)
    if any(typed.rows.values()):
        type_in_own_spelling(organisation.code, typed)
    save(inbox / file, workbook_of(typed, period), received)


def steps(workspace: Path) -> Iterator[tuple[Period, bool]]:
    """The months in the order in which they are to be consolidated, each with whether it is rebuilt.

    A correction comes in when the month after it is done: it and the month after are then rebuilt.
    """
    late, code = LATE_CORRECTION
    for period in PERIODS:
        yield period, False
        if period == late.following:
            organisation = next(each for each in reporting() if each.code == code)
            report = report_of(organisation, late)
            if report is not None:
                report.answers["phone"] = CORRECTED
                deliver(workspace, organisation, late, report, 20)
            yield late, True
            yield period, False
