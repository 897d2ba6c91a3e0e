"""Cells whose value, as understood, is not the text as typed."""

import pandas as pd

from pledgebatch.schema.frames import UNDERSTOOD, Tables, empty
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import SHEETS
from pledgebatch.schema.words import show_values


def list_understood(ledgers: Tables) -> pd.DataFrame:
    """The cells of ledgers that were understood otherwise than typed, in columns ``UNDERSTOOD``, row by row."""
    pieces = [empty(UNDERSTOOD)]
    for sheet in SHEETS:
        rows = ledgers[sheet.key]
        for field in sheet.fields if len(rows) else ():
            understood_as, typed = show_values(field, rows[field.key]), rows[field.key + RAW]
            differ = understood_as.index[understood_as.notna() & (understood_as != typed)]
            differ = differ[understood_as[differ] != typed[differ].str.strip()]  # few: only they are looked at again
            if len(differ):
                words = {"sheet": sheet.name, "field": field.key, "header": field.header}
                piece = rows.loc[differ, ["organisation", "file", "row"]]
                pieces.append(
                    piece.assign(**words, typed=typed[differ], **{"told": understood_as[differ]})[list(UNDERSTOOD)]
                )
    together = pd.concat(pieces, ignore_index=True).astype(UNDERSTOOD)
    return together.sort_values(["organisation", "file", "sheet", "row"], kind="stable", ignore_index=True)
