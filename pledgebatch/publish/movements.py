"""Movements in words: the header of the field, the kind, and whose row it is, by name or text."""

from collections.abc import Callable

import pandas as pd

from pledgebatch.publish.month_slice import ledger_rows
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.month import Month
from pledgebatch.schema.sheets import REGISTRY, SHEETS
from pledgebatch.schema.states import Movement

HEADERS = {(sheet.name, field.key): field.header for sheet in (*SHEETS, REGISTRY) for field in sheet.fields}
LABELS = {str(kind): kind.label for kind in Movement}


def movements_in_words(month: Month) -> pd.DataFrame:
    """The month's movements with ``label``, ``header`` and ``words``, the words that a numbered row is known by."""
    moves = month.movements
    labels = moves["kind"].map(LABELS)
    known = {}
    for sheet in SHEETS:
        if sheet.number and len(moves):
            keys = ["organisation", sheet.number]
            rows = ledger_rows(month, sheet.key, [*keys, sheet.identity[0]], _among(moves, sheet), keys)
            numbers = rows[sheet.number].astype("str")
            for code, number, words in zip(rows["organisation"], numbers, rows[sheet.identity[0]], strict=True):
                known[code, sheet.name, number] = words
    places = zip(moves["organisation"], moves["sheet"], moves["number"], strict=True)
    words = pd.Series([known.get(place) for place in places], index=moves.index, dtype="str").fillna(moves["before"])
    return moves.assign(
        label=labels.astype("str"), header=headers_of(moves), words=words.where(moves["number"] != "", "")
    )


def registry_moves_in_words(month: Month) -> pd.DataFrame:
    """The office's own changes as ``movements_in_words`` gives those of the branches, with a ``sentence`` each."""
    moves = month.registry_moves
    gone = moves["kind"] == str(Movement.GONE)
    figures = (
        "上次填报时党员 " + moves["members"].astype("str") + " 名、承诺事项 " + moves["items"].astype("str") + " 件"
    )
    before = moves["before"].mask(gone, figures.where(moves["members"].notna(), "从未报送"))
    header = headers_of(moves).astype("str")
    changed = header + "由“" + before.fillna("") + "”改为“" + moves["after"].fillna("") + "”"
    added = "新列入单位名册，上级 " + moves["after"].fillna("")
    sentence = changed.mask(gone, "已不在单位名册中，" + before.fillna("")).mask(
        moves["kind"] == str(Movement.ADDED), added
    )
    return moves.assign(
        label=moves["kind"].map(LABELS).astype("str"),
        header=header,
        words=moves["org_name"],
        before=before,
        sentence=sentence,
    )


def _among(moves: pd.DataFrame, sheet: Sheet) -> Callable[[pd.DataFrame], pd.Series]:
    own = moves[moves["sheet"] == sheet.name]
    codes, numbers = set(own["organisation"]), set(own["number"])
    return lambda rows: rows["organisation"].isin(codes) & rows[sheet.number].astype("str").isin(numbers)


def headers_of(rows: pd.DataFrame) -> pd.Series:
    """The headers of the fields that moved; blank for a whole row."""
    pairs = zip(rows["sheet"], rows["field"], strict=True)
    return pd.Series([HEADERS.get(pair, "") for pair in pairs], index=rows.index, dtype="str")
