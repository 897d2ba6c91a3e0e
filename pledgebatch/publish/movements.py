"""Movements in words: the header of the field, the kind, and whose row it is, by name or text."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from pledgebatch.publish.month_slice import ledger_rows
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.month import Month
from pledgebatch.schema.records import Record
from pledgebatch.schema.sheets import ITEMS, MEMBERS, REGISTRY, SHEETS
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


ENDED = (str(Movement.GONE), str(Movement.DISSOLVED), str(Movement.MERGED))
"""After which only the figures of the last report are left to be said of an organisation."""


def handed_in_words(month: Month) -> pd.DataFrame:
    """What was handed over this month, as ``movements_in_words`` gives the movements of the branches."""
    moves = month.handed
    return moves.assign(label=moves["kind"].map(LABELS).astype("str"), header=headers_of(moves))


def registry_moves_in_words(month: Month) -> pd.DataFrame:
    """The office's own changes as ``movements_in_words`` gives those of the branches, with a ``sentence`` each."""
    moves = month.registry_moves
    if moves.empty:
        return moves.assign(**dict.fromkeys(("label", "header", "words", "before", "sentence"), moves["org_name"]))
    figures = "党员 " + moves["members"].astype("str") + " 名、承诺事项 " + moves["items"].astype("str") + " 件"
    last = ("上次填报时" + figures).where(moves["members"].notna(), "从未报送")
    before = moves["before"].mask(moves["kind"].isin(ENDED), last)
    header = headers_of(moves).astype("str")
    since, was, now = "自 " + moves["from_period"].fillna("") + " 起", before.fillna(""), moves["after"].fillna("")
    changed = header + "由“" + was + "”改为“" + now + "”"
    kinds = {
        Movement.GONE: "已不在单位名册中，" + was,
        Movement.ADDED: "新列入单位名册，上级 " + now,
        Movement.DISSOLVED: since + "撤销，" + was,
        Movement.MERGED: since + "并入 " + now + "，" + was,
        Movement.RECEIVED: since + "接收并入的 " + was + "：" + figures.where(moves["members"].notna(), "从未报送"),
        Movement.RENAMED: since + "更名为“" + now + "”，原名“" + was + "”",
        Movement.MOVED: since + "改隶，" + changed,
    }
    sentence = changed
    for kind, words in kinds.items():
        sentence = sentence.mask(moves["kind"] == str(kind), words)
    return moves.assign(
        label=moves["kind"].map(LABELS).astype("str"),
        header=header,
        words=moves["org_name"],
        before=before,
        sentence=sentence,
    )


def summarise_handed(month: Month) -> list[Record]:
    """What each organisation gave to another, or took, this month, a sentence for each."""
    names = shown_names(month.registry)
    lines: list[Record] = []
    taken = month.handed["giver"] != month.handed["organisation"]
    groups: Any = month.handed.assign(taken=taken).groupby(["organisation", "other", "taken", "kind"], sort=False)
    for (code, other, took, kind), own in groups:
        sizes = own["sheet"].value_counts()
        counts = [f"{sheet.name} {sizes[sheet.name]} 行" for sheet in SHEETS if sheet.name in sizes]
        way = f"{LABELS[kind]}自" if took and kind == str(Movement.TRANSFERRED) else LABELS[kind]
        sentence = f"{way} {other}：{'、'.join(counts)}"
        lines.append({"organisation": code, "org_name": names.get(code, code), "sentence": sentence})
    return lines


def count_unclaimed(month: Month) -> list[Record]:
    """What each organisation that was dissolved left, in a sentence."""
    names = shown_names(month.registry)
    lines = []
    for code, own in month.unclaimed.groupby("organisation"):
        people, items = (int((own["sheet"] == sheet.name).sum()) for sheet in (MEMBERS, ITEMS))
        words = f"还有党员 {people} 名、未办结的事项 {items} 件没有组织接续"
        lines.append({"organisation": code, "org_name": names.get(str(code), code), "sentence": words})
    return lines


def _among(moves: pd.DataFrame, sheet: Sheet) -> Callable[[pd.DataFrame], pd.Series]:
    own = moves[moves["sheet"] == sheet.name]
    codes, numbers = set(own["organisation"]), set(own["number"])
    return lambda rows: rows["organisation"].isin(codes) & rows[sheet.number].astype("str").isin(numbers)


def headers_of(rows: pd.DataFrame) -> pd.Series:
    """The headers of the fields that moved; blank for a whole row."""
    pairs = zip(rows["sheet"], rows["field"], strict=True)
    return pd.Series([HEADERS.get(pair, "") for pair in pairs], index=rows.index, dtype="str")
