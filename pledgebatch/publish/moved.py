"""Movements in words: the header of the field, the kind, and whose row it is, by name or text."""

from collections.abc import Callable

import pandas as pd

from pledgebatch.publish.narrow import ledger
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import Month, Movement
from pledgebatch.schema.sheets import SHEETS

HEADERS = {(sheet.name, field.key): field.header for sheet in SHEETS for field in sheet.fields}


def moved(month: Month) -> pd.DataFrame:
    """The month's movements with ``label``, ``header`` and ``words``, the words that a numbered row is known by."""
    told = month.movements
    labels = told["kind"].map({str(kind): kind.label for kind in Movement})
    known = {}
    for sheet in SHEETS:
        if sheet.number and len(told):
            keys = ["organisation", sheet.number]
            rows = ledger(month, sheet.key, [*keys, sheet.identity[0]], _among(told, sheet), keys)
            numbers = rows[sheet.number].astype("str")
            for code, number, words in zip(rows["organisation"], numbers, rows[sheet.identity[0]], strict=True):
                known[code, sheet.name, number] = words
    places = zip(told["organisation"], told["sheet"], told["number"], strict=True)
    words = pd.Series([known.get(place) for place in places], index=told.index, dtype="str").fillna(told["before"])
    return told.assign(label=labels.astype("str"), header=in_headers(told), words=words.where(told["number"] != "", ""))


def _among(told: pd.DataFrame, sheet: Sheet) -> Callable[[pd.DataFrame], pd.Series]:
    own = told[told["sheet"] == sheet.name]
    codes, numbers = set(own["organisation"]), set(own["number"])
    return lambda rows: rows["organisation"].isin(codes) & rows[sheet.number].astype("str").isin(numbers)


def in_headers(told: pd.DataFrame) -> pd.Series:
    """The headers of the fields that moved; blank for a whole row."""
    pairs = zip(told["sheet"], told["field"], strict=True)
    return pd.Series([HEADERS.get(pair, "") for pair in pairs], index=told.index, dtype="str")
