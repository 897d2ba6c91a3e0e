"""What is known of one organisation in a month, as plain records: a page takes a few of each, and frames are slow at few."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from pledgebatch.engine.dataset import pieces
from pledgebatch.publish.guesses import guessed, line_of
from pledgebatch.publish.movements import registry_moves_in_words, summarise_handed
from pledgebatch.publish.office_words import corrections_of, words_to
from pledgebatch.rules.machinery.cells import short
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.month import Month
from pledgebatch.schema.records import Record, group_records, records, tuples, with_labels
from pledgebatch.schema.sheets import ITEMS, MEMBERS
from pledgebatch.schema.states import LIVE
from pledgebatch.workbooks.findings import Finding, findings_of, group

MOST_ASIDE = 20
LONGEST_LABEL = 14
"""Characters by which a row is called."""


@dataclass(frozen=True)
class Dossier:
    """One organisation: its line of the coverage, findings, verdicts by clause, and files with what became of them."""

    who: Record
    counting: list[Finding]
    waived: list[Finding]
    verdicts: dict[str, Record]
    files: list[Record]
    labels: Mapping[tuple[str, str, int], str] = field(default_factory=dict)
    """What the rows of findings are called, by file, sheet and row."""
    moves: Sequence[str] = ()
    """What became of it, and what it gave and took this month, in sentences."""
    guesses: Sequence[Record] = ()
    """How its own tables were understood."""
    words: Sequence[str] = ()
    """What the clerk has to say to it."""
    corrections: Sequence[Record] = ()
    """Its cells that the office corrected."""


def make_dossiers(month: Month) -> dict[str, Dossier]:
    """The dossier of each organisation that ``month`` covers."""
    found = group(findings_of(month.findings), attrgetter("organisation"))
    verdicts = group_records(records(month.verdicts), "organisation")
    counts = group_records(records(month.reconciliation), "file")
    aside = group_records(records(month.set_aside), "file")
    files = group_records(with_labels(month.submissions), "organisation")
    labels = _labels(month)
    moves: dict[str, list[str]] = defaultdict(list)
    for line in (*records(registry_moves_in_words(month)), *summarise_handed(month)):
        moves[line["organisation"]].append(line["sentence"])
    words, corrected = words_to(month.decided), corrections_of(month)
    own_tables: dict[str, list[Record]] = defaultdict(list)
    for change in guessed(month).to_dict("records"):
        own_tables[change["organisation"]].append(line_of(change))
    return {
        who["organisation"]: Dossier(
            who,
            [each for each in found[who["organisation"]] if not each.waiver],
            [each for each in found[who["organisation"]] if each.waiver],
            {each["clause"]: each for each in verdicts[who["organisation"]]},
            [
                file
                | {
                    "sheets": counts[file["file"]],
                    "aside": _aside(aside[file["file"]]) if file["state"] in LIVE else [],
                }
                for file in files[who["organisation"]]
            ],
            labels.get(who["organisation"], {}),
            moves[who["organisation"]],
            own_tables.get(who["organisation"], ()),
            words.get(who["organisation"], ()),
            corrected.get(who["organisation"], ()),
        )
        for who in with_labels(month.coverage)
    }


def _labels(month: Month) -> dict[str, dict[tuple[str, str, int], str]]:
    """By organisation, what the rows are called of which something was found."""
    labels: dict[str, dict[tuple[str, str, int], str]] = defaultdict(dict)
    rows = month.findings.dropna(subset=["sheet", "row", "file"])
    for sheet in (MEMBERS, ITEMS):
        wanted = {*rows.loc[rows["sheet"] == sheet.name, ["file", "row"]].pipe(tuples)}
        if not wanted:
            continue
        numbers, texts = str(sheet.number) + RAW, sheet.identity[-1] + RAW
        columns = ["organisation", "file", "row", numbers, texts]
        for piece in pieces(month.tables, sheet.key, columns):
            some = piece[piece["file"].isin({file for file, _ in wanted})].fillna({numbers: "", texts: ""})
            for code, file, row, number, words in tuples(some):
                if (file, row) in wanted:
                    labels[code][file, sheet.name, row] = _label(sheet, number, short(words, LONGEST_LABEL))
    return labels


def _label(sheet: Sheet, number: str, text: str) -> str:
    if sheet is MEMBERS:
        return text or f"序号 {short(number, LONGEST_LABEL)}"
    return f"{short(number, LONGEST_LABEL)}“{text}”" if text else short(number, LONGEST_LABEL)


def _aside(rows: list[Record]) -> list[str]:
    listed = [f"《{row['sheet']}》第 {row['row']} 行（{row['reason']}）" for row in rows[:MOST_ASIDE]]
    return listed + ([f"共 {len(rows)} 行，详见退回修改工作簿"] if len(rows) > MOST_ASIDE else [])
