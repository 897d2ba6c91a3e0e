"""The container that the reader is given says what the one that was looked at says."""

import io
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from pledgebatch.readers import precheck
from pledgebatch.readers.precheck import look
from pledgebatch.readers.unpacked import unpacked
from tests.intake.files import ITEMS, MEMBERS, right

ORGANISATION, STRINGS = "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"


def contents(data):
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        return {part.filename: (container.read(part), part.compress_type) for part in container.infolist()}


def with_member(name, data=right):
    made = io.BytesIO(data())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as container:
        container.writestr(name, b"x")
    return made.getvalue()


@pytest.mark.parametrize(
    "data",
    [right(), with_member("图片.png"), with_member("图片".encode("gb18030").decode("cp437"))],
    ids=["right", "utf-8", "gbk"],
)
def test_the_sheets_and_their_texts_are_unpacked_and_the_rest_is_as_it_was(data):
    before, after = contents(data), contents(look(data).container)
    assert list(after) == list(before)
    assert {name: text for name, (text, _) in after.items()} == {name: text for name, (text, _) in before.items()}
    unpacked_ = {name for name, (_, method) in after.items() if method == zipfile.ZIP_STORED}
    assert {MEMBERS, ITEMS, STRINGS} <= unpacked_
    assert all("worksheets/" in name for name in unpacked_ - {STRINGS})


def test_the_reader_reads_the_same_of_it():
    books = [CalamineWorkbook.from_filelike(io.BytesIO(data)) for data in (right(), look(right()).container)]
    assert books[0].sheet_names == books[1].sheet_names
    for name in books[0].sheet_names:
        cells = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for book in books]
        assert cells[0] == cells[1]


def test_sheets_that_take_much_memory_stay_packed(monkeypatch):
    before = contents(right())
    room = sum(len(before[part][0]) for part in (STRINGS, ORGANISATION, MEMBERS))
    monkeypatch.setattr(precheck, "MOST_UNPACKED", room + 1)
    after = contents(look(right()).container)
    assert [after[part][1] for part in (ORGANISATION, MEMBERS, ITEMS)] == [
        zipfile.ZIP_STORED,
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
    ]


def test_a_part_that_says_to_be_of_gigabytes_leaves_the_container_as_it_is():
    with zipfile.ZipFile(io.BytesIO(right())) as container:
        parts = container.infolist()
    parts[-1].file_size = 2**33
    assert unpacked(right(), parts, {}) == right()
