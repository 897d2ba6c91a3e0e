"""The quick reader, which is not written in Python: a file that makes it abort, hang or take all memory costs itself only.

A worker may end by a file. Any other process has a small one of its own read each workbook: this very file, run as a
script, so that no more is imported than the reader.
"""

import io
import pickle
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])  # where the reader is installed, wherever that is
import python_calamine

SECONDS = 120
MEMORY = 2 * 2**30
"""What reading one workbook may take, in bytes."""
NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_expendable = False


class ReaderEnded(Exception):
    """The reader ended its process, or was ended."""


def be_expendable() -> None:
    """From now on this process reads by itself: nothing is lost when it ends."""
    global _expendable
    _expendable = True


def read(data: bytes, names: Sequence[str]) -> dict[str, list[list[Any]]]:
    """The cells of those sheets that the reader can read, by name. Raises ReaderEnded, or ends an expendable process."""
    if _expendable or not sys.executable:
        return _read(data, names)
    found = str(Path(python_calamine.__file__).parents[1])
    try:
        child = subprocess.run(
            [sys.executable, "-I", __file__, found],
            input=pickle.dumps((data, list(names))),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=True,
            creationflags=NO_WINDOW,
        )
        sheets: dict[str, list[list[Any]]] = pickle.loads(child.stdout)
    except (subprocess.SubprocessError, EOFError, pickle.UnpicklingError):
        raise ReaderEnded from None
    return sheets


def _read(data: bytes, names: Sequence[str]) -> dict[str, list[list[Any]]]:
    found: dict[str, list[list[Any]]] = {}
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except Exception:  # whatever it does not take: every sheet is parsed instead, or the file refused
        return found
    for name in names:
        with suppress(Exception):  # a sheet that is missing is parsed instead
            found[name] = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return found


def _serve() -> None:
    """The other side: what is asked for comes in, and what was read, or why nothing was, goes out."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    data, names = pickle.load(sys.stdin.buffer)
    pickle.dump(_read(data, names), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    _serve()
