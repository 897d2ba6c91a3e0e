"""``python -m tests.layouts.measure [KIND…]``: lays out all workbooks, puts them through a month, and counts what became of their cells.

Ends with status 1 where less is right than was promised, or anything is wrong or lost in silence.
"""

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook

from pledgebatch import api
from pledgebatch.schema.month import Month
from pledgebatch.schema.states import LIVE
from tests.layouts.corpus import OF_EACH, Made, sketches, workspace
from tests.layouts.inventing import LAST_PERIOD, NEXT_PERIOD, PERIOD
from tests.layouts.kinds import KINDS, REFUSED, SHARE, Kind
from tests.layouts.sketch import IDENTITY
from tests.layouts.truth import Account, Line, Outcome, account, messages

LEAST = 0.98
"""The part of the cells of all kinds that are to be read that must arrive."""
SILENT = (Outcome.WRONG, Outcome.LOST, Outcome.TRAP)
COLUMNS = {
    Outcome.RIGHT: "right", Outcome.HELD: "held", Outcome.ASKED: "asked", Outcome.DOUBTED: "doubted", Outcome.WRONG: "wrong", Outcome.LOST: "lost",
    Outcome.TRAP: "traps",
}  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """The accounts of all workbooks."""

    accounts: Sequence[tuple[Made, Account]]

    def of(self, kind: Kind) -> Counter[Outcome]:
        return sum((done.counts for made, done in self.accounts if made.kind == kind), Counter())

    @property
    def share(self) -> float:
        """The part of the cells of the kinds that are to be read that is right."""
        counts = sum((done.counts for made, done in self.accounts if made.kind.promise != REFUSED), Counter())
        return (counts[Outcome.RIGHT] + counts[Outcome.HELD]) / _cells(counts)

    @property
    def silent(self) -> list[str]:
        """Where something is wrong or lost in silence, or a column that is none of ours was read."""
        return [
            f"{made.kind.name} {made.nth} {made.file}: {place}"
            for made, done in self.accounts
            for place in done.places
            if place.startswith(tuple(SILENT))
        ]


def measure(folder: Path, made: Sequence[Made], workers: int | None = None) -> Measured:
    """Put the workbooks through two months of a workspace in ``folder``."""
    place = workspace(folder, made)
    if any(each.has_last for each in made):
        api.consolidate(place, LAST_PERIOD, workers)
    month = api.consolidate(place, PERIOD, workers)
    shown = messages(month, place, {each.file: each.sketch.filling.code for each in made})
    ledgers = _ledgers(month)
    return Measured([(each, account(each, ledgers.get(each.file, {}), shown[each.file])) for each in made])


def without_members(place: Path, made: Sequence[Made], workers: int | None = None) -> list[Made]:
    """The workbooks whose organisation gets one for next month with none of its members."""
    files = api.make_templates(place, NEXT_PERIOD, workers).set_index("organisation")["file"]
    return [
        each
        for each in made
        if not _is_prefilled(place / "input_templates" / NEXT_PERIOD / files[each.sketch.filling.code], each)
    ]


def _is_prefilled(path: Path, made: Made) -> bool:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("党员承诺").to_python()
    cells = {str(cell) for row in rows for cell in row}
    return any(member["name"] in cells for member in made.sketch.filling.members)


def _ledgers(month: Month) -> Mapping[str, Mapping[str, list[Line]]]:
    """By file and sheet the rows in the ledgers."""
    found: dict[str, dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    live = set(month.submissions.loc[month.submissions["state"].isin(LIVE), "file"])
    for sheet in IDENTITY:
        rows = month.tables[sheet]
        rows = rows[rows["set_aside"].isna()] if "set_aside" in rows else rows
        for line in rows.astype(object).where(rows.notna(), None).to_dict("records"):
            if line["file"] in live:
                found[line["file"]][sheet].append({str(key): value for key, value in line.items()})
    return found


def _cells(counts: Counter[Outcome]) -> int:
    return max(1, sum(counts[each] for each in Outcome if each is not Outcome.TRAP))


def report(measured: Measured) -> str:
    """A line a kind; ``<`` marks a kind of which less is right than was promised."""
    lines = [
        f"{'kind':<20}{'promised':>9}{'books':>6}{'cells':>7}"
        + "".join(f"{word:>8}" for word in COLUMNS.values())
        + "   right"
    ]
    for kind in KINDS:
        books = sum(made.kind == kind for made, _ in measured.accounts)
        if books:
            lines.append(_line(kind.name, kind.promise, books, measured.of(kind), SHARE[kind.promise]))
    counts = sum((done.counts for _, done in measured.accounts), Counter())
    lines.append(_line("all", "", len(measured.accounts), counts, 0))
    lines.append(f"to be read: {measured.share:.1%} right, {LEAST:.0%} at least")
    return "\n".join(lines)


def _line(name: str, promise: str, books: int, counts: Counter[Outcome], least: float) -> str:
    cells = _cells(counts)
    share = (counts[Outcome.RIGHT] + counts[Outcome.HELD]) / cells
    figures = "".join(f"{counts[each]:>8}" for each in COLUMNS)
    return f"{name:<20}{promise:>9}{books:>6}{cells:>7}{figures}{share:>8.1%}{' <' if share < least else ''}"


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("kinds", nargs="*", help="names of kinds; all where none is given")
    ask.add_argument("--each", type=int, default=OF_EACH, help="workbooks of a kind")
    ask.add_argument("--where", type=int, default=0, help="so many places of each workbook that are not right")
    ask.add_argument("--keep", type=Path, help="an empty folder for the workspace, to look at afterwards")
    ask.add_argument("--workers", type=int, default=None)
    given = ask.parse_args()
    chosen = [kind for kind in KINDS if kind.name in given.kinds or not given.kinds]
    made = sketches(given.each, chosen)
    with tempfile.TemporaryDirectory() as folder:
        place = given.keep or Path(folder) / "w"
        measured = measure(place, made, given.workers)
        bare = without_members(place, made, given.workers)
    for each, done in measured.accounts if given.where else ():
        for where in done.places[: given.where]:
            print(f"{each.kind.name} {each.nth} {each.file}: {where}")
    print(report(measured))
    print(f"next month: {len(bare)} of {len(made)} get a workbook with none of their members")
    return 1 if measured.share < LEAST or measured.silent else 0


if __name__ == "__main__":
    sys.exit(main())
