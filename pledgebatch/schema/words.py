"""The words in which values go out again, into workbooks and forms: what was understood is understood the same again."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

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
    if not values.hasnans:
        return values
    unknown = values.isna() & (raws != "").fillna(False).astype(bool)
    if unknown.any():
        raws = raws.where(~unknown, _still_unknown(field, raws[unknown]))
    return values.fillna(raws)


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
    words, raws = in_words(field, rows), rows[field.key + RAW]
    unlike = rows[field.key].notna() & (words != raws)
    if unlike.any():
        pairs = pd.MultiIndex.from_arrays([raws[unlike], words[unlike]])
        sent_as = {(raw, word): raw if reads_as(field, raw, word, year) else word for raw, word in pairs.unique()}
        sent = pd.Series([sent_as[pair] for pair in pairs], index=words.index[unlike], dtype="str")
        words = sent.reindex(words.index).fillna(words)
    return words


def reads_as(field: Field, text: str, word: str, year: int) -> bool:
    """Whether a text cell that says ``text`` is understood as what we write as ``word``."""
    return show(field, understand(field, text, year)) == word


def show_values(field: Field, values: pd.Series) -> pd.Series:
    """Values as the office writes them, missing where missing."""
    if field.kind not in DTYPES:
        return values
    return values.map({value: show(field, value) for value in values.dropna().unique()}).astype("str")


def _still_unknown(field: Field, raws: pd.Series) -> pd.Series:
    """Typed texts that were not understood, written so that they are not understood when they come back either."""

    def written(raw: Any) -> Any:
        for text in (raw, f"{raw}{DOUBT}"):
            if not isinstance(text, str) or understand(field, text, ANY_YEAR) is None:
                return text
        return ""

    return raws.map({raw: written(raw) for raw in raws.dropna().unique()}).astype("str")
