"""What a file is, by its bytes, never its suffix."""

import io
import zipfile
from enum import StrEnum


class Format(StrEnum):
    """The formats that are read, and those that are refused with a sentence of their own."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    ARCHIVE = "archive"
    EMPTY = "empty"
    LOCK = "lock"
    ENCRYPTED = "encrypted"
    HTML = "html"
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
    Format.HTML: "文件是网页，只是后缀改成了表格，请用 Excel 或 WPS 打开后另存为 .xlsx",
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
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


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
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta", b"<head")):
        return Format.HTML
    return Format.TEXT if b"\0" not in data[:4096] and _is_text(data[:4096]) else Format.UNKNOWN


def _in_ole(data: bytes) -> Format:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Format.ENCRYPTED
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return Format.XLS
    return Format.DOCUMENT


def _in_zip(data: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            names = set(container.namelist())
            mimetype = container.read("mimetype")[:80] if "mimetype" in names else b""
    except (zipfile.BadZipFile, UnicodeDecodeError, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
        return Format.DAMAGED
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return Format.ODS
    if any(name.startswith(("xl/", "xl\\")) for name in names):
        return Format.XLSX
    if "[Content_Types].xml" in names or mimetype:
        return Format.DOCUMENT
    return Format.ARCHIVE


def _is_text(start: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        try:
            start[: len(start) - 4 if len(start) == 4096 else None].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
