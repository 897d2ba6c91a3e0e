"""What organisations are called: in the registry, before, and where they are listed."""

from functools import lru_cache

import pandas as pd

from pledgebatch.schema.frames import BETWEEN_NAMES, FORMER_NAMES
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.texts import squeeze


def named_in_registry(registry: pd.DataFrame) -> pd.Series:
    """The names that stand in the registry, by organisation; missing where one was made up for, and where another bears
    the same, for then the office has to say which of them is wrong."""
    names = registry["org_name"]
    if "org_name" + RAW in registry:
        names = names.where(registry["org_name" + RAW].fillna("") != "")
    names = names.where(~names.map(_folded, na_action="ignore").duplicated(keep=False))
    return names.set_axis(registry["organisation"])


def names_of(registry: pd.DataFrame) -> pd.MultiIndex:
    """Codes of organisations, each with the folded names that it bears or bore."""
    pairs = [
        (code, _folded(name))
        for code, now, former in zip(
            registry["organisation"], registry["org_name"], former_names(registry), strict=True
        )
        for name in (now, *former)
        if isinstance(name, str)
    ]
    return pd.MultiIndex.from_tuples(pairs, names=["organisation", "name"])


@lru_cache(20_000)
def _folded(name: str) -> str:
    return squeeze(name)


def shown_names(registry: pd.DataFrame) -> dict[str, str]:
    """What organisations are called where they are listed, by code: one whose name stands twice has beside it its unit,
    or its code where that does not tell it apart."""
    known = registry.dropna(subset=["org_name"]).drop_duplicates("organisation")
    names, folded = known["org_name"].tolist(), known["org_name"].map(_folded)
    shown = dict(zip(known["organisation"], names, strict=True))
    units = known["unit_name"].fillna("") if "unit_name" in known else pd.Series("", known.index)
    twice = folded.duplicated(keep=False)
    alike = pd.DataFrame({"name": folded, "unit": units.map(_folded)}).duplicated(keep=False) | (units == "")
    for code, name, unit, same in zip(
        known.loc[twice, "organisation"], known.loc[twice, "org_name"], units[twice], alike[twice], strict=True
    ):
        shown[code] = f"{name}（{code if same else unit}）"
    return shown


def former_names(registry: pd.DataFrame) -> list[list[str]]:
    """What each organisation was called before; nothing where that is not known."""
    if FORMER_NAMES not in registry:
        return [[] for _ in registry.index]
    return [text.split(BETWEEN_NAMES) if isinstance(text, str) else [] for text in registry[FORMER_NAMES]]
