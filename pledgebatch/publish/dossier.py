"""What is known of one organisation in a month, as plain records: a page takes a few of each, and frames are slow at few."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from pledgebatch.engine.dataset import pieces
from pledgebatch.rules.machinery.cells import short
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import LIVE, Month
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.records import Record, grouped, records, with_labels
from pledgebatch.schema.sheets import ITEMS, MEMBERS

MOST_ASIDE = 20
LONGEST_LABEL = 14
"""Characters by which a row is called."""


@dataclass(frozen=True)
class Dossier:
    """One organisation: its line of the coverage, findings, verdicts by clause, and files with what became of them."""

    who: Record
    counting: list[Record]
    waived: list[Record]
    verdicts: dict[str, Record]
    files: list[Record]
    labels: Mapping[tuple[str, str, int], str] = field(default_factory=dict)
    """What the rows of findings are called, by file, sheet and row."""


def dossiers(month: Month) -> dict[str, Dossier]:
    """The dossier of each organisation that ``month`` covers."""
    found = _sorted_out(month.findings)
    verdicts = _sorted_out(month.verdicts)
    counted = _sorted_out(month.reconciliation, "file")
    aside = _sorted_out(month.set_aside, "file")
    files = _sorted_out(month.submissions, with_words=with_labels)
    called = _labels(month)
    return {
        who["organisation"]: Dossier(
            who,
            [one for one in found[who["organisation"]] if not one["waiver"]],
            [one for one in found[who["organisation"]] if one["waiver"]],
            {one["clause"]: one for one in verdicts[who["organisation"]]},
            [
                file
                | {
                    "sheets": counted[file["file"]],
                    "aside": _aside(aside[file["file"]]) if file["state"] in LIVE else [],
                }
                for file in files[who["organisation"]]
            ],
            called.get(who["organisation"], {}),
        )
        for who in with_labels(month.coverage)
    }


def _labels(month: Month) -> dict[str, dict[tuple[str, str, int], str]]:
    """By organisation, what the rows are called of which something was found."""
    told: dict[str, dict[tuple[str, str, int], str]] = defaultdict(dict)
    rows = month.findings.dropna(subset=["sheet", "row", "file"])
    for sheet in (MEMBERS, ITEMS):
        wanted = {*rows.loc[rows["sheet"] == sheet.name, ["file", "row"]].itertuples(index=False, name=None)}
        if not wanted:
            continue
        number, text = str(sheet.number), sheet.identity[-1]
        columns = ["organisation", "file", "row", number + RAW, text + RAW]
        for piece in pieces(month.tables, sheet.key, columns):
            some = piece[piece["file"].isin({file for file, _ in wanted})].fillna({number + RAW: "", text + RAW: ""})
            for code, file, row, numbered, said in some.itertuples(index=False, name=None):
                if (file, row) in wanted:
                    told[code][file, sheet.name, row] = _called(sheet, numbered, short(said, LONGEST_LABEL))
    return told


def _called(sheet: Sheet, number: str, text: str) -> str:
    if sheet is MEMBERS:
        return text or f"序号 {short(number, LONGEST_LABEL)}"
    return f"{short(number, LONGEST_LABEL)}“{text}”" if text else short(number, LONGEST_LABEL)


def _sorted_out(
    frame: pd.DataFrame, key: str = "organisation", with_words: Callable[[pd.DataFrame], list[Record]] = records
) -> dict[str, list[Record]]:
    return grouped(with_words(frame), key)


def _aside(rows: list[Record]) -> list[str]:
    told = [f"《{row['sheet']}》第 {row['row']} 行（{row['reason']}）" for row in rows[:MOST_ASIDE]]
    return told + ([f"共 {len(rows)} 行，详见退回修改工作簿"] if len(rows) > MOST_ASIDE else [])
