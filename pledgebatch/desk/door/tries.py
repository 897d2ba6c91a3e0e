"""What branches bring before they hand it in: the last file of each for a month, and what it came to. A restart forgets it."""

import secrets
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from threading import Lock

from pledgebatch.desk.door.verdicts import Verdicts
from pledgebatch.desk.guard import Refused
from pledgebatch.desk.incoming import write_upload
from pledgebatch.mail.names import safe_name
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.examine import Brought, Examined
from pledgebatch.pipeline.hand_in import file_in_inbox

IN, OUT = "in", "out"
"""The folder of the file, and of what is written of it."""
STILL_COMING = "上一个文件还没有核验完，请等一等"
KEPT = 24 * 3600.0
"""Seconds that a try is kept."""
EMPTY = "这个文件是空的，没有收下"


@dataclass
class Try:
    """A file that was brought, and what it comes to."""

    code: str
    period: Period
    path: Path
    future: "Future[Examined]"
    began: float = field(default_factory=time.monotonic)

    @property
    def examined(self) -> Examined | None:
        """What it came to; None as long as that is not known."""
        return self.future.result() if self.future.done() else None

    def written(self, name: str) -> Path | None:
        """A file that was written of it."""
        examined = self.examined
        return self.path.parent.parent / OUT / name if examined and name in examined.written else None


class Tries:
    """The last try of each branch for each month, in a folder that is emptied at the start."""

    def __init__(self, folder: Path, verdicts: Verdicts) -> None:
        """Begin with none."""
        self._folder, self._verdicts, self._lock = folder, verdicts, Lock()
        self._known: dict[tuple[str, Period], Try] = {}
        self._coming: set[str] = set()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)

    def of(self, code: str, period: Period) -> Try | None:
        """What a branch brought last for a month."""
        return self._known.get((code, period))

    async def take(self, code: str, period: Period, name: str, stream: AsyncIterator[bytes]) -> Try:
        """Take a file in as it comes, and have it judged. Raises Refused for one that is too large, where there is no room,
        and while another of the same branch still comes or is judged."""
        with self.making(code, name) as path:
            if not await write_upload(stream, path):
                raise Refused(HTTPStatus.BAD_REQUEST, EMPTY)
            return self.begin(code, period, path)

    @contextmanager
    def making(self, code: str, name: str) -> Iterator[Path]:
        """A place for a file of this name, in a folder of its own, gone where the file is not made after all. Raises
        Refused while another of the same branch is made or judged."""
        with self._lock:
            pending = [each for each in self._known.values() if each.code == code and not each.examined]
            if code in self._coming or pending:
                raise Refused(HTTPStatus.CONFLICT, STILL_COMING)
            self._coming.add(code)
        folder = self._folder / secrets.token_hex(8)
        try:
            for each in (IN, OUT):
                (folder / each).mkdir(parents=True)
            yield folder / IN / safe_name(name)
        except BaseException:  # a browser that goes away cancels the task
            shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            self._coming.discard(code)

    def begin(self, code: str, period: Period, path: Path) -> Try:
        """Have the file at ``path`` judged; the try before it is forgotten. Raises Refused where too many wait."""
        brought = Brought(path, file_in_inbox(path.name), code, path.parent.parent / OUT)
        fresh = Try(code, period, path, self._verdicts.submit(period, brought))
        with self._lock:
            old = self._known.pop((code, period), None)
            self._known[code, period] = fresh
        if old:
            old.future.add_done_callback(lambda _: shutil.rmtree(old.path.parent.parent, ignore_errors=True))
        return fresh

    def forget_old(self) -> None:
        """Remove what nobody came back to, and what was written of it."""
        until = time.monotonic() - KEPT
        with self._lock:
            old = [key for key, each in self._known.items() if each.began < until and each.examined]
            gone = [self._known.pop(key) for key in old]
        for each in gone:
            shutil.rmtree(each.path.parent.parent, ignore_errors=True)
