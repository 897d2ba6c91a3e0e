"""Rows on disk are the rows in memory, whatever parts they are kept in."""

import pandas as pd
import pytest

from pledgebatch.engine.dataset import Part, Source, Stored, Which, changed, of_submissions, only, pieces, store
from pledgebatch.schema.kept import KEPT

ROWS = pd.DataFrame(
    {
        "submission": pd.array([0, 0, 1, 2], dtype="Int64"),
        "organisation": pd.Series(["S1", "S1", "S2", None], dtype="str"),
        "name": pd.Series(["甲", None, "乙", "丙"], dtype="str"),
        "due": pd.Series(pd.to_datetime(["2011-06-30", None, "1900-01-01", "2011-12-31"])).astype("datetime64[s]"),
    }
)


@pytest.fixture
def parts(tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder, rows in zip(folders, (ROWS[:2], ROWS[2:]), strict=True):
        folder.mkdir()
        store({"members": rows.reset_index(drop=True)}, folder)
    return folders


def stored(parts, *numbers):
    told = numbers or (None, None)
    codes = (frozenset(["S1"]), frozenset(["S2"]))
    return Stored(
        [Part((Source(folder, numbers),), own) for folder, numbers, own in zip(parts, told, codes, strict=True)],
        ["members"],
    )


def test_the_whole_table_is_what_was_kept(parts):
    pd.testing.assert_frame_equal(stored(parts)["members"], ROWS)
    with pytest.raises(KeyError):
        stored(parts)["items"]


def test_parquet_says_the_same_as_arrow(tmp_path):
    rows = ROWS.reindex(columns=list(KEPT["items"])).astype(KEPT["items"])
    rows.to_parquet(tmp_path / "items.parquet", index=False)
    pd.testing.assert_frame_equal(Stored([Part((Source(tmp_path),))], ["items"])["items"], rows)


def test_submissions_are_read_under_the_numbers_they_have_now(parts):
    tables = stored(parts, {0: 7}, {1: 5, 2: 6}).of_submissions([7, 6])
    assert tables["members"]["submission"].tolist() == [7, 7, 6]
    assert tables["members"]["name"].tolist()[::2] == ["甲", "丙"]
    assert stored(parts, {0: 7}, {1: 5}).of_submissions([99])["members"].empty


@pytest.mark.parametrize("codes", [["S1"], ["S2"], ["S1", "S2"], []])
def test_some_organisations_of_a_table_on_disk_and_of_one_in_memory(parts, codes):
    expected = only({"members": ROWS}, codes)["members"]
    pd.testing.assert_frame_equal(only(stored(parts), codes)["members"], expected)


def test_some_columns_only(parts):
    told = only(stored(parts), ["S2"])
    assert [list(piece) for piece in pieces(told, "members", ["name"])] == [["name"]]
    assert [piece["name"].tolist() for piece in pieces(told, "members", ["name"])] == [["乙"]]


def test_chosen_rows_only_by_columns_that_need_not_be_asked_for(parts):
    late = Which(["due"], lambda rows: rows["due"] > pd.Timestamp(2011, 12, 1))
    plain = changed(stored(parts), lambda name, rows: rows)
    for tables in (stored(parts), plain, {"members": ROWS}):
        told = [piece for piece in pieces(tables, "members", ["name"], late) if len(piece)]
        assert [(list(piece), piece["name"].tolist()) for piece in told] == [(["name"], ["丙"])]


def test_a_part_is_not_read_where_none_of_its_organisations_is_asked_for(parts, tmp_path):
    (tmp_path / "a" / "members.arrow").unlink()
    assert only(stored(parts), ["S2"])["members"]["name"].tolist() == ["乙"]


def test_a_change_is_made_when_rows_are_read(parts):
    def hide(name, rows):
        return rows.assign(name="＊") if "name" in rows else rows

    assert changed(stored(parts), hide)["members"]["name"].tolist() == ["＊"] * 4
    assert changed({"members": ROWS}, hide)["members"]["name"].tolist() == ["＊"] * 4


def test_submissions_of_tables_in_memory():
    assert of_submissions({"members": ROWS}, [1])["members"]["name"].tolist() == ["乙"]


def test_the_rows_of_several_sources_stand_as_those_of_one_would(parts):
    first, second = (Source(folder, numbers) for folder, numbers in zip(parts, ({0: 1}, {1: 0, 2: 2}), strict=True))
    told = Stored([Part((first, second), frozenset(["S1", "S2"]))], ["members"])
    assert told["members"]["submission"].tolist() == [0, 1, 1, 2]
    assert next(told.pieces("members", ["name"]))["name"].fillna("").tolist() == ["乙", "甲", "", "丙"]


def test_some_organisations_of_a_source_and_what_is_nobodys(parts):
    told = Stored([Part((Source(parts[1], {1: 0, 2: 1}, frozenset([""])),))], ["members"])
    assert told["members"]["name"].tolist() == ["丙"]
