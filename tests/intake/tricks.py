"""Tricks played with containers, XML and sheets, each on a right workbook: what must be said, and how many items are read.

As in ``corpus``, ``""`` means that the file is read and ``?`` that it may be; where it is read, none of its items may be lost.
"""

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator

from tests.intake.files import ITEMS, right, with_part, zipped

Trick = tuple[str, bytes, str, int]
"""Name, bytes, a part of the reason, and the items of 承诺事项 that are read or set aside where the file is read."""
RIGHT = 9
BOOK, STRINGS, STYLES, RELATIONS = (
    "xl/workbook.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/_rels/workbook.xml.rels",
)
SHEET_END = b"</sheetData>"
DAMAGED, LARGE, WIDE, UNSAFE = "已损坏", "展开后过大", "散布范围过大", "不安全"


def tricks() -> Iterator[Trick]:
    """All tricks, under names of their own."""
    for number, trick in enumerate([*_zips(), *_xml(), *_cells(), *_rows(), *_books()]):
        name, data, reason, *rows = trick
        yield f"{number:03d}_{name}.xlsx", data, reason, rows[0] if rows else RIGHT


def _rezipped(write: Callable[[zipfile.ZipFile, zipfile.ZipInfo, bytes], None]) -> bytes:
    """The right workbook, each of its parts written by ``write``."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(right())) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            write(new, info, old.read(info))
    return made.getvalue()


def _and(*more: tuple[str, bytes]) -> bytes:
    """The right workbook with further members."""
    made = io.BytesIO(right())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in more:
            archive.writestr(name, data)
    return made.getvalue()


def _in_directory(at: int, fields: str, value: int) -> bytes:
    """The right workbook with a field of each entry of its central directory changed."""
    data = bytearray(right())
    for found in re.finditer(b"PK\x01\x02", right()):
        struct.pack_into(fields, data, found.start() + at, value)
    return bytes(data)


def _zips() -> Iterator[tuple[object, ...]]:
    def streamed(new: zipfile.ZipFile, info: zipfile.ZipInfo, data: bytes) -> None:
        with new.open(info.filename, "w", force_zip64=True) as stream:
            stream.write(data)

    def twice(new: zipfile.ZipFile, info: zipfile.ZipInfo, data: bytes) -> None:
        new.writestr(info.filename, data)
        if info.filename == ITEMS:
            new.writestr(info.filename, data.replace(b"<v>", b"<v>1", 3))

    class Pipe(io.BytesIO):
        """Where nobody can go back, so that sizes are written after the data."""

        def seekable(self) -> bool:
            return False

    pipe = Pipe()
    with zipfile.ZipFile(io.BytesIO(right())) as old, zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
    yield "zip64", _rezipped(streamed), ""
    yield "descriptors", pipe.getvalue(), ""
    yield "stored", _rezipped(lambda new, info, data: new.writestr(info.filename, data, zipfile.ZIP_STORED)), ""
    yield "bzip2", _rezipped(lambda new, info, data: new.writestr(info.filename, data, zipfile.ZIP_BZIP2)), "?"
    yield "lzma", _rezipped(lambda new, info, data: new.writestr(info.filename, data, zipfile.ZIP_LZMA)), "?"
    yield "twice", _rezipped(twice), "重名"
    yield "backslashes", _rezipped(lambda new, info, data: new.writestr(info.filename.replace("/", "\\"), data)), "?"
    yield "upper", _rezipped(lambda new, info, data: new.writestr(info.filename.upper(), data)), "?"
    for name in (
        "/etc/passwd",
        "../../../up.txt",
        "C:\\x.txt",
        "CON",
        "文件".encode("gb18030").decode("cp437"),
        "a" * 5_000,
        "x\x00y",
    ):
        yield "member", _and((name, b"x")), ""
    yield "crc", _in_directory(16, "<I", 12_345), DAMAGED
    yield "method", _in_directory(10, "<H", 99), DAMAGED
    yield "encrypted", _in_directory(8, "<H", 1), "?"
    yield "size_small", _in_directory(24, "<I", 10), DAMAGED
    yield "size_large", _in_directory(24, "<I", 2**31), LARGE
    yield "offset", _in_directory(42, "<I", 0), DAMAGED
    yield "comment", _commented(b"x" * 65_535), ""
    yield "comment_pk", _commented(b"PK\x05\x06" * 40), "?"
    yield "before", b"MZ" + b"\0" * 64 + right(), "不是工作簿"
    yield "within", right()[:200] + right(), "?"


def _commented(comment: bytes) -> bytes:
    made = io.BytesIO(right())
    with zipfile.ZipFile(made, "a") as archive:
        archive.comment = comment
    return made.getvalue()


def _xml() -> Iterator[tuple[object, ...]]:
    laughs = (
        b'<!DOCTYPE l [<!ENTITY a "ha">'
        + b"".join(b'<!ENTITY %c "&%c;&%c;">' % (n + 1, n, n) for n in range(97, 117))
        + b"]>"
    )
    for part in (BOOK, STRINGS, STYLES, RELATIONS, ITEMS, "[Content_Types].xml", "_rels/.rels", "xl/theme/theme1.xml"):
        yield "laughs", with_part(part, lambda text: text.replace(b"?>", b"?>" + laughs, 1)), UNSAFE
        yield (
            "laughs_late",
            with_part(part, lambda text: text.replace(b"?>", b"?><!--" + b" " * 5_000 + b"-->" + laughs, 1)),
            UNSAFE,
        )
        deep = b"<a>" * 100_000 + b"</a>" * 100_000
        yield "deep", with_part(part, lambda text: re.sub(rb"(</[\w:]+>)\s*$", lambda end: deep + end[1], text)), "?"
        for encoding in ("utf-16", "utf-16-be", "gb18030", "utf-8-sig", "utf-32", "utf-7"):
            yield f"as_{encoding}", with_part(part, lambda text, e=encoding: _encoded(text, e)), "?"
        yield "declared", with_part(part, lambda text: text.replace(b'"UTF-8"', b'"GBK"', 1)), "?"
        yield "unknown", with_part(part, lambda text: text.replace(b'"UTF-8"', b'"x-none"', 1)), "?"
        yield "nul", with_part(part, lambda text: text + b"\0" * 100), "?"
        yield "controls", with_part(part, lambda text: text.replace(b"><", b">\x01<", 1)), "?"
        yield "surrogate", with_part(part, lambda text: text.replace(b"><", b">&#xD800;<", 1)), "?"
        yield "bytes", with_part(part, lambda text: text.replace(b"><", b">\xed\xa0\x80<", 1)), "?"
        yield "spaces", with_part(part, lambda text: text.replace(b"><", b">" + b" " * 50_000 + b"<", 3)), "?"
        yield (
            "gone",
            _rezipped(lambda new, info, data, p=part: info.filename != p and new.writestr(info.filename, data)),
            "?",
        )
        yield "twice_over", with_part(part, lambda text: text + text), "?"
    yield "prefixed", with_part(ITEMS, _prefixed), ""
    yield "strict", _rezipped(lambda new, info, data: new.writestr(info.filename, _strict(data))), "?"
    yield (
        "long_attribute",
        with_part(ITEMS, lambda text: text.replace(b"<sheetData", b'<sheetData x="' + b"y" * 2**20 + b'"', 1)),
        "?",
    )
    yield (
        "many_attributes",
        with_part(
            ITEMS,
            lambda text: text.replace(
                b"<sheetData", b"<sheetData " + b" ".join(b'a%d="1"' % n for n in range(20_000)), 1
            ),
        ),
        "?",
    )


def _encoded(text: bytes, encoding: str) -> bytes:
    return text.decode().replace("UTF-8", encoding.upper(), 1).encode(encoding)


def _prefixed(text: bytes) -> bytes:
    text = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", text).replace(b"xmlns=", b"xmlns:x=")
    return text.replace(b"<x:?xml", b"<?xml")


def _strict(text: bytes) -> bytes:
    for old, new in (
        (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    ):
        text = text.replace(old, new)
    return text


def _in_sheet(old: bytes, new: bytes, count: int = 1) -> bytes:
    def change(text: bytes) -> bytes:
        assert old in text, old
        return text.replace(old, new, count)

    return with_part(ITEMS, change)


def _cells() -> Iterator[tuple[object, ...]]:
    def cell(more: bytes) -> bytes:
        return _in_sheet(b"</row>" + SHEET_END, more + b"</row>" + SHEET_END)

    yield "string_beyond", cell(b'<c r="AZ12" t="s"><v>999999</v></c>'), "?"
    yield "string_below", cell(b'<c r="AZ12" t="s"><v>-1</v></c>'), "?"
    yield "string_word", cell(b'<c r="AZ12" t="s"><v>abc</v></c>'), "?"
    yield "string_huge", cell(b'<c r="AZ12" t="s"><v>99999999999999999999999</v></c>'), "?"
    yield "style_beyond", _in_sheet(b' s="', b' s="99999'), "?"
    yield "style_word", _in_sheet(b' s="', b' s="x'), "?"
    yield "type_unknown", cell(b'<c r="AZ12" t="zz"><v>1</v></c>'), "?"
    yield "date_cell", cell(b'<c r="AZ12" t="d"><v>2011-03-05</v></c>'), "?"
    yield "date_wrong", cell(b'<c r="AZ12" t="d"><v>2011-99-99</v></c>'), "?"
    yield "boolean", cell(b'<c r="AZ12" t="b"><v>7</v></c>'), "?"
    yield "number_word", cell(b'<c r="AZ12"><v>twelve</v></c>'), "?"
    for number in (b"1e400", b"NaN", b"Infinity", b"-0", b"0x10", b"1_000", b"1,5", b"9" * 5_000):
        yield "number", cell(b'<c r="AZ12"><v>' + number + b"</v></c>"), "?"
    for place in (
        b"A0",
        b"0",
        b"",
        b"1A",
        b"$A$12",
        b"a12",
        b"R1C1",
        b"A-5",
        b"A99999999999999999999",
        b"AAAAAAAAAAAAAAAA12",
        "Ａ12".encode(),
    ):
        yield "place", cell(b'<c r="' + place + b'"><v>1</v></c>'), "?"
    yield "no_place", with_part(ITEMS, lambda text: re.sub(rb'<c r="[A-Z]+\d+"', b"<c", text)), "?", 0
    yield "no_rows", with_part(ITEMS, lambda text: re.sub(rb'<row r="\d+"', b"<row", text)), ""
    yield (
        "long_text",
        _in_sheet(
            b"</row>" + SHEET_END,
            b'<c r="AZ12" t="inlineStr"><is><t>' + b"x" * 2**20 + b"</t></is></c></row>" + SHEET_END,
        ),
        "",
    )
    yield "rich", cell(b'<c r="AZ12" t="inlineStr"><is>' + b"<r><t>x</t></r>" * 20_000 + b"</is></c>"), "?"
    yield "formula", cell(b'<c r="AZ12"><f>' + b"(" * 5_000 + b")" * 5_000 + b"</f><v>1</v></c>"), "?"
    yield "array", cell(b'<c r="AZ12"><f t="array" ref="A1:XFD1048576">1</f><v>1</v></c>'), "?"
    yield (
        "shared_formula",
        cell(b'<c r="AZ12"><f t="shared" si="4294967295" ref="A1:XFD1048576">A1</f><v>1</v></c>'),
        "?",
    )
    yield "values", cell(b'<c r="AZ12"><v>1</v><v>2</v></c>'), "?"
    yield "unclosed", _in_sheet(b"</c>", b""), "?"
    yield "nested", cell(b'<c r="AZ12"><c r="BA12"><v>1</v></c></c>'), "?"
    yield "shared_bomb", with_part(ITEMS, _many_of_one, with_part(STRINGS, _one_long)), LARGE


def _one_long(text: bytes) -> bytes:
    return re.sub(rb"<t[^>]*>[^<]*</t>", b"<t>" + b"x" * 2**20 + b"</t>", text, count=1)


def _many_of_one(text: bytes) -> bytes:
    cells = b"".join(b'<c t="s" r="A%d"><v>0</v></c>' % row for row in range(100, 20_100))
    return text.replace(SHEET_END, b'<row r="100">' + cells + b"</row>" + SHEET_END, 1)


def _rows() -> Iterator[tuple[object, ...]]:
    """Rows far down, out of order, repeated, hidden and merged by the million."""

    def rows(more: bytes) -> bytes:
        return _in_sheet(SHEET_END, more + SHEET_END)

    blank = b"".join(b'<row r="%d" ht="15" customHeight="1" hidden="1"/>' % row for row in range(13, 1_000_001))
    yield "hidden_million", rows(blank), ""
    yield "last_row_formatted", rows(b'<row r="1048576" ht="15"/>'), ""
    yield "last_cell_formatted", rows(b'<row r="1048576"><c r="C1048576" s="1"/></row>'), ""
    yield "last_cell", rows(b'<row r="1048576"><c r="C1048576"><v>1</v></c></row>'), "", RIGHT + 1
    yield "last_column", _in_sheet(b"</row>" + SHEET_END, b'<c r="XFD12"><v>1</v></c></row>' + SHEET_END), ""
    yield "far_in_low_row", _in_sheet(b"</row>" + SHEET_END, b'<c r="ZZ1048576"><v>1</v></c></row>' + SHEET_END), WIDE
    yield (
        "far_in_low_row_narrow",
        _in_sheet(b"</row>" + SHEET_END, b'<c r="C1000000"><v>1</v></c></row>' + SHEET_END),
        "",
        RIGHT + 1,
    )
    each = b"".join(b'<row r="%d"><c r="B%d"><v>%d</v></c></row>' % (row, row, row) for row in range(13, 300_013))
    yield "each_row_a_cell", rows(each), "", RIGHT + 300_000
    wide = b"".join(b'<c r="%s13"><v>1</v></c>' % letters.encode() for letters in _letters(16_384))
    yield "each_column_a_cell", rows(b'<row r="13">' + wide + b"</row>"), "", RIGHT + 1
    yield "out_of_order", with_part(ITEMS, _reversed_rows), "?"
    yield "cells_out_of_order", with_part(ITEMS, _reversed_cells), "?"
    yield "row_twice", rows(b'<row r="12"><c r="G12"><v>7</v></c></row>'), "?"
    yield "cell_twice", _in_sheet(b"</row>" + SHEET_END, b'<c r="A12"><v>7</v></c></row>' + SHEET_END), "?"
    yield "row_zero", rows(b'<row r="0"><c r="A0"><v>7</v></c></row>'), "?"
    yield "row_negative", rows(b'<row r="-5"><c r="A5"><v>7</v></c></row>'), "?"
    yield "row_lies", rows(b'<row r="14"><c r="B20"><v>7</v></c></row>'), "?", RIGHT + 1
    for reference in (b"A1:XFD1048576", b"A1", b"ZZZZ99999999:A1", b"", b"B2:A1"):
        yield (
            "dimension",
            with_part(
                ITEMS,
                lambda text, r=reference: re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="' + r + b'"/>', text),
            ),
            "?",
        )
    merges = b"".join(b'<mergeCell ref="A%d:B%d"/>' % (row, row) for row in range(100, 1_000_100))
    for name, merged, reason in (
        ("merged_million", merges, ""), ("merged_whole", b'<mergeCell ref="A1:XFD1048576"/>', "?"), ("merged_column", b'<mergeCell ref="G4:G1048576"/>', "?"),
        ("merged_odd", b'<mergeCell ref=""/><mergeCell/><mergeCell ref="A:A"/><mergeCell ref="B5:A1"/><mergeCell ref="x"/>', "?"),
    ):  # fmt: skip
        yield name, _in_sheet(SHEET_END, SHEET_END + b"<mergeCells>" + merged + b"</mergeCells>"), reason


def _letters(count: int) -> Iterator[str]:
    from openpyxl.utils import get_column_letter

    return (get_column_letter(number) for number in range(1, count + 1))


def _reversed_rows(text: bytes) -> bytes:
    start, end = text.index(b"<row"), text.index(SHEET_END)
    return (
        text[:start]
        + b"".join(reversed(re.findall(rb"<row.*?</row>|<row[^>]*/>", text[start:end], re.DOTALL)))
        + text[end:]
    )


def _reversed_cells(text: bytes) -> bytes:
    def turned(row: re.Match[bytes]) -> bytes:
        return row[1] + b"".join(reversed(re.findall(rb"<c [^>]*/>|<c .*?</c>", row[2]))) + row[3]

    return re.sub(rb"(<row[^>]*[^/]>)(.*?)(</row>)", turned, text)


def _books() -> Iterator[tuple[object, ...]]:
    def renamed(new: str) -> bytes:
        return with_part(BOOK, lambda text: text.replace('name="评议整改"'.encode(), f'name="{new}"'.encode(), 1))

    for name in ("", "x" * 300, "a/b:c*?[d]", "承诺事项", " 承诺事项 ", "&#10;", "‮", "CON", "'", "_pledgebatch"):
        yield "sheet_name", renamed(name), "?"
    for state in ("veryHidden", "odd", ""):
        yield (
            "sheet_state",
            with_part(
                BOOK,
                lambda text, s=state: text.replace(
                    'name="承诺事项"'.encode(), f'name="承诺事项" state="{s}"'.encode(), 1
                ),
            ),
            "",
        )
    for kind in ("chartsheet", "dialogsheet", "xlMacrosheet"):
        yield (
            f"other_{kind}",
            with_part(
                RELATIONS,
                lambda text, k=kind: text.replace(b"relationships/worksheet", b"relationships/" + k.encode(), 1),
            ),
            "?",
        )
        yield (
            f"root_{kind}",
            with_part(ITEMS, lambda text, k=kind: re.sub(rb"(</?)worksheet\b", rb"\1" + k.encode(), text)),
            "?",
        )
    yield "no_sheets", with_part(BOOK, lambda text: re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", text)), "?"
    yield (
        "thousand_sheets",
        with_part(
            BOOK,
            lambda text: text.replace(
                b"</sheets>",
                b"".join(b'<sheet name="n%d" sheetId="%d" r:id="rId4"/>' % (n, n + 100) for n in range(1_000))
                + b"</sheets>",
            ),
        ),
        "?",
    )
    yield (
        "target_outside",
        with_part(RELATIONS, lambda text: text.replace(b"worksheets/sheet4.xml", b"../../../etc/passwd")),
        "?",
    )
    yield (
        "target_web",
        with_part(
            RELATIONS,
            lambda text: text.replace(
                b'Target="worksheets/sheet4.xml"', b'TargetMode="External" Target="http://127.0.0.1:9/x.xml"'
            ),
        ),
        "?",
    )
    yield (
        "target_same",
        with_part(RELATIONS, lambda text: text.replace(b"worksheets/sheet3.xml", b"worksheets/sheet4.xml")),
        "?",
    )
    yield (
        "external_link",
        _and(("xl/externalLinks/externalLink1.xml", b"<externalLink/>"), ("xl/pivotTables/pivotTable1.xml", b"<x/>")),
        "",
    )
    yield "macros", _and(("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000)), ""
    yield "binary", zipped(**{"[Content_Types]__xml": b"<Types/>", "xl/workbook__bin": b"\0" * 99}), "xlsb"
