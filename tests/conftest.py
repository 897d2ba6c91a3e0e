"""Settings of the test suite, how it is shared out, and what it measured, at the end."""

from typing import Any

import pytest
from hypothesis import settings

from tests.figures import MEASURED

# A test may be slow on a busy machine; speed is the benchmarks' business.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")

SPREAD = ("test_examples",)
"""Modules whose tests share nothing costly: they go to any worker, those of another module to one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a module together, since they share its fixtures."""
    for item in items:
        module = item.nodeid.partition("::")[0]
        if not module.endswith(tuple(f"{name}.py" for name in SPREAD)):
            item.add_marker(pytest.mark.xdist_group(module))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a worker hand over what it measured."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["measured"] = MEASURED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker measured."""
    MEASURED.extend(getattr(node, "workeroutput", {}).get("measured", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests measured."""
    if MEASURED:
        terminalreporter.section("measured")
        for line in dict.fromkeys(MEASURED):
            terminalreporter.write_line(line)
