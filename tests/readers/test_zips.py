"""Names in zips: whatever program made the zip, each name reads as it was typed."""

import struct
import unicodedata
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgebatch.intake.find import find

NAME = "云溪区河湾小学党支部_承诺台账_201103.pdf"
OTHER = "职业中学/三月.pdf"
UTF_8, UNICODE_PATH = 0x800, 0x7075


class Raw(zipfile.ZipInfo):
    """A member with a name of any bytes, said to be UTF-8 or not."""

    def __init__(self, raw: bytes, said: int = 0, extra: bytes = b""):
        super().__init__(raw.hex())
        self.raw, self.said, self.extra = raw, said, extra

    def _encodeFilenameFlags(self):  # noqa: N802
        return self.raw, self.said


def unicode_path(name, stands_for):
    field = struct.pack("<BL", 1, zlib.crc32(stands_for)) + name.encode()
    return struct.pack("<HH", UNICODE_PATH, len(field)) + field


def names(folder, *members):
    (folder / "in").mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / "in" / "包.zip", "w") as archive:
        for member in members:
            archive.writestr(member, b"%PDF-1.4")
    found = find(folder / "in")
    assert not [each.refused for each in found if each.refused]
    assert {each.read() for each in found} == {b"%PDF-1.4"}
    return [each.file.removeprefix("包.zip/") for each in found]


GBK = NAME.encode("gb18030")
ODD_FIELDS = {
    "path in no UTF-8": unicode_path("x", GBK).replace(b"x", b"\xff"),
    "path is empty": unicode_path("", GBK),
    "path is cut short": struct.pack("<HH", UNICODE_PATH, 2) + b"\1\0",
    "field is cut short": struct.pack("<HH", 0x5455, 9) + b"\1\0",
    "no field at all": b"\1\2\3",
}
"""Extra fields that other programs pass over."""


@pytest.mark.parametrize(
    "member",
    [
        Raw(NAME.encode(), UTF_8),
        Raw(NAME.encode()),
        Raw(GBK),
        Raw(GBK, UTF_8),
        Raw(b"?.pdf", 0, unicode_path(NAME, b"?.pdf")),
        Raw(GBK, 0, struct.pack("<HH", 1, 0) + unicode_path(NAME, GBK)),
        Raw(GBK, 0, unicode_path("改名以前.pdf", b"old name")),
        *(Raw(GBK, 0, extra) for extra in ODD_FIELDS.values()),
        Raw(b"?.pdf", 0, unicode_path(NAME, b"?.pdf") + ODD_FIELDS["field is cut short"]),
    ],
    ids=[
        "flagged", "macos", "windows", "flag is wrong", "unicode path", "after another field", "path of another", *ODD_FIELDS,
        "behind a path",
    ],
)  # fmt: skip
def test_a_name_reads_as_it_was_typed(tmp_path, member):
    assert names(tmp_path, member) == [NAME]


def test_one_zip_may_hold_all_kinds_of_names(tmp_path):
    members = (
        Raw(NAME.encode()),
        Raw(OTHER.encode("gb18030")),
        Raw("镕.pdf".encode("gb18030"), UTF_8),
        Raw("䶮.pdf".encode(), UTF_8),
    )
    assert sorted(names(tmp_path, *members)) == sorted([NAME, OTHER, "镕.pdf", "䶮.pdf"])


def test_a_zip_within_a_zip_has_names_of_its_own(tmp_path):
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(Raw(NAME.encode()), b"%PDF-1.4")
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "包.zip", "w") as archive:
        archive.writestr(Raw("里面.zip".encode("gb18030"), UTF_8), inner.read_bytes())
    assert [each.file for each in find(tmp_path / "in")] == [f"包.zip/里面.zip/{NAME}"]


def test_letters_with_marks_are_one_whether_composed_or_not(tmp_path):
    apart = unicodedata.normalize("NFD", "é.pdf")
    assert names(tmp_path, Raw(apart.encode())) == ["é.pdf"]


def test_what_is_no_encoding_of_ours_is_shown_as_zips_of_old_were(tmp_path):
    assert names(tmp_path, Raw(b"\xff\xfe\xff.pdf")) == [b"\xff\xfe\xff.pdf".decode("cp437")]


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=12), st.sampled_from([0, UTF_8])), min_size=1, max_size=4, unique_by=lambda each: each[0]))  # fmt: skip
def test_no_name_costs_the_zip(tmp_path_factory, written):
    members = [
        Raw(b"f/" + raw.replace(b"\0", b"0").replace(b"/", b"1").replace(b"\\", b"2") + b".pdf", flag)
        for raw, flag in written
    ]
    assert len(names(tmp_path_factory.mktemp("zip"), *members)) == len(members)
