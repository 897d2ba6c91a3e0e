"""Opens the branches' door over a workspace: in a process of its own, on the addresses that the office named."""

import os
import socket
import ssl
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from pathlib import Path

import uvicorn
from filelock import FileLock, Timeout

from pledgebatch.desk.door.application import make_application
from pledgebatch.desk.door.guard import DoorGuard, cookie_name
from pledgebatch.desk.door.patience import PatientProtocol
from pledgebatch.desk.door.sessions import Sessions
from pledgebatch.desk.door.state import Door
from pledgebatch.desk.door.tries import Tries
from pledgebatch.desk.door.verdicts import SLOTS, Verdicts
from pledgebatch.desk.serving import HERE, NAMES
from pledgebatch.engine.processes import Processes
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.pipeline.branch_passwords import Checking, hasher
from pledgebatch.pipeline.door_book import FOLDER, DoorBook
from pledgebatch.pipeline.door_settings import DoorSettings
from pledgebatch.pipeline.hand_in import clear_away
from pledgebatch.pipeline.workspace import Workspace

MOST_CONNECTIONS = 400
OPENED = "网上报送已打开：{addresses}（按 Ctrl+C 关闭）"
IN_THE_OPEN = "没有设证书（设置 door.certificate、door.key）：密码和个人信息在网络上不加密，每一页都有提示"
ONLY_HERE = "设置 door.addresses 没有写地址：只在本机打开，单位的电脑连不上"
OPEN_ALREADY = "这个工作目录的网上报送已经开着"
NOT_OURS = "本机没有地址 {address}，或端口 {port} 已被别的程序占用：请改设置 door.addresses、door.port"
NO_ADDRESS = "设置 door.addresses 中的“{address}”不是 IP 地址，应写成 10.20.1.5 这样"
UNNAMED = "设置 door.addresses 写了 {address}（所有地址）：还要在 door.names 写明单位用什么名称或地址打开"
NO_CERTIFICATE = "证书 {name} 读不出来，或与私钥不配：请核对设置 door.certificate、door.key"
HALF = "证书和私钥要一起写：请核对设置 door.certificate、door.key"


def serve(
    workspace: Workspace, addresses: Sequence[str] = (), port: int = 0, say: Callable[[str], None] = print
) -> None:
    """Open the door, and keep it open until it is stopped. ``addresses`` and ``port`` go before the settings.

    Raises OfficeMistake where there is no workspace, an address is none of ours, or the certificate cannot be used.
    """
    workspace.require()
    settings = workspace.settings().door
    where, port = tuple(addresses) or settings.addresses or (HERE,), port or settings.port
    names = names_of(where, settings)
    hasher()
    os.umask(0o077)
    secure = _certificate(workspace.root, settings)
    folder = workspace.root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise OfficeMistake(OPEN_ALREADY) from None
    listeners: list[socket.socket] = []
    try:
        listeners += [_listening(each, port) for each in where]
        guard = make_door(workspace, settings, (port, names), bool(secure))
        server = uvicorn.Server(config_of(guard, secure))
        scheme = "https" if secure else "http"
        shown = "、".join(f"{scheme}://{_in_address(each)}:{port}" for each in where)
        say(OPENED.format(addresses=shown))
        for sentence in ([] if secure else [IN_THE_OPEN]) + ([] if where != (HERE,) else [ONLY_HERE]):
            say(sentence)
        server.run(sockets=listeners)
    except KeyboardInterrupt:  # which is how it is closed
        pass
    finally:
        for each in listeners:
            each.close()
        lock.release()


def names_of(addresses: Sequence[str], settings: DoorSettings) -> list[str]:
    """Under which names the door is asked for. Raises OfficeMistake where that cannot be known."""
    names = [name.lower() for name in settings.names]
    for address in addresses:
        try:
            known = ip_address(address)
        except ValueError:
            raise OfficeMistake(NO_ADDRESS.format(address=address)) from None
        if known.is_unspecified and not settings.names:
            raise OfficeMistake(UNNAMED.format(address=address))
        names += [*NAMES, "[::1]"] if known.is_loopback else [_in_address(address)]
    return names


def make_door(
    workspace: Workspace, settings: DoorSettings, place: tuple[int, Sequence[str]], secure: bool
) -> DoorGuard:
    """The door over ``workspace`` behind its guard."""
    book = DoorBook(workspace.root)
    clear_away(book)
    judging = Processes(SLOTS)
    verdicts = Verdicts(workspace, judging)
    sessions = Sessions(settings.idle_minutes * 60.0, settings.longest_hours * 3600.0)
    door = Door(
        workspace=workspace,
        looking=Processes(1),
        judging=judging,
        book=book,
        checking=Checking(book),
        sessions=sessions,
        verdicts=verdicts,
        tries=Tries(book.folder / "tries", verdicts),
        secure=secure,
        contact=workspace.settings().contact,
    )
    return DoorGuard(make_application(door, cookie_name(place[0], secure)), sessions, book, place, secure)


def config_of(guard: DoorGuard, certificate: tuple[Path, Path] | None = None) -> uvicorn.Config:
    """How the door is served."""
    chain, key = certificate or (None, None)
    return uvicorn.Config(
        guard, log_config=None, access_log=False, server_header=False, http=PatientProtocol, ws="none", loop="asyncio", lifespan="on",
        proxy_headers=False, limit_concurrency=MOST_CONNECTIONS, timeout_keep_alive=20, timeout_graceful_shutdown=5,
        ssl_certfile=chain, ssl_keyfile=key,
    )  # fmt: skip


def _certificate(root: Path, settings: DoorSettings) -> tuple[Path, Path] | None:
    """The files of the certificate and its key, by the workspace; None where there are none. Raises OfficeMistake."""
    if not settings.certificate and not settings.key:
        return None
    if not (settings.certificate and settings.key):
        raise OfficeMistake(HALF)
    certificate, key = root / settings.certificate, root / settings.key
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError):
        raise OfficeMistake(NO_CERTIFICATE.format(name=settings.certificate)) from None
    return certificate, key


def _listening(address: str, port: int) -> socket.socket:
    kind = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(kind, socket.SOCK_STREAM)
    if os.name != "nt":  # there it would let others in beside us
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(MOST_CONNECTIONS)  # who comes before all is ready waits
    except OSError:
        listener.close()
        raise OfficeMistake(NOT_OURS.format(address=address, port=port)) from None
    return listener


def _in_address(address: str) -> str:
    return f"[{address}]" if ":" in address else address
