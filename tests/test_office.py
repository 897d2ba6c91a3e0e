"""The office that tests drive: what it types arrives, its own deaths are told from our faults."""

import sys
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tests import office


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    office.require_office()
    path = tmp_path_factory.mktemp("office") / "空白.xlsx"
    blank = openpyxl.Workbook()
    blank.active.title = "表"
    blank.save(path)
    return path


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How each attempt ended: how the office died, or nothing."""
    ended = []
    run = office._run

    def told(asked, patience):
        death, done = run(asked, patience)
        ended.append(death)
        return death, done

    monkeypatch.setattr(office, "_run", told)
    return ended


def test_more_is_typed_than_one_office_is_asked_for(book: Path, attempts: list[str]) -> None:
    entries = [("表", f"A{row}", f"第{row}行") for row in range(1, 2 * office.PORTION + 2)]
    saved = book.with_name("填好.xlsx")
    assert office.type_into(book, saved, entries) == []
    rows = CalamineWorkbook.from_path(saved).get_sheet_by_name("表").to_python()
    assert [row[0] for row in rows] == [text for _, _, text in entries]
    assert sorted(book.parent.iterdir()) == sorted([book, saved])
    assert attempts == ["", "", ""]


def test_an_office_survives_long_typing(book: Path, attempts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "PORTION", 100)
    entries = [("表", f"B{row}", "字") for row in range(1, 101)]
    assert office.type_into(book, book.with_name("长.xlsx"), entries) == []
    assert attempts == [""]


def test_an_office_that_dies_is_started_again_and_named(
    book: Path, attempts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "PATIENCE", 2)
    monkeypatch.setattr(office, "soffice", lambda: ["true"])
    with pytest.raises(office.OfficeDied, match="LibreOffice .*NoConnectException"):
        office.recalculate(book, book.with_name("重算.xlsx"))
    assert len(attempts) == office.ATTEMPTS


HANGS_UP = """\
import os, socket, sys
name = sys.argv[-1].partition("name=")[2].partition(";")[0]
place = f"/tmp/OSL_PIPE_{os.getuid()}_{name}"
if os.path.exists(place):
    os.unlink(place)
listening = socket.socket(socket.AF_UNIX)
listening.bind(place)
listening.listen()
while True:
    listening.accept()[0].close()
"""
"""An office that answers a call and is gone: Debian's LibreOffice listens at this place."""


def test_an_office_that_dies_as_it_answers_is_started_again(
    book: Path, attempts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, commands = office.soffice(), [[sys.executable, "-c", HANGS_UP]]
    monkeypatch.setattr(office, "soffice", lambda: commands.pop() if commands else real)
    office.recalculate(book, saved := book.with_name("再算.xlsx"))
    assert saved.is_file()
    assert ["DisposedException" in attempt for attempt in attempts] == [True, False]


def test_an_office_that_dies_at_its_work_is_told_from_a_fault_of_ours(
    book: Path, attempts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["timeout", "--signal=KILL", "6", *office.soffice()]
    monkeypatch.setattr(office, "soffice", lambda: command)
    monkeypatch.setattr(office, "ATTEMPTS", 1)
    endless: list[office.Filling] = [{}] * 1_000_000
    with pytest.raises(office.OfficeDied):
        office.counted([(book, endless)], "表")
    assert len(attempts) == 1


def test_one_death_costs_nothing(book: Path, attempts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    run, deaths = office._run, ["DisposedException"]

    def once(asked, patience):
        _, done = run(asked, patience)
        return deaths.pop() if deaths else "", done

    monkeypatch.setattr(office, "_run", once)
    office.recalculate(book, saved := book.with_name("重算.xlsx"))
    assert saved.is_file()
    assert attempts == ["", ""]


@pytest.mark.parametrize("cell", ["没有这一格", "A1:"])
def test_what_a_script_does_wrong_is_not_tried_twice(book: Path, attempts: list[str], cell: str) -> None:
    with pytest.raises(AssertionError, match="getCellRangeByName|IndexOutOfBounds|RuntimeException"):
        office.type_into(book, book.with_name("不成.xlsx"), [("表", cell, "字")])
    assert attempts == [""]


def test_a_workbook_that_does_not_open_is_our_fault(tmp_path: Path, attempts: list[str]) -> None:
    office.require_office()
    with pytest.raises(AssertionError, match="does not open|IllegalArgument"):
        office.recalculate(tmp_path / "没有.xlsx", tmp_path / "重算.xlsx")
    assert attempts == [""]
