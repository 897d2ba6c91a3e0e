"""Who is let in, and what is refused at the door: other hosts, other pages, no token, too much, too often."""

import asyncio
from pathlib import Path

from pledgebatch.desk import guard as guarding
from pledgebatch.desk.access import MOST_WRONG, Access
from pledgebatch.desk.guard import POLICY, Rate
from tests.desk.conftest import ADDRESS, OWN, PORT, Browser

PAGES = ("/", "/registry", "/settings", "/workbooks", "/incoming", "/results", "/letters", "/texts", "/months", "/search", "/job",
         "/pulse.json", "/incoming/2011-03.json", "/files/registry.xlsx", "/workbooks.zip", "/desk.js", "/desk.css")  # fmt: skip
ACTIONS = ("/new", "/stop", "/registry", "/restore", "/settings", "/workbooks/make", "/incoming/2011-03", "/incoming/collect",
           "/results/consolidate", "/results/forms", "/letters/send", "/letters/received", "/months/year", "/open", "/close")  # fmt: skip


def test_the_token_opens_the_desk_once_and_its_cookie_from_then_on(guard):
    browser = Browser(guard, base_url=ADDRESS)
    token = guard.access.token
    first = browser.get("/", params={"token": token}, follow_redirects=False)
    assert first.status_code == 303
    assert first.headers["location"] == "/"
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert browser.get("/").status_code == 200
    other = Browser(guard, base_url=ADDRESS)
    assert other.get("/", params={"token": token}).status_code == 403
    assert other.get("/", params={"token": guard.access.token}).status_code == 200


def test_who_guesses_tokens_is_soon_not_listened_to():
    access = Access()
    assert not any(access.admit(f"guess {number}") for number in range(MOST_WRONG))
    assert access.admit(access.token) is None


def test_no_page_without_a_cookie(guard):
    stranger = Browser(guard, base_url=ADDRESS)
    assert {stranger.get(address).status_code for address in PAGES} == {403}


def test_nothing_is_done_for_another_page(desk, place):
    before = sorted(place.rglob("*"))
    for address in ACTIONS:
        for origin in ("http://evil.example", f"http://localhost:{PORT}", "null", f"https://127.0.0.1:{PORT}", None):
            answer = desk.post(address, headers={"origin": origin} if origin else {})
            assert answer.status_code == 403, (address, origin)
        assert desk.post(address, headers=OWN | {"sec-fetch-site": "cross-site"}).status_code == 403
    assert sorted(place.rglob("*")) == before


def test_only_under_the_name_of_this_machine(desk):
    for host in [
        "evil.example",
        f"evil.example:{PORT}",
        "127.0.0.1",
        "127.0.0.1:1",
        f"127.0.0.1.evil.example:{PORT}",
        "",
    ]:
        assert desk.get("/", headers={"host": host}).status_code == 421


def test_a_page_elsewhere_cannot_read_either(desk):
    assert desk.get("/", headers={"origin": "http://evil.example"}).status_code == 403
    assert desk.get("/desk.js", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert desk.request("PUT", "/settings", headers=OWN).status_code == 405


def test_every_answer_says_what_a_page_may_do(desk):
    for address in (*PAGES, "/nothing"):
        headers = desk.get(address).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers


def test_two_browsers_and_two_cookies(guard, desk):
    twice = {"cookie": f"pledgebatch-{PORT}=a; pledgebatch-{PORT}=b"}
    assert Browser(guard, base_url=ADDRESS).get("/", headers=twice).status_code == 403
    assert desk.get("/").status_code == 200


def test_too_many_requests_are_put_off(guard, desk):
    now = [0.0]
    guard.rate = Rate(per_second=1, at_once=3, clock=lambda: now[0])
    assert [desk.get("/desk.css").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    now[0] = 2.5
    assert [desk.get("/desk.css").status_code for _ in range(3)] == [200, 200, 429]


def test_a_form_or_a_file_that_is_too_large_is_refused_by_its_length_and_by_its_bytes(desk, place, monkeypatch):
    big = {"month": "9" * 2_000_000}
    assert desk.post("/workbooks/make", data=big, headers=OWN).status_code == 413
    said = OWN | {"content-length": str(2 * 2**31)}
    assert desk.post("/incoming/2011-03", content=b"", headers=said).status_code == 413
    monkeypatch.setattr(guarding, "LARGEST_FILE", 1000)

    def pieces():
        for _ in range(100):
            yield b"x" * 100

    answer = desk.post("/incoming/2011-03?name=a.xlsx", content=pieces(), headers=OWN)
    assert answer.status_code == 413
    assert not list((place / ".desk" / "quarantine").iterdir())
    assert not list((place / "inbox" / "2011-03").iterdir())


def test_who_sends_too_slowly_is_stopped(guard, monkeypatch):
    monkeypatch.setattr(guarding, "SILENCE", 0.05)
    session = guard.access.admit(guard.access.token)
    told: list[dict] = []

    async def silence():
        await asyncio.sleep(5)
        return {"type": "http.request", "body": b"", "more_body": True}

    async def send(message):
        told.append(message)

    headers = {"host": f"127.0.0.1:{PORT}", "origin": ADDRESS, "cookie": f"pledgebatch-{PORT}={session}"}
    scope = {
        "type": "http", "method": "POST", "path": "/incoming/2011-03", "query_string": b"name=a", "root_path": "",
        "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
    }  # fmt: skip
    asyncio.run(guard(scope, silence, send))
    assert told[0]["status"] == 408


def test_a_crash_is_one_sentence_and_stands_in_the_log(guard, desk, monkeypatch, caplog):
    def crash(*_: object) -> Path:
        raise RuntimeError("<script>")

    monkeypatch.setattr(type(guard.app.state.desk), "ask", crash)
    answer = desk.get("/months")
    assert answer.status_code == 500
    assert "程序出错（RuntimeError）" in answer.text
    assert "<script>" not in answer.text.replace('<script src="/desk.js" defer>', "")
    assert "RuntimeError" in caplog.text
