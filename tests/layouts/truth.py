"""What became of each cell of a workbook in a month: right, held back and said so, wrong, or lost."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from pledgebatch.schema.kinds import RAW, show
from pledgebatch.schema.month import Month
from pledgebatch.schema.sheets import BY_KEY
from pledgebatch.schema.states import LIVE
from pledgebatch.schema.texts import squeeze
from tests.layouts.corpus import Made
from tests.layouts.sketch import IDENTITY, Fact
from tests.layouts.spelling import canonical

Line = Mapping[str, Any]


class Outcome(StrEnum):
    """What became of a cell."""

    RIGHT = "right"
    HELD = "held back, as it may be"
    ASKED = "held back"
    WRONG = "wrong in silence"
    DOUBTED = "wrong, but marked as doubtful"
    LOST = "lost in silence"
    TRAP = "read though none of ours"


@dataclass
class Account:
    """What became of the cells of one workbook; ``places`` says where what is not right stands."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    places: list[str] = field(default_factory=list)

    def note(self, outcome: Outcome, where: str = "") -> None:
        self.counts[outcome] += 1
        if outcome is not Outcome.RIGHT:
            self.places.append(f"{outcome}: {where}")

    @property
    def cells(self) -> int:
        return sum(self.counts[each] for each in Outcome if each is not Outcome.TRAP)


@dataclass
class Messages:
    """What people are shown of one workbook besides the ledgers."""

    state: str
    organisation: str
    set_aside: list[Line]
    extras: list[Line]
    changes: list[Line]
    findings: list[Line]
    unread: list[Line]
    layouts: list[Line]

    def names(self, fact: Fact, in_ledger: bool) -> bool:
        """Whether they name a cell as one that was not read."""
        return (
            self.state not in LIVE
            or self._aside(fact)
            or self._found(fact)
            or (in_ledger and self._column(fact))
            or self._guessed(fact)
        )

    def names_tab(self, tab: str) -> bool:
        """Whether a tab that is not read is named."""
        return any(line["sheet"] == tab for line in self.set_aside) or any(
            tab in line["message"] for line in self.findings
        )

    def _aside(self, fact: Fact) -> bool:
        """It stands among what was set aside: with its row, whose other columns are listed by themselves, or with its column."""
        words, row = squeeze(fact.typed), fact.place[0] + 1
        beside = any(line["row"] == row and words in squeeze(line["value"]) for line in self.extras)
        for line in self.set_aside:
            if words in squeeze(line["content"]) and (pd.isna(line["row"]) or line["row"] == row):
                return True
            if line["row"] == row and beside and line["sheet"] in (fact.tab, BY_KEY[fact.sheet].name):
                return True
        return False

    def _found(self, fact: Fact) -> bool:
        """A finding about the file names its cell."""
        cell = xl_rowcol_to_cell(*fact.place)
        return any(line["cell"] == cell and str(line["rule"]).startswith("FIL") for line in self.findings)

    def _column(self, fact: Fact) -> bool:
        """Its row is in the ledger, and its column is named as one that was not read."""
        sheet, header = BY_KEY[fact.sheet], BY_KEY[fact.sheet][fact.field].header
        named = any(
            line["sheet"] in (sheet.name, fact.tab) and line["header"] == header and line["kind"] != "renamed_column"
            for line in self.changes
        )
        return named or any(line["sheet"] == fact.sheet and line["field"] == fact.field for line in self.unread)

    def _guessed(self, fact: Fact) -> bool:
        """A line of layouts.xlsx asks about its column."""
        return any(
            squeeze(str(line["原表头"])) == squeeze(fact.header) and line["把握"] != "明确" for line in self.layouts
        )

    def doubts(self, sheet: str, key: str) -> bool:
        """Whether what was read as a field is marked as doubtful."""
        of = BY_KEY[sheet][key]
        asked = any(line["把握"] == "待确认" and line["读作栏目"] == of.header for line in self.layouts)
        return asked or any(
            line["header"] == of.header and line["kind"] in ("doubtful_column", "likely_column")
            for line in self.changes
        )


def messages(month: Month, workspace: Path, files: Mapping[str, str]) -> dict[str, Messages]:
    """By file what is shown of it; ``files`` has the code of each."""
    by_file = {
        name: _by_file(frame)
        for name, frame in (
            ("set_aside", month.set_aside), ("changes", month.changes), ("findings", month.findings), ("unread", month.tables["unread"]), ("extras", month.tables["extras"]),
            ("submissions", month.submissions),
        )
    }  # fmt: skip
    layouts = _layouts(workspace)
    found = {}
    for file, code in files.items():
        known = by_file["submissions"].get(file, [{"state": "missing", "organisation": ""}])[0]
        lines = {name: by_file[name].get(file, []) for name in ("set_aside", "extras", "changes", "findings", "unread")}
        found[file] = Messages(known["state"], str(known["organisation"]), layouts=layouts.get(code, []), **lines)
    return found


def _by_file(frame: pd.DataFrame) -> dict[str, list[Line]]:
    lines: dict[str, list[Line]] = defaultdict(list)
    for line in frame.to_dict("records"):
        lines[str(line["file"])].append({str(key): value for key, value in line.items()})
    return lines


def _layouts(workspace: Path) -> dict[str, list[Line]]:
    """The lines of layouts.xlsx by organisation; none where there is no such book."""
    path = workspace / "layouts.xlsx"
    lines: dict[str, list[Line]] = defaultdict(list)
    if path.exists():
        book = openpyxl.load_workbook(path, read_only=True)
        rows = [list(row) for row in book["表式"].iter_rows(values_only=True)]
        top = next(number for number, row in enumerate(rows) if "组织编码" in row)
        for row in rows[top + 1 :]:
            line = {str(header): "" if cell is None else cell for header, cell in zip(rows[top], row, strict=True)}
            lines[str(line["组织编码"])].append(line)
    return lines


def account(made: Made, ledgers: Mapping[str, list[Line]], shown: Messages) -> Account:
    """What became of the cells of a workbook; ``ledgers`` are its rows in the ledgers, by sheet."""
    done = Account()
    if shown.state in LIVE and shown.organisation != made.sketch.filling.code:
        done.note(Outcome.WRONG, f"the workbook is taken for that of {shown.organisation}")
    rows = _match(made, ledgers, done)
    facts: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    for fact in made.sketch.facts:
        facts[fact.sheet, fact.row, fact.field].append(fact)
    for (sheet, row, _), same in facts.items():
        _judge(same, rows.get((sheet, row)), shown, done)
    _look_for_strange(made, rows, facts, shown, done)
    for tab in made.sketch.strange:
        done.note(Outcome.RIGHT if shown.names_tab(tab) else Outcome.LOST, f"the tab {tab} is not named")
    return done


def _match(made: Made, ledgers: Mapping[str, list[Line]], done: Account) -> dict[tuple[str, str], Line]:
    """The rows of the ledgers by sheet and identity; a row that nobody wrote, or one that stands there twice, is wrong."""
    known = {(fact.sheet, squeeze(fact.row)): fact.row for fact in made.sketch.facts}
    rows: dict[tuple[str, str], Line] = {}
    for sheet, lines in ledgers.items():
        for line in lines:
            words = squeeze(line[IDENTITY[sheet] + RAW] or "") if IDENTITY.get(sheet) else ""
            row = known.get((sheet, words))
            if row is None or (sheet, row) in rows:
                if any(isinstance(value, str) and value for key, value in line.items() if key.endswith(RAW)):
                    done.note(Outcome.WRONG, f"{sheet} row {line['row']} that nobody wrote: {words}")
                continue
            rows[sheet, row] = line
    return rows


def _judge(same: list[Fact], line: Line | None, shown: Messages, done: Account) -> None:
    """Note what became of a cell, which may stand in several places."""
    fact = same[0]
    if not fact.value:
        return
    of = BY_KEY[fact.sheet][fact.field]
    where = f"{fact.tab}!{xl_rowcol_to_cell(*fact.place)} {fact.header!r} {fact.typed!r} = {fact.sheet}.{fact.field} of {fact.row!r}"
    arrived = show(of, line[fact.field]) if line else ""
    if arrived in {each.value for each in same}:
        done.note(Outcome.RIGHT)
    elif line and (arrived or line[fact.field + RAW]):
        outcome = Outcome.DOUBTED if shown.doubts(fact.sheet, fact.field) else Outcome.WRONG
        done.note(outcome, f"{where}, not {arrived or line[fact.field + RAW]!r}")
    elif any(shown.names(each, line is not None) for each in same):
        done.note(Outcome.HELD if fact.refusable else Outcome.ASKED, where)
    else:
        done.note(Outcome.LOST, where)


def _look_for_strange(
    made: Made,
    rows: Mapping[tuple[str, str], Line],
    facts: Mapping[tuple[str, str, str], list[Fact]],
    shown: Messages,
    done: Account,
) -> None:
    """Note values in the ledger that nobody wrote there: a column of the branch's own that was read as ours, or another of
    ours. What the registry or the workbook says of itself may stand in for what was not written."""
    owns: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for own in made.sketch.owns:
        owns[own.sheet, own.row].append(own)
    meant = {
        (sheet, row[IDENTITY[sheet]] if IDENTITY[sheet] else ""): row
        for sheet, lines in made.sketch.filling.tables.items()
        for row in lines
    }
    for (sheet, row), line in rows.items():
        for of in BY_KEY[sheet].fields:
            raw = line[of.key + RAW]
            if not isinstance(raw, str) or not raw.strip():
                continue
            expected = facts.get((sheet, row, of.key), [])
            same = [own for own in owns[sheet, row] if own.typed == raw.strip()]
            is_own = bool(same) and not any(of.key in own.may for own in same)
            if is_own and raw.strip() not in {fact.typed for fact in expected}:
                done.note(Outcome.TRAP, f"{same[0].header!r} {raw!r} read as {sheet}.{of.key} of {row!r}")
            elif not expected and not _may_be(of, line, meant.get((sheet, row), {}), owns[sheet, row]):
                outcome = Outcome.DOUBTED if shown.doubts(sheet, of.key) else Outcome.WRONG
                done.note(outcome, f"{raw!r} as {sheet}.{of.key} of {row!r}, where nothing was written")


def _may_be(of: Any, line: Line, meant: Mapping[str, str], owns: list[Any]) -> bool:
    raw = str(line[of.key + RAW]).strip()
    value = show(of, line[of.key]) or raw
    return value in (meant.get(of.key), canonical(of, meant.get(of.key, ""))) or any(
        of.key in own.may and own.typed == raw for own in owns
    )
