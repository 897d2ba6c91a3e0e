"""A file that makes the reader abort costs itself only, in the process of whoever calls us too."""

import datetime as dt
import io
import re
import zipfile

import openpyxl
import pytest

import pledgebatch
from pledgebatch.cli import main
from pledgebatch.readers import native, precheck
from pledgebatch.readers import read as reading
from pledgebatch.readers.file_types import Unreadable
from pledgebatch.readers.read import UNFIT, read
from tests import books, quick_months

STRINGS = "xl/sharedStrings.xml"
TOO_MANY = "99999999999"


@pytest.fixture(autouse=True)
def precious(monkeypatch):
    """This process is one that no file may end, as that of a command is."""
    monkeypatch.setattr(native, "_expendable", False)


def with_strings(data, change):
    """The workbook with the part of its shared texts changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == STRINGS else content)
    return target.getvalue()


def claiming(count):
    def change(text):
        bare = re.sub(rb'<sst[^>]*xmlns="([^"]*)"[^>]*>', rb'<sst xmlns="\1" COUNTS>', text)
        return bare.replace(b"COUNTS", count.encode())

    return change


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return books.write(tmp_path_factory.mktemp("native") / "一小.xlsx").read_bytes()


@pytest.mark.parametrize(
    "count",
    [
        f'count="{TOO_MANY}" uniqueCount="{TOO_MANY}"',
        f"uniqueCount = '{TOO_MANY}'",
        'uniqueCount="4294967295"',
        'uniqueCount="1000000000"',
        f'uniqueCount="{"9" * 5000}"',
        "",
    ],
)
def test_what_a_file_says_of_the_number_of_its_texts_is_not_believed(data, count):
    assert read(with_strings(data, claiming(count)), "一小.xlsx").sheets == read(data, "一小.xlsx").sheets


@pytest.fixture
def aborting(data, monkeypatch):
    """A workbook that makes the reader abort, the look before it being blind for once."""
    monkeypatch.setattr(precheck, "_without_false_count", lambda *_: {})
    return with_strings(data, claiming(f'uniqueCount="{TOO_MANY}"'))


def test_a_workbook_that_makes_the_reader_abort_is_refused_in_silence(aborting, capfd):
    with pytest.raises(Unreadable, match=UNFIT):
        read(aborting, "一小.xlsx")
    assert capfd.readouterr() == ("", "")


def test_it_costs_nobody_else_anything_in_the_calling_process(aborting, tmp_path):
    place = books.workspace(tmp_path / "w")
    inbox = place / "inbox" / "2011-03"
    books.write(inbox / "二小.xlsx", {"unit_code": "S2", "org_name": "云溪二小党支部"})
    (inbox / "一小.xlsx").write_bytes(aborting)
    month = quick_months.consolidate(place, "2011-03")
    assert month.submissions.set_index("file")["state"]["一小.xlsx"] == "unreadable"
    assert month.submissions.set_index("file")["state"]["二小.xlsx"] in ("accepted", "returned")
    (checked,) = pledgebatch.check([inbox / "一小.xlsx"], "2011-03")
    assert checked.submissions["reason"].tolist() == [UNFIT]


def test_a_registry_that_makes_the_reader_abort_is_told_the_clerk(aborting, tmp_path, capfd):
    place = books.workspace(tmp_path / "w")
    (place / "registry.xlsx").write_bytes(aborting)
    with pytest.raises(SystemExit) as ended:
        main(["templates", "--workspace", str(place), "--period", "2011-03"])
    assert ended.value.code == 2
    told = capfd.readouterr().err
    assert "registry.xlsx" in told
    assert "memory allocation" not in told


def test_cells_are_the_same_whoever_reads_them():
    book, target = openpyxl.Workbook(), io.BytesIO()
    book.active.append([1, 2.5, "甲", True, dt.date(2011, 3, 5), dt.datetime(2011, 3, 5, 8, 30), dt.time(8, 30), None])
    book.save(target)
    assert native.read(target.getvalue(), ["Sheet"]) == native._read(target.getvalue(), ["Sheet"])


def test_what_the_reader_refuses_is_left_to_others():
    assert native.read(b"PK\x03\x04", ["Sheet"]) == {}


def test_a_workbook_over_which_we_crash_is_refused_and_stands_in_the_log(data, monkeypatch, caplog):
    def crash(*given: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(reading, "_compare", crash)
    with pytest.raises(Unreadable, match="损坏"):
        read(data, "一小.xlsx")
    assert "一小.xlsx could not be read" in caplog.text
    assert "KeyError: 'ours'" in caplog.text
