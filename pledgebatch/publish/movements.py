"""Movements in words: the header of the field, the kind, and whose row it is, by name or text."""

from collections.abc import Callable

import pandas as pd

from pledgebatch.publish.month_slice import ledger
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import Month, Movement
from pledgebatch.schema.sheets import REGISTRY, SHEETS

HEADERS = {(sheet.name, field.key): field.header for sheet in (*SHEETS, REGISTRY) for field in sheet.fields}
LABELS = {str(kind): kind.label for kind in Movement}


def moved(month: Month) -> pd.DataFrame:
    """The month's movements with ``label``, ``header`` and ``words``, the words that a numbered row is known by."""
    told = month.movements
    labels = told["kind"].map(LABELS)
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


def registry_moved(month: Month) -> pd.DataFrame:
    """The office's own changes as ``moved`` gives those of the branches, with a ``sentence`` each."""
    told = month.registry_moves
    gone = told["kind"] == str(Movement.GONE)
    figures = "上次填报时党员 " + told["members"].astype("str") + " 名、承诺事项 " + told["items"].astype("str") + " 件"
    before = told["before"].mask(gone, figures.where(told["members"].notna(), "从未报送"))
    header = in_headers(told).astype("str")
    changed = header + "由“" + before.fillna("") + "”改为“" + told["after"].fillna("") + "”"
    added = "新列入单位名册，上级 " + told["after"].fillna("")
    sentence = changed.mask(gone, "已不在单位名册中，" + before.fillna("")).mask(
        told["kind"] == str(Movement.ADDED), added
    )
    return told.assign(
        label=told["kind"].map(LABELS).astype("str"),
        header=header,
        words=told["org_name"],
        before=before,
        sentence=sentence,
    )


def _among(told: pd.DataFrame, sheet: Sheet) -> Callable[[pd.DataFrame], pd.Series]:
    own = told[told["sheet"] == sheet.name]
    codes, numbers = set(own["organisation"]), set(own["number"])
    return lambda rows: rows["organisation"].isin(codes) & rows[sheet.number].astype("str").isin(numbers)


def in_headers(told: pd.DataFrame) -> pd.Series:
    """The headers of the fields that moved; blank for a whole row."""
    pairs = zip(told["sheet"], told["field"], strict=True)
    return pd.Series([HEADERS.get(pair, "") for pair in pairs], index=told.index, dtype="str")
