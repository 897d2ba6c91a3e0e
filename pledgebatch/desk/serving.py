"""Opens a desk over a workspace: one at a time, on this machine alone, in the browser of whoever sits at it."""

import os
import socket
import tempfile
import threading
import time
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import uvicorn
from filelock import FileLock, Timeout

from pledgebatch.desk.access import Access
from pledgebatch.desk.action_log import ActionLog
from pledgebatch.desk.application import make_application
from pledgebatch.desk.guard import WENT_WRONG, Guard, plain_page
from pledgebatch.desk.incoming import Incoming
from pledgebatch.desk.jobs import Jobs
from pledgebatch.desk.state import FOLDER, Desk
from pledgebatch.engine.processes import Processes
from pledgebatch.mistakes import OfficeMistake, mendable
from pledgebatch.pipeline.launchers import write_launchers
from pledgebatch.pipeline.workspace import Workspace

HERE = "127.0.0.1"
NAMES = (HERE, "localhost")
"""What this machine is called in addresses of the desk."""
IDLE = 2 * 60 * 60.0
"""Seconds without a page after which the desk closes by itself: an open page asks every few seconds."""
MOST_CONNECTIONS = 100
OPENED = "工作台已打开：{address}（页面关掉以后，可以从这里再打开；按 Ctrl+C，或点页面上的“关闭工作台”，就关掉）"
OPEN_ALREADY = "这个工作目录的工作台已经开着，已在浏览器中打开"
TAKEN = "端口 {port} 已被别的程序占用：请换一个，或不写 --port"
BUSY = "这个工作目录的工作台正在打开或关闭，请稍等再试"


def serve(workspace: Workspace, port: int = 0, browser: bool = True, say: Callable[[str], None] = print) -> None:
    """Open the desk, and keep it open until it is closed; where one is open already, show that one.

    Raises OfficeMistake where there is no such folder, or the port is taken.
    """
    folder = workspace.root / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "lock", timeout=0)
        lock.acquire()
    except Timeout:
        _show_the_other(folder / "address", browser, say)
        return
    except OSError as mistake:
        raise mendable(mistake, folder) or mistake from None
    try:
        with _listening(port) as listener:
            _run(workspace, folder, listener, browser, say)
    except KeyboardInterrupt:  # which is how it is closed
        pass
    finally:
        with suppress(OSError):  # the lock says whether a desk is open
            (folder / "address").unlink()
        lock.release()


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name != "nt":  # there it would let others in beside us
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HERE, port))
    except OSError:
        listener.close()
        raise OfficeMistake(TAKEN.format(port=port)) from None
    return listener


def _run(
    workspace: Workspace, folder: Path, listener: socket.socket, browser: bool, say: Callable[[str], None]
) -> None:
    port = int(listener.getsockname()[1])
    access = Access(lambda token: _note_address(folder / "address", f"http://{HERE}:{port}/?token={token}"))
    guard, server = make_desk(workspace, access, port)
    threading.Thread(target=_wait_and_open, args=(server, guard, folder / "address", browser, say), daemon=True).start()
    server.run(sockets=[listener])


def make_desk(workspace: Workspace, access: Access, port: int) -> tuple[Guard, uvicorn.Server]:
    """The desk over ``workspace`` behind its guard, and what serves it."""
    folder = workspace.root / FOLDER
    if workspace.registry.is_file():
        write_launchers(workspace.root)
    looking, judging = Processes(1), Processes(1)
    desk = Desk(
        workspace=workspace,
        looking=looking,
        judging=judging,
        incoming=Incoming(workspace, folder, judging),
        jobs=Jobs(folder / "job", workspace.root),
        log=ActionLog(workspace.root),
    )
    held: list[uvicorn.Server] = []

    def close() -> None:
        held[0].should_exit = True

    guard = Guard(make_application(desk, close), access, port, NAMES)
    config = uvicorn.Config(
        guard, log_config=None, access_log=False, server_header=False, http="h11", ws="none", loop="asyncio", lifespan="on",
        limit_concurrency=MOST_CONNECTIONS, timeout_keep_alive=20, timeout_graceful_shutdown=5,
    )  # fmt: skip
    held.append(uvicorn.Server(config))
    return guard, held[0]


def _wait_and_open(
    server: uvicorn.Server, guard: Guard, address: Path, browser: bool, say: Callable[[str], None]
) -> None:
    """Open the page once it is there, and close the desk once nobody has had it open for long."""
    while not server.started:
        if server.should_exit:
            return
        time.sleep(0.05)
    where = address.read_text("ascii")
    say(OPENED.format(address=where))
    if browser:
        webbrowser.open(where)
    while not server.should_exit:
        time.sleep(1)
        if time.monotonic() - guard.seen > IDLE:
            server.should_exit = True


def _note_address(path: Path, address: str) -> None:
    """Keep the address that opens the desk next, for nobody else to read."""
    fresh = path.with_name(f"{path.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(address)
    fresh.replace(path)


def _show_the_other(address: Path, browser: bool, say: Callable[[str], None]) -> None:
    try:
        where = address.read_text("ascii")
    except OSError:
        raise OfficeMistake(BUSY) from None
    say(f"{OPEN_ALREADY}：{where}")
    if browser:
        webbrowser.open(where)


def show_mistake(mistake: Exception) -> None:
    """Show in the browser why the desk does not open, for whoever has no terminal."""
    sentence = str(mendable(mistake) or WENT_WRONG.format(kind=type(mistake).__name__))
    with tempfile.NamedTemporaryFile(
        "w", suffix=".html", prefix="pledgebatch-", encoding="utf-8", delete=False
    ) as file:
        file.write(plain_page(sentence))
    webbrowser.open(Path(file.name).as_uri())
