"""Items that went with their member to another organisation: they are pledged, and counted, there alone."""

import pandas as pd

from pledgebatch.rules.machinery.cells import no_hints, squeezed


def handed_to(items: pd.DataFrame, handed: pd.DataFrame | None) -> pd.Series:
    """To whom each of the ``items`` went; missing for those that stayed, and for another that has been given the number since.
    ``handed`` has ``organisation``, ``item_no``, ``text`` and ``to``."""
    if handed is None or handed.empty:
        return no_hints(items)
    went, stand = (
        zip(rows["organisation"], rows["item_no"], squeezed(rows["text"]), strict=True) for rows in (handed, items)
    )
    to, places = dict(zip(went, handed["to"], strict=True)), stand
    return pd.Series([to.get(place) for place in places], index=items.index, dtype="str")
