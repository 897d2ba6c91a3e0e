"""What is handed in comes to stand in the inbox once, whatever is cut off where."""

import hashlib
from pathlib import Path

import pytest

from pledgebatch.intake.receipts import Receipts
from pledgebatch.mail import incoming
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline import hand_in as handing
from pledgebatch.pipeline.door_book import DoorBook, Handed
from pledgebatch.pipeline.hand_in import hand_in, handed, put_away
from pledgebatch.pipeline.workspace import Workspace
from tests import books

PERIOD = Period(2011, 3)


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return Workspace(books.workspace(tmp_path / "w"))


def about(path: Path, code: str = "S1") -> Handed:
    return handed(code, PERIOD, hashlib.sha256(path.read_bytes()).hexdigest(), path.name, "已接收")


def a_file(folder: Path, words: str, name: str = "一小.xlsx") -> Path:
    (folder / words).mkdir(exist_ok=True)
    (folder / words / name).write_text(words)
    return folder / words / name


def bring(place: Workspace, book: DoorBook, path: Path, first: Handed) -> None:
    hand_in(book, path, first)
    put_away(place, book)


def stands(place: Workspace) -> dict[str, str]:
    folder = place.inbox(PERIOD) / "邮件"
    return {path.name: path.read_text() for path in sorted(folder.iterdir())} if folder.is_dir() else {}


STEPS = ("enter", "holding", "Receipts", "_promised", "_place", "put", "save", "utime")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_step_and_begun_again_it_stands_there_once(place, tmp_path, monkeypatch, step, after):
    book, path = DoorBook(place.root), a_file(tmp_path, "one")
    first = about(path)
    owner = {"enter": DoorBook, "put": DoorBook, "save": Receipts, "utime": handing.os}.get(step, handing)
    whole = getattr(owner, step)

    def cut(*given: object, **more: object) -> object:
        if after:
            whole(*given, **more)
        raise Killed

    monkeypatch.setattr(owner, step, cut)
    with pytest.raises(Killed):
        bring(place, book, path, first)
    monkeypatch.setattr(owner, step, whole)
    book.close()
    book = DoorBook(place.root)  # the next process
    again = hand_in(book, path, about(path))
    put_away(place, book)
    put_away(place, book)
    assert stands(place) == {"一小.xlsx": "one"}
    assert [(each.received, each.place) for each in book.handed("S1", "2011-03")] == [
        (again.received, "inbox/2011-03/邮件/一小.xlsx")
    ]
    assert Receipts(place.root / "inbox")[first.sha256].received == again.received
    assert not list((place.root / ".door" / "handed").glob("*"))
    if step != "enter" or after:
        assert again.received == first.received


def test_a_name_that_is_taken_or_promised_to_a_mail_is_left_to_it(place, tmp_path, monkeypatch):
    book = DoorBook(place.root)
    monkeypatch.setattr(handing, "_promised", lambda _: {"inbox/2011-03/邮件/一小（2）.xlsx"})
    for words in ("one", "two"):
        hand_in(book, path := a_file(tmp_path, words), about(path))
    assert put_away(place, book) == 2
    assert stands(place) == {"一小.xlsx": "one", "一小（3）.xlsx": "two"}


def test_names_are_those_that_the_mailbox_would_give(place, tmp_path):
    book = DoorBook(place.root)
    names = ("../../逃.xlsx", "CON.xlsx", ".藏.xlsx", "长" * 300 + ".xlsx", "a\x00b.xlsx")
    for number, name in enumerate(names):
        path = a_file(tmp_path, str(number))
        hand_in(book, path, handed("S1", PERIOD, hashlib.sha256(path.read_bytes()).hexdigest(), name, ""))
    put_away(place, book)
    assert set(stands(place)) == {incoming.safe_name(name) for name in names}
    assert not (place.root.parent / "逃.xlsx").exists()


def test_one_that_is_lost_keeps_no_other_back(place, tmp_path, caplog):
    book = DoorBook(place.root)
    for words in ("one", "two"):
        hand_in(book, path := a_file(tmp_path, words, f"{words}.xlsx"), about(path))
    (kept,) = [each for each in (place.root / ".door" / "handed").iterdir() if each.read_text() == "one"]
    kept.unlink()
    assert put_away(place, book) == 1
    assert stands(place) == {"two.xlsx": "two"}
    assert "one.xlsx" in caplog.text
