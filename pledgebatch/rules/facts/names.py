"""What organisations are called: in the registry, before, and where they are listed."""

from collections import Counter
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
    units = registry["unit_name"] if "unit_name" in registry else [""] * len(registry)
    known: dict[str, tuple[str, str]] = {}
    for code, name, unit in zip(registry["organisation"], registry["org_name"], units, strict=True):
        if isinstance(name, str):
            known.setdefault(code, (name, unit if isinstance(unit, str) else ""))
    folded = {code: _folded(name) for code, (name, _) in known.items()}
    called = Counter(folded.values())
    twice = {code: _folded(known[code][1]) for code, name in folded.items() if called[name] > 1}
    alike = Counter((folded[code], unit) for code, unit in twice.items())
    shown = {code: name for code, (name, _) in known.items()}
    for code, unit in twice.items():
        name, typed = known[code]
        shown[code] = f"{name}（{typed if typed and alike[folded[code], unit] == 1 else code}）"
    return shown


def former_names(registry: pd.DataFrame) -> list[list[str]]:
    """What each organisation was called before; nothing where that is not known."""
    if FORMER_NAMES not in registry:
        return [[] for _ in registry.index]
    return [text.split(BETWEEN_NAMES) if isinstance(text, str) else [] for text in registry[FORMER_NAMES]]
