"""Items that went with their member to another organisation: they are pledged, and counted, there alone."""

import pandas as pd

from pledgebatch.rules.machinery.cells import no_hints


def handed_to(items: pd.DataFrame, handed: pd.DataFrame | None) -> pd.Series:
    """To whom each of the ``items`` went; missing for those that stayed. ``handed`` has ``organisation``, ``item_no``, ``to``."""
    if handed is None or handed.empty:
        return no_hints(items)
    to = dict(zip(zip(handed["organisation"], handed["item_no"], strict=True), handed["to"], strict=True))
    places = zip(items["organisation"], items["item_no"], strict=True)
    return pd.Series([to.get(place) for place in places], index=items.index, dtype="str")
