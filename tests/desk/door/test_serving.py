"""The door as it is opened: a process of its own, where the office said and nowhere else, encrypted where it has a certificate."""

import socket
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from pledgebatch.desk.door import serving
from pledgebatch.desk.door.serving import names_of, serve
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.pipeline.door_settings import DoorSettings
from pledgebatch.pipeline.workspace import Workspace
from tests import books
from tests.clients import require
from tests.desk.conftest import end
from tests.desk.door.conftest import OWN, PASSWORDS, PORT, Branch, open_at

NOT_ENCRYPTED = "这个页面没有加密"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def begin(place: Path, port: int) -> "subprocess.Popen[str]":
    command = [
        sys.executable,
        "-m",
        "pledgebatch.cli",
        "desk",
        "--door",
        "--workspace",
        str(place),
        "--port",
        str(port),
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate for this machine, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(folder / "door.key"), "-out", str(folder / "door.pem")]  # fmt: skip
    try:
        subprocess.run(words, check=True, capture_output=True)
    except FileNotFoundError:
        require("openssl is not installed")
    return folder


def test_encrypted_by_the_files_of_the_office_and_without_a_warning(tmp_path, certificate):
    place, port = books.workspace(tmp_path / "w"), free_port()
    for name in ("door.pem", "door.key"):
        (place / name).write_bytes((certificate / name).read_bytes())
    (place / "pledgebatch.toml").write_text('[door]\ncertificate = "door.pem"\nkey = "door.key"\n', "utf-8")
    served = begin(place, port)
    assert served.stdout
    try:
        assert f"https://127.0.0.1:{port}" in served.stdout.readline()
        trusting = ssl.create_default_context(cafile=str(place / "door.pem"))
        page = urllib.request.urlopen(f"https://127.0.0.1:{port}/", context=trusting).read().decode()
        assert "登录" in page
        assert NOT_ENCRYPTED not in page
        with socket.create_connection(("127.0.0.1", port)) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert b"200" not in plain.recv(100)
        second = begin(place, free_port())
        _, err = second.communicate(timeout=120)
        assert second.returncode == 2
        assert "已经开着" in err
    finally:
        _, err = end(served)
    assert (served.returncode, err) == (0, "")


def test_over_tls_the_cookie_never_travels_open(place, hashes, monkeypatch):
    open_at(place, hashes, monkeypatch)
    guard = serving.make_door(Workspace(place), DoorSettings(), (PORT, ["127.0.0.1"]), True)
    browser = Branch(guard, base_url=f"https://127.0.0.1:{PORT}")
    own = {"origin": f"https://127.0.0.1:{PORT}"}
    fields = {"code": "S1", "password": PASSWORDS["S1"]}
    answer = browser.post("/in", data=fields, headers=own, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-pledgebatch-")
    assert "secure" in cookie.lower()
    assert NOT_ENCRYPTED not in browser.get("/").text
    assert browser.post("/in", data=fields, headers=OWN).status_code == 403


def test_without_tls_every_page_says_so(branch):
    for address in ("/", "/past", "/password", "/nothing", "/?month=1999-01"):
        assert NOT_ENCRYPTED in branch.get(address).text, address


def test_it_listens_where_the_office_said_alone(tmp_path, monkeypatch):
    asked: list[tuple[str, int]] = []

    def note(address: str, port: int) -> socket.socket:
        asked.append((address, port))
        raise OfficeMistake("enough")

    monkeypatch.setattr(serving, "_listening", note)
    place = books.workspace(tmp_path / "w")
    for settings, said in (("", "127.0.0.1"), ('[door]\naddresses = ["10.1.2.3"]\n', "10.1.2.3")):
        (place / "pledgebatch.toml").write_text(settings, "utf-8")
        with pytest.raises(OfficeMistake, match="enough"):
            serve(Workspace(place))
        assert asked.pop() == (said, 8443)
    with pytest.raises(OfficeMistake, match="enough"):
        serve(Workspace(place), ["10.9.9.9"], 4430)
    assert asked.pop() == ("10.9.9.9", 4430)


def test_what_cannot_be_opened_is_one_sentence(tmp_path):
    place = Workspace(books.workspace(tmp_path / "w"))
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OfficeMistake, match="已被别的程序占用"):
        serve(place, ["127.0.0.1"], taken.getsockname()[1])
    with pytest.raises(OfficeMistake, match="不是 IP 地址"):
        serve(place, ["office.example.cn"])
    with pytest.raises(OfficeMistake, match=r"还要在 door\.names"):
        serve(place, ["0.0.0.0"])
    (place.root / "pledgebatch.toml").write_text('[door]\ncertificate = "a.pem"\n', "utf-8")
    with pytest.raises(OfficeMistake, match="要一起写"):
        serve(place)
    (place.root / "pledgebatch.toml").write_text('[door]\ncertificate = "a.pem"\nkey = "a.key"\n', "utf-8")
    with pytest.raises(OfficeMistake, match="读不出来"):
        serve(place)


def test_the_names_under_which_it_answers():
    settings = DoorSettings(names=("Dangwei.example.cn",))
    assert names_of(["10.1.2.3"], settings) == ["dangwei.example.cn", "10.1.2.3"]
    assert "localhost" in names_of(["127.0.0.1"], DoorSettings())
    assert names_of(["fd00::1"], DoorSettings()) == ["[fd00::1]"]
    assert names_of(["0.0.0.0"], settings) == ["dangwei.example.cn", "0.0.0.0"]
