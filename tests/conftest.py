"""Settings of the test suite, how it is shared out, and what it measured, at the end."""

import compileall
import gc
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from pledgebatch.readers import native
from tests.figures import MEASURED

# A test may be slow on a busy machine; speed is the benchmarks' business.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")

# What tests make is small and many: circles are looked for seldom, and small tables are not shared out to threads.
gc.set_threshold(100_000, 20, 20)
pyarrow.set_cpu_count(1)
# A process that only tests may end by a file, as a worker may: starting one to read each workbook is most of reading it.
# What the others do is tested in tests/readers/test_native.py and by the commands that tests start.
native.be_expendable()

PROGRAM = Path(__file__).parents[1] / "pledgebatch"
SPREAD = ("test_examples.py", "test_contributing.py")
"""Modules whose tests share nothing costly: they go to any worker, those of another module to one."""
TOGETHER = {
    "tests/mail/": "post office",
    "tests/demo/": "demo",
    "_in_browser.py": "browser",
    "test_old_browsers": "browser",
    "test_outputs_": "outputs",
}
"""Modules, by part of their path, that share what only one worker should make: servers, or a month to look at."""
DEAREST = (
    "post office", "browser", "demo", "tests/workbooks/test_self_check_parity.py", "outputs", "tests/intake/test_corpus.py",
)  # fmt: skip
"""What takes a worker longest, which is begun first: begun last, all others would wait for it."""


class ByModule(LoadScopeScheduling):
    """Shares tests out module by module, since those of a module share its fixtures.

    xdist's own groups would do, were they not lost on the way from the workers under pytest 9.2.
    """

    def _assign_work_unit(self, node: WorkerController) -> None:
        for scope in reversed(DEAREST):
            if scope in self.workqueue:
                self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        if module.endswith(SPREAD):
            return nodeid
        return next((group for part, group in TOGETHER.items() if part in module), module)


def pytest_configure(config: pytest.Config) -> None:
    """Compile the program once: where nobody else may write bytecode, each of hundreds of processes would do it again."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        compileall.compile_dir(PROGRAM, quiet=2)


@pytest.hookimpl(optionalhook=True, wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than there are cores: much of what tests drive waits."""
    return (yield) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByModule:
    """Say how tests are shared out."""
    return ByModule(config, log)


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
