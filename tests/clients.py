"""Real clients that tests drive: where one is missing a test is skipped with the reason, or fails where that is refused."""

import os

import pytest


def require(missing: str) -> None:
    """Skip the test for what is ``missing``, if anything; fail where PLEDGEBATCH_REFUSE_SKIPS is set."""
    if missing and os.environ.get("PLEDGEBATCH_REFUSE_SKIPS"):
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
