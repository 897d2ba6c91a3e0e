"""What somebody on the network may try: guesses, other branches' files, fixed sessions, bombs, floods, slow bodies, scripts."""

import asyncio
import socket
import threading
import time
import zipfile

import pytest
import uvicorn
from starlette.types import Message

from pledgebatch.desk import guard as guarding
from pledgebatch.desk.door import guard as doorkeeper
from pledgebatch.desk.door import patience, serving
from pledgebatch.desk.door.guard import DoorGuard, Rates
from pledgebatch.desk.guard import POLICY, Rate
from pledgebatch.pipeline import branch_passwords
from pledgebatch.pipeline.branch_passwords import MOST, Checking
from pledgebatch.pipeline.door_book import DoorBook
from tests import books
from tests.desk.door.conftest import ADDRESS, OWN, PASSWORDS, Branch, door_of, sign_in
from tests.publish.conftest import HOSTILE

PAGES = ("/past", "/password", "/try/2011-03/report", "/try/2011-03/return", "/receipt/2011-03", "/past/2011-03/report",
         "/past/2011-03/return", "/past/2011-03/receipt")  # fmt: skip
ACTIONS = ("/drop/2011-03?name=a.xlsx", "/answer/2011-03", "/hand/2011-03", "/password", "/out")


def test_nothing_is_answered_to_who_is_not_signed_in(guard):
    stranger = Branch(guard, base_url=ADDRESS)
    for address in PAGES:
        answer = stranger.get(address, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/"), address
    assert stranger.get("/try/2011-03.json").status_code == 403
    assert {stranger.post(address, headers=OWN).status_code for address in ACTIONS} == {403}
    assert "登录" in stranger.get("/").text


def test_no_address_and_no_number_leads_to_another_branch(guard, branch, place, tmp_path):
    other = sign_in(guard, "S2")
    branch.drop(books.write(tmp_path / "一小.xlsx", {"phone": ""}, books.changed(books.MEMBERS, 0, name="钱秘密")))
    branch.press("/hand/2011-03", shown=branch.shown())
    books.write(place / "output" / "2011-03" / "organisations" / "S1_云溪一小党支部" / "退回修改.xlsx")
    shown = branch.get("/receipt/2011-03").text.partition('class="sha">')[2][:64]
    codes = ("S1", "S1_A", "..", "%2e%2e", "a%00", "organisations/S1", shown)
    tried = [f"{root}/{code}{rest}" for code in codes for root in ("/try", "/past", "/receipt", "/drop", "/files", "/try/2011-03", "/past/2011-03", "")
             for rest in ("", "/report", "/return", ".json")]  # fmt: skip
    tried += [
        "/files/output/2011-03/index.html",
        "/files/registry.xlsx",
        "/desk.js",
        "/incoming",
        "/answers",
        "/branches",
    ]
    tried += [
        f"{address}?{key}=S1" for address in ("/", *PAGES) for key in ("code", "organisation", "unit_code", "shown")
    ]
    for address in tried:
        text = other.get(address).text
        assert "钱秘密" not in text, address
        assert "云溪一小" not in text, address
    assert other.post("/hand/2011-03", data={"shown": shown, "code": "S1"}, headers=OWN).status_code == 409
    assert other.post("/answer/2011-03", data={"shown": shown}, headers=OWN).status_code == 409
    assert "正在核验" not in other.get("/").text


def test_guesses_are_slowed_then_locked_even_after_a_restart(guard, place, hashes, monkeypatch):
    clock = [1_000_000.0]
    monkeypatch.setattr(branch_passwords.time, "time", lambda: clock[0])
    monkeypatch.setattr(
        branch_passwords, "_is_right", lambda hashed, password: password == PASSWORDS["S1"] and hashed == hashes["S1"]
    )
    check = door_of(guard).checking.check
    assert [check("S1", f"guess {number}").wait for number in range(4)] == [0, 0, 0, 6]
    assert check("S1", PASSWORDS["S1"]).wait  # the right one waits too
    heard = 3
    book = DoorBook(place)
    check = Checking(book).check  # after a restart
    assert check("S1", "guess").wait
    while not (now := check("S1", "guess")).locked:
        clock[0] += 1
        heard += not now.wait
    assert heard == MOST
    assert clock[0] > 1_000_000 + 600
    clock[0] += 10**9
    assert check("S1", PASSWORDS["S1"]).locked
    assert check("S2", "x").locked is False
    book.unlock("S1")
    assert check("S1", PASSWORDS["S1"]).right
    book.close()


def test_who_guesses_codes_learns_nothing_of_which_exist(guard, monkeypatch):
    monkeypatch.setattr(branch_passwords, "_is_right", lambda hashed, password: False)
    check = door_of(guard).checking.check
    known, unknown = ([check(code, "x") for _ in range(5)] for code in ("S1", "S99"))
    assert known == unknown


def test_guesses_at_once_are_counted_each(guard, monkeypatch):
    monkeypatch.setattr(branch_passwords, "_is_right", lambda hashed, password: time.sleep(0.01) or False)
    check, heard = door_of(guard).checking.check, []
    threads = [threading.Thread(target=lambda: heard.append(check("S1", "x"))) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(not each.wait and not each.locked for each in heard) == branch_passwords.FREE


def test_a_session_is_new_at_each_sign_in_and_ends(guard, place):
    fixed = Branch(guard, base_url=ADDRESS)
    fixed.cookies.set(guard.cookie, "chosen-by-somebody-else", domain="127.0.0.1")
    answer = fixed.post("/in", data={"code": "S1", "password": PASSWORDS["S1"]}, headers=OWN, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert "chosen-by-somebody-else" not in cookie
    assert "httponly" in cookie.lower()
    assert "samesite=strict" in cookie.lower()
    assert sign_in_with(guard, "chosen-by-somebody-else").status_code == 303
    secret = cookie.partition("=")[2].partition(";")[0]
    assert sign_in_with(guard, secret).status_code == 200
    door_of(guard).sessions._clock = lambda: time.monotonic() + 21 * 60  # type: ignore[method-assign]  # time goes on
    assert sign_in_with(guard, secret).status_code == 303
    branch = sign_in(guard, "S2")
    book = DoorBook(place)
    book.set_password("S2", "x", own=False)  # as the office does, in a process of its own
    book.close()
    assert "登录" in branch.get("/past").text


def sign_in_with(guard: DoorGuard, secret: str):
    return Branch(guard, base_url=ADDRESS).get(
        "/password", headers={"cookie": f"{guard.cookie}={secret}"}, follow_redirects=False
    )


def test_another_password_signs_all_others_out(guard):
    one, other = sign_in(guard, "S2"), sign_in(guard, "S2")
    fields = {"old": PASSWORDS["S2"], "fresh": "a-quite-other-one", "again": "a-quite-other-one"}
    assert "密码已改" in one.press("/password", **fields)
    assert "密码已改" not in one.get("/password").text
    assert "登录" in other.get("/password").text
    for bad in ("short", "S2S2S2S2S2S2", "aaaaaaaaaaaaaa"):
        answer = one.post("/password", data={"old": "a-quite-other-one", "fresh": bad, "again": bad}, headers=OWN)
        assert answer.status_code == 409


def test_other_hosts_and_other_pages_are_refused(branch):
    for headers in (
        {"origin": "http://evil.example"},
        {},
        {"origin": f"https://{ADDRESS[7:]}"},
        OWN | {"sec-fetch-site": "cross-site"},
    ):
        assert {branch.post(address, headers=headers).status_code for address in ("/in", *ACTIONS)} == {403}
    for host in ("evil.example", "127.0.0.1", "localhost:8732"):
        assert branch.get("/", headers={"host": host}).status_code == 421
    headers = branch.get("/").headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"


def test_a_bomb_is_a_sentence(branch, tmp_path, place):
    bomb = tmp_path / "弹.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("[Content_Types].xml", "<Types/>")
        container.writestr("xl/workbook.xml", b" " * 40_000_000)
    several = tmp_path / "多.zip"
    with zipfile.ZipFile(several, "w") as container:
        container.writestr("a.xlsx", b"a")
        container.writestr("b.xlsx", b"b")
    for path, said in ((bomb, "文件展开后过大"), (several, "里面有 2 个文件")):
        assert branch.drop(path)["status"] == 200
        page = branch.get("/").text
        assert said in page
        assert 'action="/hand/' not in page
    empty = tmp_path / "空.xlsx"
    empty.write_bytes(b"")
    assert branch.drop(empty)["status"] == 400
    assert not list((place / "inbox" / "2011-03").iterdir())


def test_what_is_too_large_or_too_slow_is_cut(guard, branch, monkeypatch):
    assert Branch(guard, base_url=ADDRESS).post("/in", content=b"code=" + b"x" * 5_000, headers=OWN).status_code == 413
    said = OWN | {"content-length": str(2 * 2**31)}
    assert branch.post("/drop/2011-03?name=a.xlsx", content=b"", headers=said).status_code == 413
    monkeypatch.setattr(guarding, "SILENCE", 0.05)
    told: list[Message] = []

    async def silence() -> Message:
        await asyncio.sleep(5)
        return {"type": "http.request", "body": b"", "more_body": True}

    async def send(message: Message) -> None:
        told.append(message)

    headers = {"host": ADDRESS[7:], "origin": ADDRESS}
    scope = {
        "type": "http", "method": "POST", "path": "/in", "query_string": b"", "root_path": "", "client": ("10.0.0.1", 1),
        "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
    }  # fmt: skip
    asyncio.run(guard(scope, silence, send))
    assert told[0]["status"] == 408


def test_ten_thousand_requests_from_one_address_leave_room_for_others(guard):
    now = [0.0]
    guard.each, guard.entries = Rates(doorkeeper.EACH, lambda: now[0]), Rates(doorkeeper.SIGNING_IN, lambda: now[0])
    guard.all = Rate(*doorkeeper.EVERYBODY, lambda: now[0])

    def asks(address: str, method: str = "GET", path: str = "/desk.css") -> int:
        scope = {"client": (address, 1), "method": method, "path": path}
        try:
            guard._ask_how_often(scope)
        except guarding.Refused as why:
            return int(why.status)
        return 200

    flood = [asks("10.0.0.66") for _ in range(10_000)]
    assert flood.count(200) == doorkeeper.EACH[1]
    assert set(flood) == {200, 429}
    assert asks("10.0.0.5") == 200
    entries = [asks("10.0.0.7", "POST", "/in") for _ in range(200)]
    assert entries.count(200) == doorkeeper.SIGNING_IN[1]
    now[0] = 60.0
    assert asks("10.0.0.66") == 200


def test_script_in_every_field_stays_text(guard, branch, place, tmp_path):
    items = [
        books.ITEM | {"item_no": f"Z{n}", "text": text, "due": text, "measures": text}
        for n, text in enumerate(HOSTILE, 1)
    ]
    members = [books.MEMBER | {"member_no": str(n), "name": text} for n, text in enumerate(HOSTILE, 1)]
    path = books.write(tmp_path / "a.xlsx", {"head": HOSTILE[1], "phone": HOSTILE[2]}, members, items)
    branch.drop(path, name=f"{HOSTILE[0]}.xlsx")
    pages = [branch.get("/").text]
    said = {f"explanation-{number}": HOSTILE[number % len(HOSTILE)] for number in range(20)}
    pages.append(branch.press("/answer/2011-03", shown=branch.shown(), **said))
    pages.append(branch.get("/").text)
    pages.append(branch.press("/hand/2011-03", shown=branch.shown()))
    pages.append(branch.post("/in", data={"code": HOSTILE[0], "password": HOSTILE[0]}, headers=OWN).text)
    pages += [branch.get(f"/?month={text}").text for text in ("%3Cscript%3E", "2011-03%22%3E%3Cscript%3E")]
    pages.append(branch.get("/past").text)
    for page in pages:
        assert page.count("<script") == page.count('<script src="/door.js" defer>')
        assert "<img" not in page
        assert 'href="javascript' not in page
        assert not any(mark in page for mark in "\u202a\u202b\u202d\u202e\u2066\u2067")


@pytest.fixture
def served(guard, monkeypatch):
    """The door at a real port."""
    monkeypatch.setattr(patience, "HEAD", 0.5)
    config = serving.config_of(guard)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()
    server.should_exit = True
    thread.join(20)


def test_a_head_that_never_ends_is_cut_off_and_others_are_answered(served):
    slow = [socket.create_connection(served) for _ in range(20)]
    for each in slow:
        each.sendall(b"GET / HTTP/1.1\r\nHost: 127")
    with socket.create_connection(served) as other:
        other.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1:8732\r\nConnection: close\r\n\r\n")
        assert other.recv(20).startswith(b"HTTP/1.1 200")
    began = time.monotonic()
    for each in slow:
        each.settimeout(10)
        assert each.recv(1) == b""
        each.close()
    assert time.monotonic() - began < 10
