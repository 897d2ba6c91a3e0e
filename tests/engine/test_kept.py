"""What people put into a folder of outputs, or changed there, is theirs: it stands when the folder is written anew."""

from pathlib import Path

import pytest

from pledgebatch.engine.kept import RECORD, find_others, list_own, writing_anew

NAME = "2011-03"


def write(folder: Path, files: dict[str, str]) -> None:
    with writing_anew(folder) as fresh:
        put(fresh, files)


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def standing(folder: Path) -> dict[str, str]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != RECORD)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


FIRST = {"台账.xlsx": "1", "organisations/S1/报告.html": "1", "organisations/S2/退回.xlsx": "1", "data/a.parquet": "1"}
SECOND = {"台账.xlsx": "2", "organisations/S1/报告.html": "1", "data/a.parquet": "2"}


@pytest.mark.parametrize(
    ("theirs", "besides"),
    [
        ({}, {}),
        ({"备注.txt": "x"}, {"备注.txt": "x"}),
        ({"organisations/S2/批示.docx": "x"}, {"organisations/S2/批示.docx": "x"}),
        ({"台账.xlsx": "x"}, {"台账（改过的）.xlsx": "x"}),
        ({"organisations/S2/退回.xlsx": "x"}, {"organisations/S2/退回（改过的）.xlsx": "x"}),
        ({"台账.xlsx": "x", "台账（改过的）.xlsx": "y"}, {"台账（改过的2）.xlsx": "x", "台账（改过的）.xlsx": "y"}),
        ({"台账.xlsx": "2"}, {}),
        ({"~$台账.xlsx": "x", ".~lock.台账.xlsx#": "x"}, {}),
        ({"data/a.parquet": "damaged", "organisations/S1/报告.html": "damaged"}, {}),
    ],
)
def test_what_others_put_there_or_changed_is_kept(tmp_path, theirs, besides):
    folder = tmp_path / NAME
    write(folder, FIRST)
    put(folder, theirs)
    write(folder, SECOND)
    assert standing(folder) == SECOND | besides
    write(folder, SECOND)
    assert standing(folder) == SECOND | besides


def test_what_was_written_before_there_was_a_record_is_nobody_s(tmp_path):
    folder = tmp_path / NAME
    put(folder, FIRST)
    assert find_others(folder) == {}
    write(folder, SECOND)
    assert standing(folder) == SECOND


def test_a_part_written_anew_by_itself_is_no_change_of_somebody_s(tmp_path):
    folder = tmp_path / "forms"
    write(folder, {"S1/公示.html": "1", "S2/公示.html": "1"})
    put(folder, {"S1/备注.txt": "x"})
    write(folder / "S1", {"公示.html": "2"})
    assert standing(folder / "S1") == {"公示.html": "2", "备注.txt": "x"}
    write(folder, {"S1/公示.html": "3", "S2/公示.html": "3"})
    assert standing(folder) == {"S1/公示.html": "3", "S2/公示.html": "3", "S1/备注.txt": "x"}


def test_the_program_s_own_files_of_a_folder_are_told_from_others(tmp_path):
    folder = tmp_path / NAME
    write(folder, FIRST)
    own = folder / "organisations" / "S1"
    put(own, {"草稿.docx": "x", "报告.html": "changed"})
    assert [path.name for path in list_own(own)] == ["报告.html"]
    assert [path.name for path in list_own(tmp_path / NAME / "organisations")] == []
    put(tmp_path / "elsewhere", {"a.txt": "x"})
    assert [path.name for path in list_own(tmp_path / "elsewhere")] == ["a.txt"]
