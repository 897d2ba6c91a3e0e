"""The gate through which the tables of a month are read: as they are declared today, and as they were written."""

import datetime as dt
import errno
import json

import pandas as pd
import pyarrow as pa
import pytest

from pledgebatch.mistakes import OfficeMistake
from pledgebatch.schema import archive_tables
from pledgebatch.schema.archive_tables import ARCHIVE_TABLES, ESSENTIAL, FIRST, conform, read_table
from pledgebatch.schema.arrow import as_frame
from pledgebatch.schema.digests import DATA, MANIFEST, DamagedMonth, seal
from pledgebatch.schema.frames import empty

DECLARED = {"code": "str", "count": "Int64", "due": "datetime64[s]"}
DAY = dt.datetime(2011, 6, 30)


def test_a_lacking_column_is_missing_an_unknown_one_is_left_out_and_the_order_stays():
    told = as_frame(
        conform(pa.table({"old": [1], "due": pa.array([DAY], pa.timestamp("ms")), "code": ["S1"]}), DECLARED)
    )
    assert list(told) == ["due", "code", "count"]
    assert {name: str(dtype) for name, dtype in told.dtypes.items()} == {
        "due": "datetime64[s]",
        "code": "str",
        "count": "Int64",
    }
    assert told["due"].tolist() == [pd.Timestamp(DAY)]
    assert told["count"].isna().all()


@pytest.mark.parametrize(
    ("stored", "dtype", "told"), [(["3"], "Int64", [3]), (["三"], "Int64", [None]), ([3], "str", ["3"])]
)
def test_a_column_of_another_type_says_what_it_can(stored, dtype, told):
    values = conform(pa.table({"each": stored}), {"each": dtype})["each"].to_pylist()
    assert values == told


@pytest.fixture
def month(tmp_path):
    """A month without rows, as it is published."""
    folder = tmp_path / "2011-03"
    (folder / DATA).mkdir(parents=True)
    (folder / MANIFEST).write_text("{}", "utf-8")
    for name, columns in ARCHIVE_TABLES.items():
        empty(columns).to_parquet(folder / DATA / f"{name}.parquet", index=False)
    seal(folder)
    return folder


def test_every_table_has_its_declared_columns(month):
    for name, columns in ARCHIVE_TABLES.items():
        told = read_table(month, name)
        assert {key: str(dtype) for key, dtype in told.dtypes.items()} == dict(columns), name


def test_a_table_that_a_month_did_not_have_yet_has_no_rows(month, monkeypatch):
    monkeypatch.setitem(ARCHIVE_TABLES, "supervision", {"organisation": "str", "said": "str"})
    assert list(read_table(month, "supervision")) == ["organisation", "said"]


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize("name", sorted(FIRST))
def test_a_table_that_is_gone_is_named(month, name, sealed):
    (month / DATA / f"{name}.parquet").unlink()
    if not sealed:
        (month / DATA / "digests.json").unlink()
    with pytest.raises(
        DamagedMonth, match=f"2011-03 的存档已损坏（缺少 data/{name}.parquet）.*--period 2011-03 --again"
    ):
        read_table(month, name)


def test_a_month_without_the_column_that_says_whose_a_row_is_is_damaged(month):
    essential = ESSENTIAL & set(ARCHIVE_TABLES["members"])
    assert essential
    for key in essential:
        rows = empty({each: dtype for each, dtype in ARCHIVE_TABLES["members"].items() if each != key})
        rows.to_parquet(month / DATA / "members.parquet", index=False)
        seal(month)
        with pytest.raises(DamagedMonth, match=f"缺少 {key} 列"):
            read_table(month, "members")


@pytest.mark.parametrize("spoilt", ["", "[]", "{}", '{"files": {}}', '{"files": [], "together": 1}', "\0"])
def test_digests_that_are_damaged_are_no_digests(month, spoilt):
    (month / DATA / "digests.json").write_text(spoilt, "utf-8")
    with pytest.raises(DamagedMonth, match="digests.json"):
        read_table(month, "members")


def test_a_digest_taken_out_is_missed(month):
    path = month / DATA / "digests.json"
    told = json.loads(path.read_text("utf-8"))
    del told["files"]["data/members.parquet"]
    path.write_text(json.dumps(told), "utf-8")
    with pytest.raises(DamagedMonth):
        read_table(month, "members")


def reading_ends_with(monkeypatch, mistake):
    def open_file(path):
        raise mistake

    monkeypatch.setattr(archive_tables.pq, "ParquetFile", open_file)


def test_want_of_memory_is_no_damage(month, monkeypatch):
    reading_ends_with(monkeypatch, pa.ArrowMemoryError("malloc failed"))
    with pytest.raises(MemoryError):
        read_table(month, "members")


def test_what_the_system_refuses_is_no_damage(month, monkeypatch):
    reading_ends_with(monkeypatch, OSError(errno.EMFILE, "Too many open files"))
    with pytest.raises(OfficeMistake, match="同时打开的文件太多") as told:
        read_table(month, "members")
    assert not isinstance(told.value, DamagedMonth)


@pytest.mark.parametrize("mistake", [OSError("not a Parquet file"), pa.ArrowInvalid("footer"), ValueError("no")])
def test_whatever_else_reading_ends_with_is_damage(month, monkeypatch, mistake):
    reading_ends_with(monkeypatch, mistake)
    with pytest.raises(DamagedMonth, match=r"members\.parquet 读不出来"):
        read_table(month, "members")
