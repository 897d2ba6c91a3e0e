"""What is dropped on the page: taken into quarantine piece by piece, put into the inbox, judged by workers."""

import json
import logging
import secrets
import shutil
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from threading import Lock

from pledgebatch.desk.guard import Refused
from pledgebatch.desk.looking import arrivals_at
from pledgebatch.desk.together import Together
from pledgebatch.desk.turns import in_turn
from pledgebatch.engine.atomic import is_same_file, writing
from pledgebatch.intake.find import LARGEST_FILE, TOO_BIG, Arrival
from pledgebatch.mistakes import OfficeMistake, mendable
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.judge import Judgement, judge, prepare
from pledgebatch.pipeline.lock import WorkspaceHeld
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.schema.states import LIVE, State
from pledgebatch.xlsx.safe_text import file_name

LOG = logging.getLogger(__name__)
PART, WHOLE, ABOUT = ".part", ".file", ".json"
"""A file that is still coming, one that is whole, and where it belongs."""
MOST_WAITING = 10_000
"""Files that may wait in quarantine."""
KEPT_FREE = 200 * 2**20
"""Bytes of the disk that are left free."""
MOST_SHOWN, MOST_TOGETHER, MOST_JUDGED = 500, 16, 20_000
"""Uploads that are kept in mind, files that are judged at once, and verdicts that are kept."""
DEEPEST_FOLDER, LONGEST_SUFFIX = 8, 12
NO_NAME = "文件没有名字，没有收下"
NO_ROOM = "磁盘快满了，没有收下：请清理以后再传"
TOO_MANY = "等着放进收件文件夹的文件太多，没有收下：请等汇总做完再传"
SAME = "已经收过，内容一样"
WAITS = "汇总正在进行，做完就放进收件文件夹"
NOT_PUT = "文件收着，没有丢，还没有放进收件文件夹：{reason}"
NO_PLACE = "请检查收件文件夹和磁盘，改好以后会再放"
UNFIT = "核验这个文件时时间或内存不够，汇总时再核"


@dataclass
class Upload:
    """A file that was dropped, and the files in it."""

    name: str
    note: str = ""
    path: Path | None = None
    files: list[Arrival] = field(default_factory=list)
    opened: bool = False
    """Whether it is known what is in it."""

    @property
    def waits(self) -> bool:
        """Whether it does not stand in the inbox yet."""
        return self.path is None


class Incoming:
    """What came in, in the order in which it came."""

    def __init__(self, workspace: Workspace, folder: Path, judging: Executor) -> None:
        """Take up what an earlier desk left waiting in ``folder``; what nobody was told it has comes again."""
        self._workspace, self._judging, self._lock = workspace, judging, Lock()
        self.quarantine = folder / "quarantine"
        self.uploads: dict[Period, deque[Upload]] = {}
        self._judged: dict[tuple[Period, str], tuple[tuple[int, str], Future[Judgement]]] = {}
        self._expected: set[Period] = set()
        self._together: Together[tuple[Period, Arrival], Judgement] = Together(
            self._begin, lambda some, each: each[0] == some[0][0], MOST_TOGETHER
        )
        self.quarantine.mkdir(parents=True, exist_ok=True)
        for path in list(self.quarantine.iterdir()):
            if not path.with_suffix(ABOUT).exists():
                path.unlink(missing_ok=True)

    async def take(self, stream: AsyncIterator[bytes]) -> Path:
        """Write a file into quarantine as it comes. Raises Refused for one that is too large, or where there is no room."""
        if sum(1 for _ in self.quarantine.iterdir()) > 2 * MOST_WAITING:
            raise Refused(HTTPStatus.INSUFFICIENT_STORAGE, TOO_MANY)
        path = self.quarantine / f"{secrets.token_hex(8)}{PART}"
        try:
            await write_upload(stream, path)
            return path.rename(path.with_suffix(WHOLE))
        except BaseException:  # a browser that goes away cancels the task
            path.unlink(missing_ok=True)
            raise

    def add(self, period: Period, name: str, path: Path) -> Upload:
        """Put a file from quarantine into the inbox of ``period``, now or once nobody writes there. Raises Refused."""
        place = safe_path(name)
        if place is None:
            path.unlink(missing_ok=True)
            raise Refused(HTTPStatus.BAD_REQUEST, NO_NAME)
        upload, uploads = Upload(place.as_posix(), WAITS), self.uploads.setdefault(period, deque(maxlen=MOST_SHOWN))
        uploads.append(upload)  # before a sweep can see the file
        try:
            with writing(path.with_suffix(ABOUT)) as about:
                about.write_text(json.dumps({"period": str(period), "path": place.as_posix()}), "utf-8")
        except BaseException:  # who sent it is told, and sends it again
            path.unlink(missing_ok=True)
            uploads.remove(upload)
            raise
        self._put(path, period, place, upload)
        return upload

    def sweep(self) -> None:
        """Put into the inbox what waits for it, once nobody else writes there."""
        for about in sorted(self.quarantine.glob(f"*{ABOUT}")):
            path = about.with_suffix(WHOLE)
            try:
                judged = json.loads(about.read_text("utf-8"))
                period, place = Period.parse(judged["period"]), safe_path(judged["path"])
            except (OSError, ValueError, KeyError, TypeError):  # a disk's fault; the file stays where it is
                continue
            if place is None or not path.exists():
                about.unlink(missing_ok=True)
                continue
            waiting = [each for each in self.uploads.get(period, ()) if each.name == place.as_posix() and each.waits]
            upload = waiting[0] if waiting else Upload(place.as_posix(), WAITS)
            if not waiting:
                self.uploads.setdefault(period, deque(maxlen=MOST_SHOWN)).append(upload)
            if not self._put(path, period, place, upload):
                return

    def _put(self, path: Path, period: Period, place: Path, upload: Upload) -> bool:
        """Whether the inbox could be written to; what keeps a file out of it is told beside the file."""
        inbox = self._workspace.inbox(period)
        try:
            with in_turn(self._workspace, f"desk {period}"):
                if not path.exists():  # who had the turn before has put it away
                    return True
                target = _free(inbox / place, path)
                if target is None:
                    upload.note, upload.opened = SAME, True
                    upload.path = inbox / place
                    path.unlink()
                else:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    path.replace(target)
                    upload.note, upload.path = "", target
                path.with_suffix(ABOUT).unlink(missing_ok=True)
        except WorkspaceHeld:
            upload.note = WAITS
            return False
        except (OfficeMistake, OSError) as mistake:
            upload.note = NOT_PUT.format(reason=mendable(mistake, inbox / place) or NO_PLACE)
        if upload.path:
            self._open(period, upload, upload.path)
        return True

    def _open(self, period: Period, upload: Upload, path: Path) -> None:
        def opened(done: "Future[list[Arrival]]") -> None:
            try:
                upload.files = done.result()
            except Exception:  # whatever is wrong with it, the month will tell
                LOG.exception("%s could not be looked into", upload.name)
                upload.note = UNFIT
            upload.opened = True
            for each in upload.files:
                self.judge(period, each)

        self._judging.submit(arrivals_at, self._workspace, period, path).add_done_callback(opened)

    def expect(self, period: Period) -> None:
        """Have the worker be ready for files of a month, of which the first may come any time."""
        with self._lock:
            if period in self._expected:
                return
            self._expected.add(period)
        self._judging.submit(prepare, self._workspace, period)

    def _begin(self, some: Sequence[tuple[Period, Arrival]]) -> "Future[list[Judgement]]":
        return self._judging.submit(judge, self._workspace, some[0][0], [arrival for _, arrival in some])

    def judge(self, period: Period, arrival: Arrival, later: bool = False) -> None:
        """Have a file of the inbox judged, unless it has been; ``later``, after those that somebody waits for."""
        key, now = (period, arrival.file), (arrival.size, arrival.received)
        with self._lock:
            known = self._judged.get(key)
            if known and known[0] == now:
                return
            judged = self._together.submit((period, arrival), later)
            self._judged[key] = now, judged
            while len(self._judged) > MOST_JUDGED:
                del self._judged[next(iter(self._judged))]
        judged.add_done_callback(lambda done: _log_crash(arrival.file, done))

    def judgement(self, period: Period, file: str) -> Judgement | str | None:
        """What a file came to; in words why nothing could be said; None where nothing is known yet."""
        known = self._judged.get((period, file))
        if known is None or not known[1].done():
            return None
        try:
            return known[1].result()
        except OfficeMistake as mistake:
            return str(mistake)
        except Exception:  # which was logged when it happened
            return UNFIT

    def reported(self, period: Period) -> Iterator[Judgement]:
        """What was judged of a month and would count."""
        for each, file in list(self._judged):
            judged = self.judgement(each, file) if each == period else None
            if isinstance(judged, Judgement) and judged.state in LIVE:
                yield judged

    def forget(self) -> None:
        """Have everything judged anew: what it is judged by has changed."""
        with self._lock:
            self._judged.clear()
            self._expected.clear()


def _log_crash(file: str, judged: "Future[Judgement]") -> None:
    crash = None if judged.cancelled() else judged.exception()
    if crash and not isinstance(crash, OfficeMistake | CancelledError):  # the one is told, the other ends with the desk
        LOG.error("%s could not be judged", file, exc_info=crash)


async def write_upload(stream: AsyncIterator[bytes], path: Path) -> int:
    """Write a file as it comes; returns its size. Raises Refused for one that is too large, or where there is no room."""
    size = 0
    with path.open("wb") as file:
        async for piece in stream:
            size += len(piece)
            if size > LARGEST_FILE:
                raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_BIG)
            if shutil.disk_usage(path.parent).free < KEPT_FREE:
                raise Refused(HTTPStatus.INSUFFICIENT_STORAGE, NO_ROOM)
            file.write(piece)
    return size


def safe_path(name: str) -> Path | None:
    """The path of a dropped file as it may stand below a folder; None where nothing is left of it."""
    parts = [each for each in name.replace("\\", "/").split("/") if each.strip(" .")]
    if not parts:
        return None
    safe = [file_name(each) for each in parts[:-1][:DEEPEST_FOLDER]]
    stem, dot, suffix = parts[-1].rpartition(".")
    if not stem or len(suffix) > LONGEST_SUFFIX:
        stem, dot, suffix = parts[-1], "", ""
    name = file_name(stem) + dot + file_name(suffix).lstrip("_") if dot else file_name(stem)
    return Path(*safe, name.lstrip(".") or "_")


def _free(target: Path, path: Path) -> Path | None:
    """A name for the file at ``path`` that nothing has; None where it stands there already, the same to the byte."""
    stem, number = target.stem, 1
    while target.exists():
        if target.is_file() and is_same_file(target, path):
            return None
        number += 1
        target = target.with_name(f"{stem}（{number}）{target.suffix}")
    return target


def words_of(judged: Judgement | str | None) -> tuple[str, str]:
    """The state of a judged file and its label."""
    if isinstance(judged, Judgement):
        return judged.state, State(judged.state).label
    return ("", judged) if judged else ("", "正在核验")
