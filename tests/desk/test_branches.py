"""The branches' door as the office sees it: passwords made and printed, who came, tried and handed in, who is locked out."""

import re

from click.testing import CliRunner

from pledgebatch.cli.commands import pledgebatch as commands
from pledgebatch.pipeline import password_letters
from pledgebatch.pipeline.branch_passwords import Checking
from pledgebatch.pipeline.door_book import DoorBook, Event
from tests.desk.conftest import OWN


def passwords_in(page: str) -> dict[str, str]:
    return dict(re.findall(r"<dd>(\w+)</dd><dt>密码</dt><dd class=\"password\">([\w-]+)</dd>", page))


def test_letters_are_made_for_those_without_a_password_and_say_the_only_copy(desk, place):
    first = desk.post("/branches/passwords", data={"who": "new"}, headers=OWN)
    assert first.headers["content-disposition"].startswith("attachment")
    made = passwords_in(first.text)
    assert set(made) == {"S1", "S2"}  # those that report
    assert all(re.fullmatch(r"(\w{4}-){2}\w{4}", each) for each in made.values())
    again = desk.post("/branches/passwords", data={"who": "new"}, headers=OWN)
    assert again.status_code == 409
    assert "都有密码了" in again.text
    one = passwords_in(desk.post("/branches/passwords", data={"who": "S2"}, headers=OWN).text)
    book = DoorBook(place)
    check = Checking(book).check
    assert check("S1", made["S1"]).right
    assert not check("S2", made["S2"]).right
    assert check("S2", one["S2"]).right
    book.close()
    kept = b"".join(path.read_bytes() for path in place.rglob("*") if path.is_file())
    assert not any(each.encode() in kept for each in (*made.values(), *one.values()))
    assert desk.post("/branches/passwords", data={"who": "S9"}, headers=OWN).status_code == 409


def test_the_office_sees_who_came_tried_and_handed_in_and_unlocks(desk, place, monkeypatch):
    monkeypatch.setattr(
        password_letters, "make_password", lambda book, code: book.set_password(code, "hash", own=False) or "x"
    )
    assert "还没有制发过密码" in desk.get("/branches").text
    desk.post("/branches/passwords", data={"who": "all"}, headers=OWN)
    book = DoorBook(place)
    book.note("S1", Event.CAME)
    for _ in range(3):
        book.note("S1", Event.LOOKED, "2011-03")
    book.note("S1", Event.LOOKED, "2011-04")
    with book.together() as base:
        base.execute("UPDATE accounts SET locked = 1, wrong = 10 WHERE code = 'S2'")
    page = desk.get("/branches?month=2011-03").text
    assert "3 次，" in page
    assert "已锁定" in page
    assert "有密码 2／2，试报 1，已交 0" in page
    assert "S2 已解锁" in desk.press("/branches/unlock", code="S2")
    account = book.account("S2")
    assert account
    assert (account.locked, account.wrong) == (False, 0)
    book.close()


def test_templates_prints_the_letters_too(place):
    words = ["templates", "--period", "2011-03", "--passwords", "new", "--workers", "0", "--workspace", str(place)]
    done = CliRunner().invoke(commands, words, standalone_mode=False)
    assert "已制发 2 封密码信" in done.output
    letters = place / "letters" / "网上报送密码信.html"
    assert set(passwords_in(letters.read_text("utf-8"))) == {"S1", "S2"}
    assert letters.stat().st_mode & 0o077 == 0
    assert not list((place / "input_templates" / "2011-03").glob("*密码*"))
