"""The mistakes seeded in the demo: who typed what where, in which month, and which rule must find it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pledgebatch.demo.items import Row, pledges_of
from pledgebatch.demo.lists import read_table
from pledgebatch.demo.organisations import reporting
from pledgebatch.demo.year import Book, book
from pledgebatch.notice.periods import Period
from pledgebatch.schema.sheets import BY_KEY, TABLES


@dataclass(frozen=True)
class Mistake:
    """One line of ``data/mistakes.csv``, in one of its months."""

    period: str
    organisation: str
    sheet: str
    """Key of the sheet; empty for a mistake about the whole file."""
    row: str
    """The number of the row (member, item); where rows have none, its place."""
    field: str
    typed: str
    also: Row
    """What else is typed in the same row, by field key."""
    action: str
    """How it comes about: empty where ``typed`` is typed at ``field``, else a key of ``ACTIONS`` or ``FILE_ACTIONS``."""
    rule: str
    severity: str
    note: str


FILE_ACTIONS = ("file_name", "damaged", "other_month", "sent_twice", "missing")
"""What befalls the file, in ``inbox.py``."""


@cache
def mistakes() -> tuple[Mistake, ...]:
    """All that are seeded, by month and organisation."""
    found = [
        Mistake(
            period=period,
            also=dict(pair.split("=") for pair in row["also"].split(";") if pair),
            **{key: text for key, text in row.items() if key not in ("periods", "also")},
        )
        for row in read_table("mistakes")
        for period in row["periods"].split()
    ]
    return tuple(sorted(found, key=lambda each: (each.period, each.organisation)))


def seeded_in(period: str, organisation: str) -> tuple[Mistake, ...]:
    """Those of one organisation in one month."""
    return tuple(each for each in mistakes() if (each.period, each.organisation) == (period, organisation))


def faulty() -> frozenset[str]:
    """The organisations with a seeded mistake in any month."""
    return frozenset(each.organisation for each in mistakes())


def make_mistakes(right: Book, made: tuple[Mistake, ...]) -> list[Row | None]:
    """Change ``right`` as the mistakes say; returns the row that each concerns, None for the form or the file."""
    rows = {(sheet.key, number): row for sheet in TABLES for number, row in _numbered(sheet.key, right)}
    concerned: list[Row | None] = []
    for mistake in made:
        if mistake.action == "repeat":
            twice = _enrol(right, rows["members", mistake.row])
            rows["members", twice["member_no"]] = twice
        elif mistake.action == "borrow":
            rows["members", mistake.row] = _enrol(right, _borrow(mistake), branch=right.answers["org_name"])
        row = rows.get((mistake.sheet, mistake.row))
        _make(mistake, right, right.answers if row is None else row)
        concerned.append(row)
    return concerned


def _numbered(sheet: str, right: Book) -> Iterator[tuple[str, Row]]:
    number = BY_KEY[sheet].number
    for place, row in enumerate(right.rows[sheet], 1):
        yield row[number] if number else str(place), row


def _make(mistake: Mistake, right: Book, row: Row) -> None:
    row |= mistake.also
    items = right.rows["items"]
    if not mistake.action or mistake.action == "other_month":
        row[mistake.field] = mistake.typed
    elif mistake.action == "without_items":
        pledger = row.get("member_no")
        right.rows["items"] = [item for item in items if item.get("member_no") != pledger]
    elif mistake.action == "gone":
        right.rows["items"] = [item for item in items if item is not row]
    elif mistake.action == "same_text":
        organisation, number = mistake.typed.split("/")
        year = 2000 + int(number[1:3])
        row["text"] = next(item["text"] for item in pledges_of(year)[organisation] if item["item_no"] == number)


def _enrol(right: Book, member: Row, **changed: str) -> Row:
    """Put a copy of ``member`` on the roster under the next number, and count it."""
    members = right.rows["members"]
    members.append(member | changed | {"member_no": str(len(members) + 1), "award_nominee": "否"})
    right.answers["member_count"] = str(len(members))
    if changed:
        members[-1]["change"] = "转入"
    return members[-1]


def _borrow(mistake: Mistake) -> Row:
    """The row of another organisation's member, as ``YX402/3`` names it."""
    organisation, number = mistake.typed.split("/")
    theirs = next(each for each in reporting() if each.code == organisation)
    members = book(theirs, Period.parse(mistake.period)).rows["members"]
    return next(member for member in members if member["member_no"] == number)
