"""Who else uses the machine reads nothing that names persons."""

import os
import stat

import pytest

import pledgebatch
from pledgebatch.engine.private_files import close_to_others, private
from pledgebatch.mail.names import safe_name
from pledgebatch.xlsx.safe_text import file_name
from tests import books

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no such modes")
MONTH = "2011-03"


def open_to_others(*places):
    every = (each for place in places for each in (place, *place.rglob("*")))
    return [each.name for each in every if not each.is_symlink() and stat.S_IMODE(each.stat().st_mode) & 0o077]


def test_what_a_month_writes_is_its_owners_what_stands_open_is_closed(tmp_path):
    before = os.umask(0o022)
    try:
        place = books.workspace(tmp_path / "w")
        books.write(place / "inbox" / MONTH / "一小.xlsx")
        for folder in ("output/rollup-2011-02/data", "mail", ".cache/2011-02"):
            (place / folder).mkdir(parents=True)
            (place / folder / "old").write_text("李明", "utf-8")
        (place / "pledgebatch.log").write_text("李明", "utf-8")
        assert len(open_to_others(place)) > 10
        pledgebatch.consolidate(place, MONTH, workers=1)
        places = [place / name for name in ("output", ".cache", "mail", "inbox", "pledgebatch.log")]
        assert open_to_others(*places) == []
        assert (place / "output" / MONTH / "index.html").is_file()
        assert os.umask(0o022) == 0o022  # as the caller had it
    finally:
        os.umask(before)


def test_a_folder_is_looked_through_once_and_links_are_left_alone(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o755)
    os.chmod(outside, 0o755)
    own = tmp_path / "w" / "output"
    own.mkdir(parents=True)
    os.chmod(own, 0o755)
    (own / "link").symlink_to(outside)
    close_to_others(tmp_path / "w")
    assert stat.S_IMODE(own.stat().st_mode) == 0o700
    assert stat.S_IMODE(outside.stat().st_mode) == 0o755


def test_what_is_made_meanwhile_is_closed(tmp_path):
    with private():
        (tmp_path / "folder").mkdir()
        (tmp_path / "file").write_text("x")
    assert open_to_others(tmp_path / "folder", tmp_path / "file") == []


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200e", "\u200b"])
def test_no_file_carries_marks_that_turn_or_hide_its_name(mark):
    assert file_name(f"S1{mark}", f"一{mark}小") == "S1_一小"
    assert safe_name(f"台账{mark}xslx.exe") == "台账xslx.exe"
