"""Tricks played with containers, XML and sheets, each on a right workbook: what must be said, and how many items are read.

As in ``corpus``, ``""`` means that the file is read and ``?`` that it may be; where it is read, none of its items may be lost.
"""

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator

from openpyxl.utils import get_column_letter

from tests.intake.files import ITEMS, replaced, right, with_part, zipped

Trick = tuple[str, bytes, str, int]
"""Name, bytes, a part of the reason, and the items of 承诺事项 that are read or set aside where the file is read."""
RIGHT = 9
BOOK, STRINGS, STYLES, LINKS = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"
PARTS = (BOOK, STRINGS, STYLES, LINKS, ITEMS, "[Content_Types].xml", "_rels/.rels", "docProps/core.xml")
ROWS_END, LAST_END = b"</sheetData>", b"</row></sheetData>"
DAMAGED, LARGE, WIDE, UNSAFE, NO_BOOK = "已损坏", "展开后过大", "散布范围过大", "不安全", "不是工作簿"
Told = tuple[bytes, str] | tuple[bytes, str, int]


def tricks() -> Iterator[Trick]:
    """All tricks, under names of their own."""
    kinds = (_zips(), _zip_fields(), _xml(), _cells(), _places(), _rows(), _merges(), _books())
    for number, (name, (data, reason, *rows)) in enumerate(each for kind in kinds for each in kind):
        yield f"{number:03d}_{name}.xlsx", data, reason, rows[0] if rows else RIGHT


def _each_part(write: Callable[[zipfile.ZipFile, str, bytes], object], made: io.BytesIO | None = None) -> bytes:
    """The right workbook, each of its parts written by ``write``."""
    made = made or io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(right())) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            write(new, info.filename, old.read(info))
    return made.getvalue()


def _and(name: str, data: bytes = b"x", comment: bytes = b"") -> bytes:
    """The right workbook with a further member and a comment."""
    made = io.BytesIO(right())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
        archive.comment = comment
    return made.getvalue()


class Pipe(io.BytesIO):
    """Where nobody can go back, so that a zip has its sizes behind the data."""

    def seekable(self) -> bool:
        return False


def _zips() -> Iterator[tuple[str, Told]]:
    def streamed(new: zipfile.ZipFile, name: str, data: bytes) -> None:
        with new.open(name, "w", force_zip64=True) as stream:
            stream.write(data)

    def twice(new: zipfile.ZipFile, name: str, data: bytes) -> None:
        new.writestr(name, data)
        if name == ITEMS:
            new.filelist[-1].filename = "moved"  # so that the writer does not warn
            new.NameToInfo.pop(name)
            new.writestr(name, data.replace(b"<v>", b"<v>1", 3))
            new.filelist[-2].filename = name

    yield "zip64", (_each_part(streamed), "")
    yield "sizes_behind", (_each_part(lambda new, name, data: new.writestr(name, data), Pipe()), "")
    for kind, reason in ((zipfile.ZIP_STORED, ""), (zipfile.ZIP_BZIP2, "?"), (zipfile.ZIP_LZMA, "?")):
        yield f"method_{kind}", (_each_part(lambda new, name, data, k=kind: new.writestr(name, data, k)), reason)
    yield "twice", (_each_part(twice), DAMAGED)
    yield (
        "another_book",
        (
            with_part(
                "_rels/.rels", lambda text: text.replace(b"xl/workbook.xml", b"xl/other.xml"), _and("xl/other.xml")
            ),
            DAMAGED,
        ),
    )
    yield "backslashes", (_each_part(lambda new, name, data: new.writestr(name.replace("/", "\\"), data)), "?")
    yield "upper", (_each_part(lambda new, name, data: new.writestr(name.upper(), data)), "?")
    for name in (
        "/etc/x",
        "../../../up.txt",
        "C:\\x.txt",
        "CON",
        "文件".encode("gb18030").decode("cp437"),
        "a" * 5_000,
    ):
        yield "member", (_and(name), "")
    yield "comment", (_and("x", comment=b"x" * 65_535), "")
    yield "comment_like_an_end", (_and("x", comment=b"PK\x05\x06" * 40), "?")
    yield "program_before", (b"MZ" + b"\0" * 64 + right(), NO_BOOK)
    yield "another_before", (right()[:200] + right(), "?")


def _zip_fields() -> Iterator[tuple[str, Told]]:
    """Fields of each entry of the central directory: bits, method, sum, sizes, place."""
    for at, form, value, reason in (
        (8, "<H", 1, "?"), (10, "<H", 99, DAMAGED), (16, "<I", 12_345, DAMAGED), (20, "<I", 2**31, "?"),
        (24, "<I", 10, DAMAGED), (24, "<I", 2**31, LARGE), (42, "<I", 0, DAMAGED), (28, "<H", 60_000, "?"),
    ):  # fmt: skip
        data = bytearray(right())
        for found in re.finditer(b"PK\x01\x02", right()):
            struct.pack_into(form, data, found.start() + at, value)
        yield f"field_{at}", (bytes(data), reason)


def _xml() -> Iterator[tuple[str, Told]]:
    entities = b"".join(b'<!ENTITY %c "&%c;&%c;">' % (n + 1, n, n) for n in range(97, 117))
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha">' + entities + b"]>"
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    for part in PARTS:
        for before in (b"", b"<!--" + b" " * 5_000 + b"-->"):
            yield "laughs", (replaced(part, b"?>", b"?>" + before + laughs), UNSAFE)
        yield (
            "deep",
            (with_part(part, lambda text: text[: text.rindex(b"</")] + deep + text[text.rindex(b"</") :]), "?"),
        )
        for encoding in ("utf-16", "utf-16-be", "gb18030", "utf-8-sig", "utf-32", "utf-7"):
            yield encoding, (with_part(part, lambda text, e=encoding: _encoded(text, e)), "?")
        for name in (b'"GBK"', b'"x-none"'):
            yield "declared", (replaced(part, b'"UTF-8"', name), "?")
        for odd in (b"\x01", b"&#xD800;", b"&#0;", b"\xed\xa0\x80", b" " * 50_000, b"&x;"):
            yield "between", (replaced(part, b"><", b">" + odd + b"<"), "?")
        yield "behind", (with_part(part, lambda text: text + b"\0" * 100), "?")
        yield "doubled", (with_part(part, lambda text: text + text), "?")
        without = _each_part(lambda new, name, data, p=part: name == p or new.writestr(name, data))
        yield "without", (without, DAMAGED if part in (BOOK, LINKS, ITEMS) else "?")
    yield "prefixed", (with_part(ITEMS, _prefixed), "")
    yield "strict", (_each_part(lambda new, name, data: new.writestr(name, _strict(data))), "?")
    yield "long_attribute", (replaced(ITEMS, b"<sheetData", b'<sheetData x="' + b"y" * 2**20 + b'"'), "?")
    many = b" ".join(b'a%d="1"' % number for number in range(20_000))
    yield "many_attributes", (replaced(ITEMS, b"<sheetData", b"<sheetData " + many), "?")


def _encoded(text: bytes, encoding: str) -> bytes:
    return text.decode().replace("UTF-8", encoding.upper(), 1).encode(encoding)


def _prefixed(text: bytes) -> bytes:
    return re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", text).replace(b"xmlns=", b"xmlns:x=").replace(b"<x:?xml", b"<?xml")


def _strict(text: bytes) -> bytes:
    old, new = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    text = text.replace(old + b"spreadsheetml/2006/main", new + b"spreadsheetml/main")
    return text.replace(old + b"officeDocument/2006/relationships", new + b"officeDocument/relationships")


def _last(cell: bytes) -> bytes:
    """The right workbook with a further cell at the end of the last row."""
    return replaced(ITEMS, LAST_END, cell + LAST_END)


def _cells() -> Iterator[tuple[str, Told]]:
    for value in (b"999999", b"-1", b"abc", b"9" * 30):
        yield "string", (_last(b'<c r="AZ12" t="s"><v>' + value + b"</v></c>"), "?")
    for style in (b"99999", b"x", b"-1"):
        yield "style", (replaced(ITEMS, b' s="', b' s="' + style), "?")
    for kind, value in (
        (b"zz", b"1"),
        (b"d", b"2011-03-05"),
        (b"d", b"2011-99-99"),
        (b"b", b"7"),
        (b"n", b"twelve"),
        (b"e", b"#NEW!"),
    ):
        yield "kind", (_last(b'<c r="AZ12" t="' + kind + b'"><v>' + value + b"</v></c>"), "?")
    for number in (b"1e400", b"NaN", b"Infinity", b"-0", b"0x10", b"1_000", b"1,5", b"9" * 5_000):
        yield "number", (_last(b'<c r="AZ12"><v>' + number + b"</v></c>"), "?")
    yield "long_text", (_last(b'<c r="AZ12" t="inlineStr"><is><t>' + b"x" * 2**20 + b"</t></is></c>"), "")
    yield "rich_text", (_last(b'<c r="AZ12" t="inlineStr"><is>' + b"<r><t>x</t></r>" * 20_000 + b"</is></c>"), "?")
    for formula in (
        b"<f>" + b"(" * 5_000 + b"</f>",
        b'<f t="array" ref="A1:XFD1048576">1</f>',
        b'<f t="shared" si="4294967295">A1</f>',
    ):
        yield "formula", (_last(b'<c r="AZ12">' + formula + b"<v>1</v></c>"), "?")
    yield "two_values", (_last(b'<c r="AZ12"><v>1</v><v>2</v></c>'), "?")
    yield "unclosed", (replaced(ITEMS, b"</c>", b""), "?")
    yield "nested", (_last(b'<c r="AZ12"><c r="BA12"><v>1</v></c></c>'), "?")
    long = with_part(
        STRINGS, lambda text: re.sub(rb"<t[^>]*>[^<]*</t>", b"<t>" + b"x" * 2**20 + b"</t>", text, count=1)
    )
    often = b"".join(b'<c r="A%d" t="s"><v>0</v></c>' % row for row in range(100, 20_100))
    yield "one_text_often", (with_part(ITEMS, lambda text: text.replace(LAST_END, often + LAST_END), long), LARGE)


def _places() -> Iterator[tuple[str, Told]]:
    for place in ("A0", "0", "", "1A", "$A$12", "a12", "R1C1", "A-5", "A" + "9" * 20, "A" * 16 + "12", "Ａ12", " AZ12"):
        yield "place", (_last(f'<c r="{place}"><v>1</v></c>'.encode()), "?")
    for far in (b'<c r="ZZ1048576">', b'<c r ="ZZ1048576">', b"<c r='ZZ1048576'>", b'<c\tr="ZZ1048576">', b'<c t="n" r="ZZ1048576">',
                b'<c r="ZZ&#49;048576">', b'<c r="zz1048576">', b'<c r="C1048576">'):  # fmt: skip
        yield "far_in_a_low_row", (_last(far + b"<v>1</v></c>"), "?" if b"&" in far else WIDE)
    yield "no_place", (with_part(ITEMS, lambda text: re.sub(rb'<c r="[A-Z]+\d+"', b"<c", text)), "")
    yield "no_row", (with_part(ITEMS, lambda text: re.sub(rb'<row r="\d+"', b"<row", text)), "")
    yield "twice", (_last(b'<c r="A12"><v>7</v></c>'), "")
    yield "turned", (with_part(ITEMS, _turned), "?")
    for reference in (b"A1:XFD1048576", b"A1", b"ZZZZ99999999:A1", b"", b"B2:A1"):
        yield (
            "dimension",
            (with_part(ITEMS, lambda text, r=reference: re.sub(rb'(<dimension ref=")[^"]*', rb"\g<1>" + r, text)), "?"),
        )


def _turned(text: bytes) -> bytes:
    """The cells of each row from right to left."""
    return re.sub(
        rb"(<row[^>]*[^/]>)(.*?)(</row>)",
        lambda row: row[1] + b"".join(reversed(re.findall(rb"<c [^>]*/>|<c .*?</c>", row[2]))) + row[3],
        text,
    )


def _rows() -> Iterator[tuple[str, Told]]:
    def more(rows: bytes) -> bytes:
        return replaced(ITEMS, ROWS_END, rows + ROWS_END)

    hidden = b"".join(b'<row r="%d" ht="15" customHeight="1" hidden="1"/>' % row for row in range(13, 1_000_001))
    yield "hidden_million", (more(hidden), "")
    yield "formatted_last_row", (more(b'<row r="1048576" ht="15"/>'), "")
    yield "formatted_last_cell", (more(b'<row r="1048576"><c r="C1048576" s="1"/></row>'), "")
    yield "last_cell", (more(b'<row r="1048576"><c r="C1048576"><v>1</v></c></row>'), WIDE)
    yield "last_column", (_last(b'<c r="XFD12"><v>1</v></c>'), "")
    each = b"".join(b'<row r="%d"><c r="B%d"><v>1</v></c></row>' % (row, row) for row in range(13, 100_013))
    yield "each_row", (more(each), "", RIGHT + 100_000)
    wide = b"".join(b'<c r="%s13"><v>1</v></c>' % get_column_letter(n).encode() for n in range(1, 16_385))
    yield "each_column", (more(b'<row r="13">' + wide + b"</row>"), "", RIGHT + 1)
    yield "turned", (with_part(ITEMS, _rows_turned), "?")
    for number, place in ((b"12", b"G12"), (b"0", b"A0"), (b"-5", b"A5")):
        yield "row", (more(b'<row r="' + number + b'"><c r="' + place + b'"><v>7</v></c></row>'), "?")
    yield "row_lies", (more(b'<row r="14"><c r="B20"><v>7</v></c></row>'), "?", RIGHT + 1)


def _rows_turned(text: bytes) -> bytes:
    start, end = text.index(b"<row"), text.index(ROWS_END)
    rows = re.findall(rb"<row[^>]*/>|<row.*?</row>", text[start:end], re.DOTALL)
    return text[:start] + b"".join(reversed(rows)) + text[end:]


def _merges() -> Iterator[tuple[str, Told]]:
    many = b"".join(b'<mergeCell ref="A%d:B%d"/>' % (row, row) for row in range(100, 300_100))
    for merged in (many, b'<mergeCell ref="A1:XFD1048576"/>', b'<mergeCell ref="G4:G1048576"/>',
                   b'<mergeCell ref=""/><mergeCell/><mergeCell ref="A:A"/><mergeCell ref="B5:A1"/><mergeCell ref="x"/>'):  # fmt: skip
        yield "merged", (replaced(ITEMS, ROWS_END, ROWS_END + b"<mergeCells>" + merged + b"</mergeCells>"), "?")


def _books() -> Iterator[tuple[str, Told]]:
    for name in ("", "x" * 300, "a/b:c*?[d]", "承诺事项", " 承诺事项 ", "&#10;", "\u202e", "CON", "'", "_pledgebatch"):
        yield "named", (replaced(BOOK, 'name="评议整改"'.encode(), f'name="{name}"'.encode()), "?")
    for state, reason in (("veryHidden", ""), ("hidden", ""), ("odd", "")):
        yield "state", (replaced(BOOK, 'name="承诺事项"'.encode(), f'name="承诺事项" state="{state}"'.encode()), reason)
    for kind in (b"chartsheet", b"dialogsheet", b"xlMacrosheet"):
        yield "kind", (replaced(LINKS, b"relationships/worksheet", b"relationships/" + kind), "?")
        yield "root", (with_part(ITEMS, lambda text, k=kind: re.sub(rb"(</?)worksheet\b", rb"\1" + k, text)), "?")
    yield "no_sheets", (with_part(BOOK, lambda text: re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", text)), "?")
    thousand = b"".join(b'<sheet name="n%d" sheetId="%d" r:id="rId4"/>' % (n, n + 100) for n in range(300))
    yield "hundreds_of_sheets", (replaced(BOOK, b"</sheets>", thousand + b"</sheets>"), "?", 301 * RIGHT)
    link = b"worksheets/sheet4.xml"
    for target in (b"../../../etc/passwd", b'x" TargetMode="External', b"file:///etc/passwd"):
        yield "target", (replaced(LINKS, link, target), DAMAGED)
    yield "same_target", (replaced(LINKS, b"worksheets/sheet3.xml", link), "?")
    yield "external_link", (_and("xl/externalLinks/externalLink1.xml", b"<externalLink/>"), "")
    yield "binary", (zipped(**{"[Content_Types]__xml": b"<Types/>", "xl/workbook__bin": b"\0" * 99}), "xlsb")
