"""What is handed over in a month: by mergers, and with members who moved; the numbers of old and new, each found once."""

from collections.abc import Collection, Iterator, Sequence
from itertools import count
from pathlib import Path

import pandas as pd

from pledgebatch.months.archive import Ledgers, consolidated_months, last_reports
from pledgebatch.months.events import fresh_events
from pledgebatch.months.followed import MERGER
from pledgebatch.notice.periods import Period
from pledgebatch.rules.facts.names import former_names
from pledgebatch.rules.office.events import MERGED
from pledgebatch.schema.archive_tables import read_table
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import HANDOVER, Tables, as_declared, empty, frame
from pledgebatch.schema.kinds import show
from pledgebatch.schema.sheets import ASSESSMENTS, LEGACY, MEMBERS, ORGANISATION, TABLES

INTO_A_NEW_YEAR = (MEMBERS.key, LEGACY.key, ASSESSMENTS.key)
"""The tables of which rows go into a new year."""
Line = dict[str, object]


def settle_handovers(output: Path, period: Period, events: pd.DataFrame, registry: pd.DataFrame) -> pd.DataFrame:
    """All that was handed over by the end of ``period``, in columns ``HANDOVER``: what the months before say of it, and what
    comes with the ``events`` since. ``registry`` is that of the month."""
    before = [each for each in consolidated_months(output) if each < period]
    known = read_table(output / str(before[-1]), "handovers") if before else empty(HANDOVER)
    known = known[known["period"] >= str(Period(period.year - 1, 1))].reset_index(drop=True)
    fresh = fresh_events(events, output, period) if before else events.iloc[:0]
    for giver, receiver in fresh.loc[fresh["event"] == MERGED, ["organisation", "to"]].itertuples(index=False):
        reports = last_reports(output, period, [giver, receiver], known)
        if reports is None or giver not in set(reports[ORGANISATION.key]["organisation"]):
            continue
        common: Line = {"period": str(period), "cause": MERGER, "giver": giver, "receiver": receiver}
        used = highest_number(output, before, receiver, reports, known)
        lines = [*_names(giver, receiver, registry, reports), *_numbers(giver, receiver, reports, period, used)]
        known = with_lines(known, [common | line for line in lines])
    return known


def with_lines(known: pd.DataFrame, lines: Sequence[Line]) -> pd.DataFrame:
    """What was handed over, and more of it."""
    return as_declared(pd.concat([known, frame(HANDOVER, list(lines))], ignore_index=True), HANDOVER)


def highest_number(output: Path, months: Sequence[Period], receiver: str, reports: Tables, known: pd.DataFrame) -> int:
    """The highest number that a member of ``receiver`` has, had since the year before, or was given."""
    given = known.loc[(known["receiver"] == receiver) & (known["sheet"] == MEMBERS.key), "new_number"]
    numbers = [int(each) for each in given if isinstance(each, str) and each.isdigit()]
    numbers += _of(reports, MEMBERS, receiver)["member_no"].dropna().tolist()
    for month in months:
        if months[-1].year - month.year <= 1:
            numbers += Ledgers(output, month, [receiver])[MEMBERS.key]["member_no"].dropna().tolist()
    return max((int(each) for each in numbers), default=0)


def _names(giver: str, receiver: str, registry: pd.DataFrame, reports: Tables) -> Iterator[Line]:
    """The names of the organisation that merged, by which its members' branch is known."""
    names = dict(zip(registry["organisation"], registry["org_name"], strict=True))
    former = dict(zip(registry["organisation"], former_names(registry), strict=True))
    typed = _of(reports, ORGANISATION, giver)["org_name"].tolist()
    for name in dict.fromkeys([*typed, names.get(giver), *former.get(giver, [])]):
        if isinstance(name, str):
            yield {
                "sheet": ORGANISATION.key,
                "number": name,
                "new_number": names.get(receiver, receiver),
                "words": name,
            }


def _numbers(giver: str, receiver: str, reports: Tables, period: Period, highest: int) -> Iterator[Line]:
    """A line for each row that has a number: members count on from the receiver's, codes have the giver's before them."""
    for sheet in TABLES:
        rows = _of(reports, sheet, giver)
        if sheet.key not in INTO_A_NEW_YEAR:
            rows = rows[rows["reported"].str[:4] == str(period.year)]
        if sheet.number is None:
            continue
        taken = set(_of(reports, sheet, receiver)[sheet.number].dropna())
        for value, words in rows[[sheet.number, sheet.identity[0]]].itertuples(index=False):
            if pd.isna(value):
                continue
            highest += sheet is MEMBERS
            new = str(highest) if sheet is MEMBERS else new_code(giver, value, taken)
            taken.add(new)
            yield {
                "sheet": sheet.key,
                "number": show(sheet[sheet.number], value),
                "new_number": new,
                "words": words if isinstance(words, str) else None,
            }


def new_code(giver: str, code: str, taken: Collection[object]) -> str:
    """The number that an item, an opinion or a problem has with its receiver: it says where it is from, and is not
    ``taken``."""
    names = (f"{giver}-{code}" + (f"-{nth}" if nth else "") for nth in count())
    return next(name for name in names if name not in taken)


def _of(reports: Tables, sheet: Sheet, organisation: str) -> pd.DataFrame:
    rows = reports[sheet.key]
    return rows[rows["organisation"] == organisation]
