"""What of a pledge is compared: folded, without digits, punctuation, the member's own name and the names of the unit."""

from collections.abc import Iterable

import pandas as pd

from pledgebatch.rules.cells import squeezed
from pledgebatch.rules.words import over_distinct, without


def essence(items: pd.DataFrame, organisations: pd.DataFrame, by: str = "submission") -> pd.Series:
    """The essence of each item's text; missing where nothing is left. ``by`` joins the names of ``organisations``."""
    names = organisations.drop_duplicates(by).set_index(by).reindex(items[by])
    own = [squeezed(each.set_axis(items.index)) for each in (names["org_name"], names["unit_name"], items["name"])]
    bare = _rid(squeezed(items["text"]), zip(*(each.fillna("").tolist() for each in own), strict=True))
    plain = over_distinct(bare, lambda each: without(each, r"[\d\W_]+"))
    return plain.where(plain != "").astype("str")


def _rid(texts: pd.Series, names: Iterable[tuple[str, ...]]) -> pd.Series:
    """The texts without the names of their own rows."""
    bare = texts.tolist()
    for place, said in enumerate(names):
        text = bare[place]
        if isinstance(text, str):
            for name in said:
                if len(name) > 1 and name in text:
                    text = text.replace(name, "")
            bare[place] = text
    return pd.Series(bare, index=texts.index, dtype="str")
