"""A corpus of files that branches might send, clumsy and hostile, each with what must be said of it.

``""`` means that the file is read, ``?`` that it may be read or not; any other text must stand in the reason.
"""

import io
import re
import zipfile
from collections.abc import Iterator

import openpyxl

from tests.intake.files import ITEMS, MEMBERS, edited, locked, replaced, right, with_part, zipped

DAMAGED, LARGE, WIDE, UNSAFE, OTHER = "已损坏", "展开后过大", "散布范围过大", "不安全", "不是承诺工作簿"
Case = tuple[str, bytes, str]
"""File name, bytes, and a part of the reason."""


def corpus() -> Iterator[Case]:
    """All cases, under names of their own."""
    for number, case in enumerate(_all()):
        name, data, reason = case
        yield f"{number:03d}_{name}", data, reason


def _all() -> Iterator[Case]:
    yield from _other_files()
    yield from _cut_off()
    yield from _containers()
    yield from _odd_xml()
    yield from _edited()
    yield from _hostile()


def _other_files() -> Iterator[Case]:
    starts = {
        "pdf": (b"%PDF-1.4\n", "PDF"), "rar": (b"Rar!\x1a\x07\x00", "rar"), "7z": (b"7z\xbc\xaf\x27\x1c", "7z"),
        "png": (b"\x89PNG\r\n\x1a\n", "图片"), "jpg": (b"\xff\xd8\xff\xe0", "图片"), "gif": (b"GIF89a", "图片"),
        "bmp": (b"BM\x00\x00", "图片"), "html": (b"<html><body>", "网页"), "xml": (b"<?xml version='1.0'?>", "XML 文本"), "xhtml": (b"<?xml version='1.0'?><html>", "网页"),
        "mhtml": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "网页"), "utf16": ("a,b".encode("utf-16"), "不是工作簿"),
        "biff": (b"\x09\x08\x10\x00\x00\x06\x05\x00", DAMAGED),
        "csv": ("编码,名称\r\n1,甲".encode(), "文本"), "csv_gbk": ("编码,名称\r\n1,甲".encode("gb18030"), "文本"),
        "bom": (b"\xef\xbb\xbfa,b", "文本"), "empty": (b"", "空的"), "zeros": (b"\0" * 900, "空的"),
        "noise": (bytes(range(256)), "不是工作簿"), "elf": (b"\x7fELF\x00\x00", "不是工作簿"),
        "ole": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "文字文档"),
        "xls_start": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + b"\0" * 600, DAMAGED),
        "locked_start": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
    }  # fmt: skip
    for kind, (start, reason) in starts.items():
        for suffix in ("xlsx", "xls", "et"):
            yield f"{kind}.{suffix}", start + (b"" if kind in ("empty", "zeros", "noise") else b"x" * 50), reason
    yield "locked.xlsx", locked("秘密"), "打开密码"


def _cut_off() -> Iterator[Case]:
    data = right()
    for part in range(1, 20):
        yield f"cut{part}.xlsx", data[: len(data) * part // 20], DAMAGED
    for junk in (b"\r\n", b"\0" * 512):
        yield "tail.xlsx", data + junk, ""
    yield "head.xlsx", b"\r\n" + data, "不是工作簿"


def _containers() -> Iterator[Case]:
    for part in ("xl/workbook.xml", ITEMS, "xl/sharedStrings.xml", "xl/styles.xml"):
        for change in (lambda text: b"", lambda text: text[: len(text) // 2], lambda text: b"\xff\xfe" + text):
            yield f"part_{part.rpartition('/')[2]}.xlsx", with_part(part, change), "?"
    yield "word.docx", zipped(**{"[Content_Types]__xml": b"<Types/>", "word/document__xml": b"<a/>"}), "文字文档"
    yield "inner.zip", zipped(a__xlsx=right()), ""
    yield "nested.zip", zipped(a__zip=zipped(b__xlsx=right())), ""
    yield "deep.zip", zipped(a__zip=zipped(b__zip=zipped(c__zip=zipped(d__xlsx=right())))), "套了太多层"
    yield "many.zip", zipped(**{f"n{number}__txt": b"x" for number in range(501)}), "超过 500 个文件"
    yield "none.zip", zipped(), "没有可以识别的工作簿"
    yield "litter.zip", zipped(Thumbs__db=b"x"), "没有可以识别的工作簿"
    yield "numbers.numbers", zipped(**{"Index/Document__iwa": b"x"}), "Numbers"
    yield "slip.zip", zipped(**{"../../escape__xlsx": right()}), ""
    yield "parts.xlsx", _with_parts(2_100), LARGE


def _with_parts(count: int) -> bytes:
    made = io.BytesIO(right())
    with zipfile.ZipFile(made, "a") as archive:
        for number in range(count):
            archive.writestr(f"xl/media/{number}.txt", b"")
    return made.getvalue()


def _odd_xml() -> Iterator[Case]:
    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", ITEMS, MEMBERS, "xl/sharedStrings.xml", "xl/styles.xml",
                 "[Content_Types].xml", "docProps/core.xml", "xl/theme/theme1.xml"):  # fmt: skip
        for definition in (b"<!DOCTYPE x>", b'<!DOCTYPE x [<!ENTITY a "b">]>', b'<!DOCTYPE x SYSTEM "http://x/">'):
            yield (
                "definition.xlsx",
                with_part(part, lambda text, d=definition: text.replace(b"?>", b"?>" + d, 1)),
                UNSAFE,
            )
    for place in ("XFD1048576", "ZZZ1", "AAAA5", "ZZZZZZZ9"):
        yield f"far_{place}.xlsx", replaced(ITEMS, b'<c r="A4"', f'<c r="{place}"'.encode()), WIDE
        quoted = replaced(ITEMS, b'<c r="A4"', f"<c r='{place}'".encode())
        yield f"far_quoted_{place}.xlsx", quoted, WIDE
    for row in (1_048_577, 99_999_999, 4_294_967_297):
        # Its cells say where they are.
        yield f"row_{row}.xlsx", replaced(ITEMS, b'<row r="4"', f'<row r="{row}"'.encode()), ""
    for before, after in (
        (rb"<v>(\d+)</v>", rb"<v>\n\1\n</v>"), (rb"<v>(\d+)</v>", rb"<v> \1</v>"), (rb"<v>(\d+)</v>", rb"<v>\1 </v>"),
        (rb"<v>(\d)", rb"<v><!-- -->\1"), (rb"<v>(\d)", rb"<v><?a b?>\1"), (rb"<v>(\d+)", rb"<v><![CDATA[\1]]>"),
        (rb" spans=\"[^\"]*\"", b""), (rb"<dimension [^>]*>", b""), (rb"><", b">\n<"), (rb"\?>", b"?>\n<!-- a -->"),
    ):  # fmt: skip
        for part in (ITEMS, MEMBERS):
            yield "spelled.xlsx", with_part(part, lambda text, b=before, a=after: re.sub(b, a, text)), ""


def _edited() -> Iterator[Case]:
    tabs = (
        "党员承诺",
        "承诺事项",
        "征求意见",
        "遗留问题",
        "工作记录",
        "评议整改",
        "组织承诺",
        "自查",
        "填表说明",
        "_pledgebatch",
    )
    for tab in tabs:
        yield "deleted.xlsx", edited(lambda book, t=tab: book.remove(book[t])), ""
        yield "renamed.xlsx", edited(lambda book, t=tab: setattr(book[t], "title", "表" + t[:2])), ""
        yield "hidden.xlsx", edited(lambda book, t=tab: setattr(book[t], "sheet_state", "hidden")), ""
        yield "shifted.xlsx", edited(lambda book, t=tab: (book[t].insert_rows(1, 2), book[t].insert_cols(1))), ""
        yield "blank.xlsx", edited(lambda book, t=tab: book[t].delete_rows(1, 3000)), ""
    values = ("=1+1", "#REF!", "=HYPERLINK(\"http://x\")", "@SUM(1)", "_x0000_", "_xD800_", "😀" * 99, -1, 1e308,
              2**60, True, "x" * 32_767)  # fmt: skip
    for value in values:
        for place in ("A4", "F4", "I4"):
            yield "typed.xlsx", edited(lambda book, v=value, p=place: setattr(book["承诺事项"][p], "value", v)), ""
    other = io.BytesIO()
    openpyxl.Workbook().save(other)
    yield "other.xlsx", other.getvalue(), OTHER


def _hostile() -> Iterator[Case]:
    cell = '<table:table-cell {} office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'
    for repeats in ('table:number-columns-repeated="16384"', 'table:number-columns-repeated="99999999999"'):
        sheet = cell.format(repeats)
        rows = f'<table:table-row table:number-rows-repeated="1048576">{sheet}</table:table-row>'
        content = f'<x><table:table table:name="承诺事项">{rows}</table:table></x>'
        mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
        yield "repeats.ods", zipped(mimetype=mimetype, content__xml=content.encode()), WIDE
    bomb = b"<worksheet>" + b" " * (40 * 2**20) + b"</worksheet>"
    yield "bomb.xlsx", with_part(ITEMS, lambda text: bomb), LARGE
    yield "bomb_styles.xlsx", with_part("xl/styles.xml", lambda text: bomb), LARGE
