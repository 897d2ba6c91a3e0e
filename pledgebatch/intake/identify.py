"""What a file is, by its bytes, never its suffix."""

import io
import lzma
import struct
import zipfile
import zlib
from enum import StrEnum

from pledgebatch.intake.zips import open_zip

BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
)
"""What opening a damaged zip, or reading a member of it, raises."""


class Unreadable(Exception):
    """A file that cannot be read; the text says why and what to do, in Chinese."""


class Format(StrEnum):
    """The formats that are read, and those that are refused with a sentence of their own."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    ARCHIVE = "archive"
    EMPTY = "empty"
    LOCK = "lock"
    ENCRYPTED = "encrypted"
    BINARY = "xlsb"
    NUMBERS = "numbers"
    HTML = "html"
    XML = "xml"
    TEXT = "text"
    RAR = "rar"
    SEVEN_ZIP = "7z"
    PDF = "pdf"
    IMAGE = "image"
    DOCUMENT = "document"
    DAMAGED = "damaged"
    UNKNOWN = "unknown"


REFUSED = {
    Format.EMPTY: "文件是空的，请重新保存后报送",
    Format.LOCK: "这是 Excel 打开文件时留下的临时文件，不是工作簿，请关闭 Excel 后报送原文件",
    Format.ENCRYPTED: "文件设有打开密码，请取消密码后重新报送",
    Format.BINARY: "文件是二进制工作簿（.xlsb），请用 Excel 或 WPS 打开后另存为 .xlsx",
    Format.NUMBERS: "文件是苹果 Numbers 表格，请导出为 Excel 工作簿（.xlsx）后报送",
    Format.HTML: "文件是网页，只是后缀改成了表格，请用 Excel 或 WPS 打开后另存为 .xlsx",
    Format.XML: "文件是 XML 文本，不是 .xlsx 工作簿，请用 Excel 或 WPS 打开后另存为 .xlsx",
    Format.TEXT: "文件是文本（如 .csv），只能存一张表，请报送下发的工作簿（.xlsx）",
    Format.RAR: "文件是 rar 压缩包，请解压后报送，或改用 zip",
    Format.SEVEN_ZIP: "文件是 7z 压缩包，请解压后报送，或改用 zip",
    Format.PDF: "文件是 PDF，请报送工作簿（.xlsx）",
    Format.IMAGE: "文件是图片，请报送工作簿（.xlsx）",
    Format.DOCUMENT: "文件是文字文档或演示文稿，请报送工作簿（.xlsx）",
    Format.DAMAGED: "文件已损坏，无法打开，请用 Excel 或 WPS 核对后重新报送",
    Format.UNKNOWN: "文件不是工作簿，请报送下发的工作簿（.xlsx）",
}
"""Why a format is not read, and what to do."""

_MAGIC = {
    b"Rar!\x1a\x07": Format.RAR,
    b"7z\xbc\xaf\x27\x1c": Format.SEVEN_ZIP,
    b"%PDF": Format.PDF,
    b"\x89PNG": Format.IMAGE,
    b"\xff\xd8\xff": Format.IMAGE,
    b"GIF8": Format.IMAGE,
    b"BM": Format.IMAGE,
}
_MANIFEST, _KINDS = "META-INF/manifest.xml", "[content_types].xml"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BARE_XLS = (b"\t\0\4\0", b"\t\2\6\0", b"\t\4\6\0", b"\t\b\b\0", b"\t\b\x10\0")
"""How .xls files of old begin, which have no container."""


def identify(data: bytes, name: str = "") -> Format:
    """The format of ``data``; ``name`` only tells a lock file."""
    if name.startswith("~$") and len(data) < 1024:
        return Format.LOCK
    if not data.strip(b"\0"):
        return Format.EMPTY
    for magic, format_ in _MAGIC.items():
        if data.startswith(magic):
            return format_
    if data.startswith(_OLE):
        return _in_ole(data)
    if data.startswith(b"PK"):
        return _in_zip(data)
    if data.startswith(_BARE_XLS):
        return Format.XLS
    start = data[:1024].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"mime-version:")):
        return Format.HTML
    if start.startswith(b"<?xml"):
        return Format.HTML if b"<html" in start else Format.XML
    return Format.TEXT if b"\0" not in data[:4096] and _is_text(data[:4096]) else Format.UNKNOWN


def _in_ole(data: bytes) -> Format:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Format.ENCRYPTED
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return Format.XLS
    return Format.DOCUMENT


def _in_zip(data: bytes) -> Format:
    try:
        with _open(data) as container:
            # Programs take these names in any case, and some write them the Windows way.
            written = {name.lower().replace("\\", "/"): name for name in container.namelist()}
            names = written.keys()
            kinds = container.read(written[_KINDS]) if _KINDS in names else b""
            mimetype = container.read("mimetype")[:80] if "mimetype" in names else b""
            manifest = container.read(_MANIFEST) if mimetype and _MANIFEST.lower() in names else b""
    except BROKEN_ZIP:
        return Format.DAMAGED
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return Format.ENCRYPTED if b":encryption-data" in manifest else Format.ODS
    if "xl/workbook.bin" in names and "xl/workbook.xml" not in names:
        return Format.BINARY
    if any(name.startswith("xl/") for name in names) or b"spreadsheetml" in kinds:
        return Format.XLSX
    if _KINDS in names or mimetype:
        return Format.DOCUMENT
    return Format.NUMBERS if any(name.endswith(".iwa") for name in names) else Format.ARCHIVE


def _open(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except UnicodeDecodeError:
        return open_zip(data)


def _is_text(start: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        try:
            start[: len(start) - 4 if len(start) == 4096 else None].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
