"""五.5: how far an item has come."""

import pandas as pd

from pledgebatch.rules.facts.approval import SENT_BACK
from pledgebatch.rules.machinery.cells import sure

OPEN = ("未开始", "进行中", "延期")
"""An item still to be done; 撤销 and 无法完成 are not."""
UNDONE = ("延期", "无法完成", "撤销")
"""An item that will not be done as pledged, which needs a reason."""


def is_open(items: pd.DataFrame) -> pd.Series:
    """An item sent back in review is not tracked until it is passed."""
    return items["status"].isin(OPEN) & ~sure(items["conclusion"] == SENT_BACK)
