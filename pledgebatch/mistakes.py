"""What went wrong, for the clerk: what the office can mend is one clear Chinese sentence and exit status 2."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

CONCERNS = "正在处理："
"""How the note begins that says what an exception concerns."""
HELD = (
    "{where} 正被占用，或没有权限：在 Excel 或 WPS 中打开着的请先关闭，再检查文件夹权限，然后重试；上一次的结果没有改动"
)
FULL = "磁盘满了，写不下 {where}：请清理磁盘（临时文件夹所在的磁盘也要有空余）后重试；上一次的结果没有改动"
READ_ONLY = "{where} 所在的磁盘只能读、不能写：请换到能写的磁盘后重试"
TOO_LONG = "路径太长，系统不接受 {where}：请把工作目录移到浅一些的文件夹，或缩短文件名、组织名称后重试"
UNSOUND = "磁盘或网络盘读写出错（{where}）：请检查磁盘和连接后重试；上一次的结果没有改动"
TOO_MANY = "同时打开的文件太多，系统不让再开（{where}）：请关掉别的程序，或加 --workers 1 重试；上一次的结果没有改动"
NO_PROCESS = "系统不让再开进程，多半是内存不足：请关掉别的程序，或加 --workers 1 重试；上一次的结果没有改动"
NO_TEMPORARY = "临时文件夹用不了：请检查环境变量 TMPDIR（Windows 是 TEMP）指的文件夹和磁盘空间后重试"
NO_FOLDER = "当前文件夹已被移走或删除：请换到工作目录再运行"
SAYINGS = {
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EBUSY), HELD),
    **dict.fromkeys((errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG), FULL),
    **dict.fromkeys((errno.EIO, errno.ENXIO, errno.ENODEV, getattr(errno, "ESTALE", errno.EIO)), UNSOUND),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), TOO_MANY),
    **dict.fromkeys((errno.EAGAIN, errno.ENOMEM), NO_PROCESS),
    errno.EROFS: READ_ONLY,
    errno.ENAMETOOLONG: TOO_LONG,
}
"""What to say of an error of the system, by its number."""
OF_WINDOWS = {32: HELD, 33: HELD, 39: FULL, 112: FULL, 206: TOO_LONG}
"""The same by the number that Windows gives, where Python knows no better one."""
OF_SQLITE = {5: HELD, 6: HELD, 8: READ_ONLY, 10: UNSOUND, 13: FULL, 14: HELD}
LONGEST_OF_WINDOWS = 259


class OfficeMistake(Exception):
    """The command cannot be carried out as asked; the text is a Chinese sentence that says what to do."""


def mendable(mistake: BaseException, place: object = "") -> OfficeMistake | None:
    """What the office can mend of an error of the system, such as a full disk or a file that is held, naming the file,
    or else ``place``; None for an error of time, of memory, of the network, or of ours."""
    if isinstance(mistake, OfficeMistake):
        return mistake
    for each in (mistake, *mistake.args, mistake.__cause__):
        if isinstance(each, BaseException) and (saying := _sentence(each)):
            where = getattr(each, "filename2", None) or getattr(each, "filename", None) or place or "文件"
            return OfficeMistake(saying.format(where=os.fsdecode(where) if isinstance(where, bytes) else where))
    return None


def _sentence(mistake: BaseException) -> str | None:
    if code := getattr(mistake, "sqlite_errorcode", 0):
        return OF_SQLITE.get(code & 0xFF)
    if not isinstance(mistake, OSError) or isinstance(mistake, TimeoutError | ConnectionError):
        return None
    if isinstance(mistake, FileNotFoundError):
        if "temporary directory" in str(mistake.strerror):
            return NO_TEMPORARY
        if os.name == "nt" and len(str(mistake.filename)) > LONGEST_OF_WINDOWS:
            return TOO_LONG
        return None if mistake.filename or mistake.errno != errno.ENOENT else NO_FOLDER
    return OF_WINDOWS.get(getattr(mistake, "winerror", 0) or 0) or SAYINGS.get(mistake.errno or 0)


@contextmanager
def concerning(what: str) -> Iterator[None]:
    """Let an exception tell what was being done: an organisation, a file. The innermost is told."""
    try:
        yield
    except Exception as mistake:  # which goes on, whatever it is
        mistake.add_note(CONCERNS + what)
        raise


def concern_of(mistake: BaseException) -> str:
    """What an exception concerns; empty where nobody said."""
    notes = (note for note in getattr(mistake, "__notes__", ()) if note.startswith(CONCERNS))
    return next(notes, "").removeprefix(CONCERNS)


class NoWorkers(OfficeMistake):
    """No worker process lives long enough to begin a task: the machine has not the memory for them."""


class OurLimit(Exception):
    """The program has not the time or the memory for something; the text is a Chinese sentence that says for what."""


class OutOfTime(OurLimit):
    """A task took longer than one may."""


class OutOfMemory(OurLimit):
    """A task wanted more memory than one may have, or ended its process some other way."""
