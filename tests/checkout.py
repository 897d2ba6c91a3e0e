"""A copy of the repository, to do something to and see what follows."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOT_OURS = {".git", ".venv", "build", "demo", "dist", "output"}
"""What stands at the top and is no part of the repository."""
MADE = ("__pycache__", "*_cache", ".hypothesis", "node_modules")


def _left_out(folder: str, names: list[str]) -> set[str]:
    return shutil.ignore_patterns(*MADE)(folder, names) | (NOT_OURS if Path(folder) == ROOT else set())


def to_test(*names: str) -> str:
    """The step that runs some of the copy's own tests, which must pass."""
    arguments = ["-q", "-n", "0", "-p", "no:cacheprovider", *names]
    return f"import pytest; assert pytest.main({arguments}) == pytest.ExitCode.OK"


class Checkout:
    """The copy in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT, folder, ignore=_left_out)

    def replace(self, path: str, old: str, new: str) -> None:
        """Put ``new`` in the place of ``old``, which must stand in the file once."""
        file = self.folder / path
        text = file.read_bytes().decode()
        assert text.count(old) == 1, (path, old, text.count(old))
        file.write_bytes(text.replace(old, new).encode())

    def append(self, path: str, text: str) -> None:
        """Add ``text`` at the end of the file, or begin it."""
        with (self.folder / path).open("ab") as file:
            file.write(text.encode())

    def run(self, *steps: str) -> str:
        """What is printed by ``steps`` of Python, done there one after the other by one process; they must succeed."""
        known = {key: text for key, text in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))}
        done = subprocess.run(
            [sys.executable, "-c", "import sys\nfor step in sys.argv[1:]: exec(step, {'__name__': 'step'})", *steps],
            cwd=self.folder,
            env=known | {"PYTHONPATH": str(self.folder), "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def changed(self) -> list[str]:
        """The files that are not as they were."""
        files = (path for path in self.folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        paths = [path.relative_to(self.folder).as_posix() for path in files]
        return sorted(path for path in paths if not _same(ROOT / path, self.folder / path))


def _same(before: Path, now: Path) -> bool:
    return before.is_file() and before.read_bytes() == now.read_bytes()
