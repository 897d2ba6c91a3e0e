"""The words in which values go out again, into workbooks and forms: what was understood is understood the same again."""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pledgebatch.schema.arrow import as_texts
from pledgebatch.schema.fields import Field, Sheet
from pledgebatch.schema.kinds import DTYPES, RAW, show, understand

DOUBT = "？"
"""Stands behind a typed text that was not understood, and would be if it came back as it stands: the number 1985.1 as a
text is January."""
ANY_YEAR = 2000
"""For asking whether a text is understood at all; it has a 29th of February."""


def in_words(field: Field, rows: pd.DataFrame) -> pd.Series:
    """A field of ``rows`` in the notation we ask for, as typed where it was not understood; missing without a column."""
    values, raws = show_values(field, rows[field.key]), rows[field.key + RAW]
    return as_column(_in_words(field, texts_of(values), texts_of(raws)), values)


def _in_words(field: Field, values: pa.Array, raws: pa.Array) -> pa.Array:
    """The ``values`` of a field as we write them, and where there is none what was typed."""
    if not values.null_count:
        return values
    unknown = pc.fill_null(pc.and_(pc.is_null(values), pc.not_equal(raws, "")), False)
    if pc.any(unknown).as_py():
        written = [_still_unknown(field, raw) for raw in raws.filter(unknown).to_pylist()]
        raws = pc.replace_with_mask(raws, unknown, pa.array(written, raws.type))
    return pc.coalesce(values, raws)


def numbers_in(sheet: Sheet, texts: Mapping[str, pd.Series], unnumbered: pd.Series | None = None) -> pd.Series:
    """What rows in words are known by: their numbers, or what they say where they have none or are ``unnumbered``."""
    (*_, some) = texts.values()
    number = pd.Series("", index=some.index, dtype="str")
    known_by = sheet.known_by or (() if sheet.form else (sheet.number or "", *sheet.identity))
    for key in (key for key in known_by if key in texts):
        text = texts[key].fillna("")
        if key == sheet.number and unnumbered is not None:
            text = text.mask(unnumbered, "")
        # A row without its number is known by its name or text, a row that has one by that alone.
        number = number.where(number != "", text) if sheet.number else number + ("　" + text).where(text != "", "")
    return number.str.strip("　")


def keys_of_number(sheet: Sheet) -> list[str]:
    """The fields by which the rows of a sheet are known."""
    return [key for key in (sheet.number, *sheet.identity, *sheet.known_by) if key]


def own_numbers(sheet: Sheet, rows: pd.DataFrame) -> pd.Series:
    """What typed ``rows`` of a sheet are known by, as far as their columns tell."""
    keys = [key for key in keys_of_number(sheet) if {key, key + RAW} <= {*rows.columns}]
    if sheet.form or not keys:
        return pd.Series(pd.NA, index=rows.index, dtype="str")
    return numbers_in(sheet, {key: in_words(sheet[key], rows) for key in keys})


def as_sent(field: Field, rows: pd.DataFrame, year: int) -> pd.Series:
    """A field of ``rows`` as it was typed; in our notation where what was typed would now be understood otherwise.

    A serial number is no date any more once it is a text, and 同上 says nothing in another place. ``year`` is the year
    of the workbook.
    """
    values, raws = show_values(field, rows[field.key]), texts_of(rows[field.key + RAW])
    shown = texts_of(values)
    words = _in_words(field, shown, raws)
    unlike = pc.fill_null(pc.and_(pc.is_valid(shown), pc.not_equal(words, raws)), False)
    if pc.any(unlike).as_py():
        pairs = list(zip(raws.filter(unlike).to_pylist(), words.filter(unlike).to_pylist(), strict=True))
        sent_as = {(raw, word): raw if reads_as(field, raw, word, year) else word for raw, word in set(pairs)}
        words = pc.replace_with_mask(words, unlike, pa.array([sent_as[pair] for pair in pairs], words.type))
    return as_column(words, values)


def reads_as(field: Field, text: str, word: str, year: int) -> bool:
    """Whether a text cell that says ``text`` is understood as what we write as ``word``."""
    return show(field, understand(field, text, year)) == word


def show_values(field: Field, values: pd.Series) -> pd.Series:
    """Values as the office writes them, missing where missing."""
    if field.kind not in DTYPES:
        return values
    coded = pa.array(values).dictionary_encode()
    shown = pa.array([show(field, value) for value in coded.dictionary.to_pylist()], pa.large_string())
    return as_column(shown.take(coded.indices), values)


def texts_of(column: pd.Series) -> pa.Array:
    """The texts of a column as Arrow holds them: to ask a few of them through pandas takes ten times as long."""
    texts = pa.array(column, pa.large_string())
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def as_column(texts: pa.Array, like: pd.Series) -> pd.Series:
    """Texts in the place of those of another column."""
    return pd.Series(as_texts(texts), like.index, name=like.name)


def _still_unknown(field: Field, raw: str) -> str:
    """A typed text that was not understood, written so that it is not understood when it comes back either."""
    return next((text for text in (raw, f"{raw}{DOUBT}") if understand(field, text, ANY_YEAR) is None), "")
