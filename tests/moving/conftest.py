"""The rules that look back; all others are tried elsewhere, and take their time."""

import pytest

from tests import quick_months


@pytest.fixture(autouse=True, scope="package")
def only_rules_that_look_back():
    with quick_months.asking("TRK04", "TRK05", "TRK06", "TRK07", "PUB03"):
        yield
