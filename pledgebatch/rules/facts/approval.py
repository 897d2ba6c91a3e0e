"""五.3: who approves what. The branch reviews its members' items; the organisation's own are approved by its superior."""

import pandas as pd

from pledgebatch.rules.machinery.cells import blank, given, of_organisation, sure
from pledgebatch.rules.machinery.conditions import Blank, Is, OnForm
from pledgebatch.schema.sheets import ITEMS

PASSED, SENT_BACK = ITEMS["conclusion"].choices
"""The conclusions of a review. An item that is sent back need not be planned, public or closed until it is passed."""
OWN, MEMBER = "组织", "党员"
APPROVED = Is("conclusion", (PASSED,)) | (
    Blank("conclusion")
    & Is("pledger", (OWN,))
    & OnForm(Is("approval_sealed", ("是",)))
    & OnForm(~Blank("approval_date"))
)
"""``approved`` as the workbook finds it by itself."""


def approved(items: pd.DataFrame, organisations: pd.DataFrame) -> pd.Series:
    """Passed in review; or the organisation's own, not reviewed, while its superior's seal and day stand.

    A day that cannot be understood stands all the same: ORG11 asks about it, and nothing else need wait for that.
    """
    by_review = sure(items["conclusion"] == PASSED)
    above = sure(items["pledger"] == OWN) & blank(items, "conclusion")
    if not above.any():
        return by_review
    sealed = sure(organisations["approval_sealed"] == "是") & given(organisations, "approval_date")
    return by_review | (above & sure(of_organisation(items, organisations.assign(sealed=sealed), "sealed")))


def approved_on(items: pd.DataFrame, organisations: pd.DataFrame) -> pd.Series:
    """The day of the review; of the organisation's own items that of the superior's approval, where it is later."""
    above = of_organisation(items, organisations, "approval_date").where(sure(items["pledger"] == OWN))
    return pd.concat([items["review_date"], above], axis=1).max(axis=1)


def with_approval(items: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    """``items`` with ``approved`` and ``approved_on``."""
    return items.assign(approved=approved(items, organisations), approved_on=approved_on(items, organisations))
