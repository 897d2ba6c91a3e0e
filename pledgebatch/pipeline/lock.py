"""One writer at a time: who holds a workspace, since when."""

import datetime as dt
import getpass
import json
import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from pledgebatch.engine.private_files import close_to_others, private
from pledgebatch.mistakes import OfficeMistake, mendable
from pledgebatch.notice.periods import OFFICE_TIME, Period
from pledgebatch.pipeline.workspace import Workspace

LOCK = ".pledgebatch.lock"
"""Held by the system for as long as the process lives: what a killed one leaves of it keeps nobody out."""
HOLDER = ".pledgebatch.holder"
"""Who holds the lock, in a file of its own: Windows lets nobody read the one that is locked."""
HELD: ContextVar[frozenset[str]] = ContextVar("HELD", default=frozenset())
"""The workspaces that this thread holds: one command may be a step of another."""
Given = ParamSpec("Given")
Made = TypeVar("Made")
Work = Callable[Concatenate[Workspace, Given], Made]


class WorkspaceHeld(OfficeMistake):
    """Another command writes to the workspace, which is soon over."""


def holds(command: str) -> Callable[[Work[Given, Made]], Work[Given, Made]]:
    """Have a function that writes into its workspace keep other writers out."""

    def decorate(work: Work[Given, Made]) -> Work[Given, Made]:
        @wraps(work)
        def held(workspace: Workspace, /, *args: Given.args, **kwargs: Given.kwargs) -> Made:
            workspace.require()
            month = next((str(each) for each in (*args, *kwargs.values()) if isinstance(each, Period)), "")
            with holding(workspace, f"{command} {month}".strip()):
                return work(workspace, *args, **kwargs)

        return held

    return decorate


@contextmanager
def holding(workspace: Workspace, command: str) -> Iterator[None]:
    """Keep other writers out of ``workspace``, which is made where it is not there, while ``command`` is at work, and
    other users of the machine out of what it writes.

    Raises WorkspaceHeld where another holds it, saying who and since when.
    """
    root = os.path.realpath(workspace.root)
    if root in HELD.get():
        yield
        return
    with private(), _locked(workspace, command):
        close_to_others(workspace.root)
        before = HELD.set(HELD.get() | {root})
        try:
            yield
        finally:
            HELD.reset(before)


@contextmanager
def _locked(workspace: Workspace, command: str) -> Iterator[None]:
    from filelock import FileLock, Timeout  # what only reads need not wait for

    try:
        workspace.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(workspace.root / LOCK, timeout=0)
        lock.acquire()
    except Timeout:
        raise WorkspaceHeld(_held_by(workspace.root / HOLDER)) from None
    except OSError as mistake:
        raise mendable(mistake, workspace.root) or OfficeMistake(
            f"无法写入 {workspace.root}，请检查文件夹权限和磁盘空间"
        ) from mistake
    try:
        _note_holder(workspace.root / HOLDER, command)
        yield
    finally:
        with suppress(OSError):  # the next holder writes its own
            (workspace.root / HOLDER).unlink()
        lock.release()


def _note_holder(path: Path, command: str) -> None:
    since = dt.datetime.now(OFFICE_TIME).strftime("%Y-%m-%d %H:%M:%S")
    holder = {"command": command, "since": since, "user": user_name(), "host": platform.node(), "pid": os.getpid()}
    with suppress(OSError):  # the lock is what counts
        path.write_text(json.dumps(holder), "utf-8")


def _held_by(path: Path) -> str:
    try:
        holder = json.loads(path.read_text("utf-8"))
        who = f"{holder['command']}，自 {holder['since']} 起（用户 {holder['user']}，电脑 {holder['host']}，进程 {holder['pid']}）"
    except (OSError, ValueError, KeyError, TypeError):  # it is being written, or nobody could write it
        who = "另一个命令刚刚开始"
    return f"工作目录同一时间只能由一个命令写入。正在运行：{who}。请等它结束再运行；没有改动任何文件"


def user_name() -> str:
    """Who is signed in at this machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name
        return "不详"
