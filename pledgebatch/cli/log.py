"""The log for the maintainer: what must be seen, such as the traceback of a rule that crashed."""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from pledgebatch.engine.private_files import open_private

LOG_NAME = "pledgebatch.log"


class Log(logging.Handler):
    """Keeps what is logged in a file of the workspace, made when there is something to say; where that cannot be
    written, in the folder for temporary files."""

    def __init__(self, folder: Path) -> None:
        """Keep the log in ``folder``."""
        super().__init__()
        self.folder = folder
        self.path: Path | None = None
        """Where the last entry went."""
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Write an entry down, where that is possible."""
        self.path = None
        text = self.format(record) + "\n"
        for place in (self._in_workspace, self._temporary, self._of_its_own):
            with suppress(OSError):  # then in the next place
                path = place()
                with open(path, "a", encoding="utf-8", errors="backslashreplace", opener=open_private) as file:
                    file.write(text)
                self.path = path
                return

    def _in_workspace(self) -> Path:
        if not self.folder.is_dir():
            raise NotADirectoryError
        return self.folder.absolute() / LOG_NAME

    def _temporary(self) -> Path:
        return Path(tempfile.gettempdir()) / LOG_NAME

    def _of_its_own(self) -> Path:
        """For when somebody else's has that name."""
        number, name = tempfile.mkstemp(".log", "pledgebatch-")
        os.close(number)
        return Path(name)

    def crashed(self, crash: BaseException) -> None:
        """Write down an exception that nobody expected."""
        logging.getLogger("pledgebatch").critical("the command could not be carried out", exc_info=crash)


@contextmanager
def keeping_log(folder: Path = Path()) -> Iterator[Log]:
    """Keep what is logged in ``folder``, until a command says which workspace it is about."""
    log, handler = logging.getLogger("pledgebatch"), Log(folder)
    log.addHandler(handler)
    try:
        yield handler
    finally:
        log.removeHandler(handler)
        handler.close()


def log_into(context: click.Context, _: click.Parameter, folder: Path) -> Path:
    """Keep the log in ``folder``, the workspace that the command is about."""
    if isinstance(context.obj, Log):
        context.obj.folder = folder
    return folder
