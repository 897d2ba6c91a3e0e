"""The kinds of layouts: what clerks do to a table, and what is promised of it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.layouts import kinds_columns, kinds_items, kinds_plain, kinds_refused, kinds_shapes, kinds_tabs
from tests.layouts.sketch import Sketch

READ, SHOWN, REFUSED = "read", "shown", "refused"
SHARE = {READ: 0.99, SHOWN: 0.95, REFUSED: 0.0}
"""The part of the cells of a kind that must arrive before anybody confirms anything."""


@dataclass(frozen=True)
class Kind:
    """A kind of layout: ``lay`` lays out one workbook, ``nth`` of its kind."""

    name: str
    promise: str
    lay: Callable[[Sketch, int], None]

    @property
    def what(self) -> str:
        return (self.lay.__doc__ or "").strip()


def _kinds() -> tuple[Kind, ...]:
    promised = (
        (READ, (*kinds_columns.KINDS, *kinds_plain.KINDS, *kinds_tabs.READ_KINDS)),
        (SHOWN, (*kinds_shapes.KINDS, *kinds_items.KINDS, *kinds_tabs.SHOWN_KINDS)),
        (REFUSED, kinds_refused.KINDS),
    )
    return tuple(Kind(lay.__name__, promise, lay) for promise, lays in promised for lay in lays)


KINDS = _kinds()
