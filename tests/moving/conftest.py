"""The rules that look back; all others are tried elsewhere, and take their time."""

import pytest

from pledgebatch.pipeline import assess_part, conclude
from pledgebatch.rules.book import RULES

LOOKING_BACK = [rule for rule in RULES if rule.code in ("TRK04", "TRK05", "TRK06", "TRK07", "PUB03")]


@pytest.fixture(autouse=True, scope="package")
def only_rules_that_look_back():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assess_part, "RULES", LOOKING_BACK)
        patch.setattr(conclude, "RULES", LOOKING_BACK)
        yield
