"""Cells whose value, as understood, is not the text as typed."""

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pledgebatch.schema.arrow import as_frame
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import UNDERSTOOD, Tables, empty
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import SHEETS
from pledgebatch.schema.words import show_values, texts_of

PLACE = ("organisation", "file", "row")


def list_understood(ledgers: Tables) -> pd.DataFrame:
    """The cells of ledgers that were understood otherwise than typed, in columns ``UNDERSTOOD``, row by row."""
    found = [piece for sheet in SHEETS if len(ledgers[sheet.key]) for piece in _pieces(sheet, ledgers[sheet.key])]
    if not found:
        return empty(UNDERSTOOD)
    together = as_frame(pa.concat_tables(found).select(list(UNDERSTOOD)))
    return together.sort_values(["organisation", "file", "sheet", "row"], kind="stable", ignore_index=True)


def _pieces(sheet: Sheet, rows: pd.DataFrame) -> Iterator[pa.Table]:
    """The cells understood otherwise, field by field."""
    place = pa.table({name: pa.array(rows[name]) for name in PLACE})
    for field in sheet.fields:
        shown, typed = texts_of(show_values(field, rows[field.key])), texts_of(rows[field.key + RAW])
        differ = pc.indices_nonzero(_unlike(shown, typed))
        if len(differ):  # few: only they are looked at again
            differ = differ.filter(_unlike(shown.take(differ), pc.utf8_trim_whitespace(typed.take(differ))))
        if len(differ):
            words = {"sheet": sheet.name, "field": field.key, "header": field.header}
            columns = {name: pa.repeat(pa.scalar(word, shown.type), len(differ)) for name, word in words.items()}
            columns |= {name: place[name].take(differ) for name in PLACE}
            yield pa.table(columns | {"typed": typed.take(differ), "told": shown.take(differ)})


def _unlike(shown: pa.Array, typed: pa.Array) -> pa.Array:
    """Where something was understood, and not what was typed."""
    return pc.and_(pc.is_valid(shown), pc.fill_null(pc.not_equal(shown, typed), True))
