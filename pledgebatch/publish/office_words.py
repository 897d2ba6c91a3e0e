"""What the office says to an organisation: a word of the clerk's, and the cells that it corrected."""

from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from pledgebatch.engine.dataset import Which, pieces
from pledgebatch.publish.sheets import shown_in_words
from pledgebatch.schema.corrected import originals_of, quoted
from pledgebatch.schema.decisions import WORDS
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import CORRECTED
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.month import Month
from pledgebatch.schema.records import Record
from pledgebatch.schema.sheets import SHEETS


def words_to(decided: pd.DataFrame) -> Mapping[str, list[str]]:
    """By organisation what the clerk has to say to it (经办意见)."""
    opinions: dict[str, list[str]] = defaultdict(list)
    own = decided.loc[decided["kind"] == WORDS.name, ["organisation", "after"]]
    for code, words in own.itertuples(index=False, name=None):
        opinions[code].append(words)
    return opinions


def corrections_of(month: Month) -> Mapping[str, list[Record]]:
    """By organisation the cells in its ledgers that were corrected: where, what was typed, what stands there now, and why."""
    found: dict[str, list[Record]] = defaultdict(list)
    which = Which((CORRECTED, "set_aside"), _wanted)
    for sheet in SHEETS:
        marks = [mark for rows in pieces(month.tables, sheet.key, [CORRECTED], which) for mark in rows[CORRECTED]]
        if not marks:  # as nearly always: nothing else is read
            continue
        keys = dict.fromkeys((*filter(None, [sheet.number]), *(key for mark in marks for key in originals_of(mark))))
        columns = ["organisation", CORRECTED, *(key + raw for key in keys for raw in ("", RAW))]
        for rows in pieces(month.tables, sheet.key, columns, which):
            for code, mark, place in zip(rows["organisation"], rows[CORRECTED], range(len(rows)), strict=True):
                for key, (typed, reason) in originals_of(mark).items():
                    found[code].append(
                        {
                            "place": _place(sheet, rows, place, key),
                            "typed": quoted(typed),
                            "now": quoted(shown_in_words(sheet[key], rows, place)),
                            "reason": reason,
                        }
                    )
    return found


def _wanted(rows: pd.DataFrame) -> pd.Series:
    return rows[CORRECTED].notna() & rows["set_aside"].isna()


def _place(sheet: Sheet, rows: pd.DataFrame, place: int, key: str) -> str:
    number = rows[sheet.number + RAW].iloc[place] if sheet.number else ""
    numbered = f"编号 {number} 的" if isinstance(number, str) and number else "的"
    return f"《{sheet.name}》{numbered}“{sheet[key].header}”"
