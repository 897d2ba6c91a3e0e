"""Settings of the test suite, and what it measured, at the end."""

import pytest
from hypothesis import settings

from tests.figures import MEASURED

# A test may be slow on a busy machine; speed is the benchmarks' business.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests measured."""
    if MEASURED:
        terminalreporter.section("measured")
        for line in MEASURED:
            terminalreporter.write_line(line)
