"""What of a pledge is compared: folded, without digits, punctuation, the member's own name and the names of the unit."""

from collections.abc import Iterable

import pandas as pd

from pledgebatch.rules.language.words import any_of, lists, literal, over_distinct, without
from pledgebatch.rules.machinery.cells import squeezed
from pledgebatch.schema.texts import is_common, simplify


def normalised_text(items: pd.DataFrame, organisations: pd.DataFrame, by: str = "submission") -> pd.Series:
    """The essence of each item's text; missing where nothing is left. ``by`` joins the names of ``organisations``."""
    names = organisations.drop_duplicates(by).set_index(by).reindex(items[by])
    own = [squeezed(each.set_axis(items.index)) for each in (names["org_name"], names["unit_name"], items["name"])]
    bare = _rid(squeezed(items["text"]), zip(*(each.fillna("").tolist() for each in own), strict=True))
    plain = over_distinct(bare, lambda each: without(each, r"[\d\W_]+"))
    return plain.where(plain != "").astype("str")


def _rid(texts: pd.Series, names: Iterable[tuple[str, ...]]) -> pd.Series:
    """The texts without the names of their own rows."""
    bare = texts.tolist()
    for place, own in enumerate(names):
        text = bare[place]
        if isinstance(text, str):
            for name in own:
                if len(name) > 1 and name in text:
                    text = text.replace(name, "")
            bare[place] = text
    return pd.Series(bare, index=texts.index, dtype="str")


def plainest(essences: pd.Series) -> pd.Series:
    """Essences without numerals in words, who speaks, opening formulas and what is worded for the whole country, in
    simplified characters; missing where hardly anything is left to compare."""
    words = lists("national")
    numerals = f"[{lists('measurable')['numerals']}]+"
    fixed = literal(phrase for each in words["fixed"] for phrase in each["phrases"])

    def bare(texts: pd.Series) -> pd.Series:
        plain = without(without(_simplified(texts), any_of(words["formulas"]["patterns"])), fixed)
        return without(plain, numerals)

    plain = over_distinct(essences, bare, fold=False)
    return plain.where(plain.str.len() >= words["formulas"]["least"])


def _simplified(texts: pd.Series) -> pd.Series:
    """The texts in simplified characters; those that have none but these are left as they are."""
    odd = texts[[not is_common(text) for text in texts.tolist()]]
    if odd.empty:
        return texts
    plain = texts.copy()
    plain.update(odd.map(simplify))
    return plain
