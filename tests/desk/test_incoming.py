"""What was dropped waits until it can be put into the inbox, and says what it waits for."""

import errno
from concurrent.futures import Future

import pytest

from pledgebatch.desk import incoming
from pledgebatch.desk.incoming import UNFIT, WAITS, Incoming
from pledgebatch.desk.state import Desk
from pledgebatch.engine.workers import Serial
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.workspace import Workspace
from tests.desk.conftest import held_elsewhere, judged_by_nobody

MARCH, APRIL = Period(2011, 3), Period(2011, 4)


@pytest.fixture
def taking(guard, monkeypatch) -> Incoming:
    monkeypatch.setattr(incoming, "judge", judged_by_nobody)
    desk: Desk = guard.app.state.desk
    return desk.incoming


def add(taking: Incoming, name: str, data: bytes, period: Period = MARCH) -> incoming.Upload:
    path = taking.quarantine / f"{name}.file"
    path.write_bytes(data)
    return taking.add(period, name, path)


def names(place, period: Period = MARCH) -> list[str]:
    return sorted(path.name for path in (place / "inbox" / str(period)).iterdir())


def test_while_a_command_is_at_work_a_file_waits_for_that(taking, place):
    with held_elsewhere(place, "consolidate 2011-03"):
        upload = add(taking, "a.xlsx", b"a")
        assert (upload.note, upload.waits) == (WAITS, True)
    taking.sweep()
    assert (upload.note, upload.waits, names(place)) == ("", False, ["a.xlsx"])
    assert [each.name for each in taking.uploads[MARCH]] == ["a.xlsx"]


def test_a_file_that_cannot_be_put_there_says_so_and_keeps_no_other_waiting(taking, place):
    in_the_way = place / "inbox" / str(APRIL)
    in_the_way.touch()
    upload = add(taking, "a.xlsx", b"a", APRIL)
    assert upload.note.startswith("文件收着，没有丢，还没有放进收件文件夹：")
    with held_elsewhere(place, "consolidate 2011-03"):
        add(taking, "b.xlsx", b"b")
    taking.sweep()
    assert names(place) == ["b.xlsx"]
    assert upload.waits
    in_the_way.unlink()
    taking.sweep()
    assert (upload.note, names(place, APRIL)) == ("", ["a.xlsx"])
    assert len(taking.uploads[APRIL]) == 1
    assert not list(taking.quarantine.iterdir())


def test_what_a_killed_desk_had_acknowledged_is_kept_and_nothing_else(tmp_path, monkeypatch):
    (tmp_path / "registry.xlsx").touch()
    (tmp_path / "inbox").mkdir()
    monkeypatch.setattr(incoming, "judge", judged_by_nobody)
    workspace, folder = Workspace(tmp_path), tmp_path / ".desk"
    with held_elsewhere(tmp_path, "consolidate 2011-03"):
        add(Incoming(workspace, folder, Serial()), "a.xlsx", b"a")
    for left in ("coming.part", "unanswered.file", ".unanswered.json.0a1b2c.new"):
        (folder / "quarantine" / left).touch()
    later = Incoming(workspace, folder, Serial())
    assert sorted(path.name for path in later.quarantine.iterdir()) == ["a.xlsx.file", "a.xlsx.json"]
    later.sweep()
    assert names(tmp_path) == ["a.xlsx"]


def test_a_file_of_which_no_note_can_be_kept_is_refused(taking, place, monkeypatch):
    def full(*given: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patched:
        patched.setattr(incoming, "writing", full)
        with pytest.raises(OSError, match="full"):
            add(taking, "a.xlsx", b"a")
    assert (list(taking.quarantine.iterdir()), list(taking.uploads[MARCH])) == ([], [])
    assert add(taking, "a.xlsx", b"a").path == place / "inbox" / str(MARCH) / "a.xlsx"


def test_a_file_over_which_judging_crashes_is_named_in_the_log(tmp_path, monkeypatch, caplog):
    def crash(*given: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(incoming, "judge", crash)
    (tmp_path / "registry.xlsx").touch()
    taking = Incoming(Workspace(tmp_path), tmp_path / ".desk", Serial())
    add(taking, "a.csv", b"a")
    assert taking.judgement(MARCH, "a.csv") == UNFIT
    assert "a.csv could not be judged" in caplog.text
    assert "KeyError: 'ours'" in caplog.text


def test_what_nobody_waits_for_any_more_is_no_crash(caplog):
    given_up = Future()
    given_up.cancel()
    incoming._log_crash("a.xlsx", given_up)
    assert not caplog.records
