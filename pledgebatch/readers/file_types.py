"""What a file is, by its bytes, never its suffix."""

import lzma
import re
import struct
import zipfile
import zlib
from enum import StrEnum

import olefile

from pledgebatch.readers.zips import open_zip

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
    MAIL = "mail"
    OUTLOOK = "msg"
    TNEF = "tnef"
    SIGNED = "p7m"
    SEALED = "sealed"
    APPLE = "apple"
    BINHEX = "binhex"
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
    Format.MAIL: "邮件里没有附件，请把工作簿作为附件重新发送，或直接报送工作簿（.xlsx）",
    Format.OUTLOOK: "邮件（.msg）里没有附件，请把工作簿作为附件重新发送，或直接报送工作簿（.xlsx）",
    Format.TNEF: "Outlook 的富文本格式邮件（winmail.dat），里面没有附件，请把邮件改为 HTML 或纯文本格式，附上工作簿重新发送",
    Format.SIGNED: "只是数字签名，没有内容，请直接报送工作簿（.xlsx）",
    Format.SEALED: "邮件或文件是加密的（S/MIME），请不要加密，重新发送",
    Format.APPLE: "苹果电脑的附属文件，不是工作簿，请直接报送工作簿（.xlsx）",
    Format.BINHEX: "文件是苹果电脑的 BinHex 编码，请直接附上工作簿（.xlsx）重新发送",
    Format.DAMAGED: "文件已损坏，无法打开，请用 Excel 或 WPS 核对后重新报送",
    Format.UNKNOWN: "文件不是工作簿，请报送下发的工作簿（.xlsx）",
}
"""Why a format is not read, and what to do; of what holds others, where it holds none."""

_MAGIC = {
    b"Rar!\x1a\x07": Format.RAR,
    b"7z\xbc\xaf\x27\x1c": Format.SEVEN_ZIP,
    b"%PDF": Format.PDF,
    b"\x89PNG": Format.IMAGE,
    b"\xff\xd8\xff": Format.IMAGE,
    b"GIF8": Format.IMAGE,
    b"BM": Format.IMAGE,
    b"II*\0": Format.IMAGE,
    b"MM\0*": Format.IMAGE,
    b"{\\rtf": Format.DOCUMENT,
    b"\x78\x9f\x3e\x22": Format.TNEF,
    b"\0\x05\x16\0": Format.APPLE,
    b"\0\x05\x16\x07": Format.APPLE,
    b"(This file must be converted with BinHex": Format.BINHEX,
}
_PKCS7 = {
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02": Format.SIGNED,
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03": Format.SEALED,
}
"""The object identifiers with which a signed and an encrypted message begin."""
_MANIFEST, _KINDS = "META-INF/manifest.xml", "[content_types].xml"
_OF_PHONES = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BARE_XLS = (b"\t\0\4\0", b"\t\2\6\0", b"\t\4\6\0", b"\t\b\b\0", b"\t\b\x10\0")
"""How .xls files of old begin, which have no container."""


def detect_type(data: bytes, name: str = "") -> Format:
    """The format of ``data``; ``name`` only tells a lock file, and a mail whose headers are damaged."""
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
    if data[4:12] in _OF_PHONES or (data.startswith(b"RIFF") and data[8:12] == b"WEBP"):
        return Format.IMAGE
    if data.startswith(b"\x30"):
        for identifier, format_ in _PKCS7.items():
            if identifier in data[:32]:
                return format_
    if is_mail(data, name):
        return Format.MAIL
    start = data[:1024].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"mime-version:")):
        return Format.HTML
    if start.startswith(b"<?xml"):
        return Format.HTML if b"<html" in start else Format.XML
    return Format.TEXT if b"\0" not in data[:4096] and _is_text(data[:4096]) else Format.UNKNOWN


def is_mail(data: bytes, name: str = "") -> bool:
    """Whether ``data`` begins with the headers of a mail, which a web page saved with its pictures does not quite have."""
    text = data[:65536].removeprefix(b"\xef\xbb\xbf").lstrip().replace(b"\r\n", b"\n")
    if not re.match(rb"(?:From |[!-9;-~]+[ \t]*:)", text) or b"\0" in text[:256]:
        return False
    headers = text.partition(b"\n\n")[0].lower()
    names = set(re.findall(rb"(?m)^([!-9;-~]+)[ \t]*:", headers)) & _HEADERS
    if b"multipart/related" in headers and not names & _OF_MAILS:
        return False
    return len(names) >= 2 or name.lower().endswith(".eml") and bool(names)


_OF_MAILS = frozenset((b"to", b"cc", b"received", b"return-path", b"delivered-to", b"message-id", b"x-unsent"))
_HEADERS = _OF_MAILS | {
    b"from", b"date", b"subject", b"mime-version", b"content-type", b"sender", b"reply-to", b"x-mailer"
}  # fmt: skip


def _in_ole(data: bytes) -> Format:
    if "__properties_version1.0".encode("utf-16-le") in data and _is_outlook(data):
        return Format.OUTLOOK
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Format.ENCRYPTED
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return Format.XLS
    return Format.DOCUMENT


def _is_outlook(data: bytes) -> bool:
    """Whether the mail is the file itself: workbooks may hold mails, as mails hold workbooks."""
    try:
        with olefile.OleFileIO(data) as ole:
            return bool(ole.exists("__properties_version1.0"))
    except Exception:  # olefile says in many ways that a container is damaged
        return "Workbook".encode("utf-16-le") not in data


def _in_zip(data: bytes) -> Format:
    try:
        with open_zip(data) as container:
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
    if _KINDS in names or mimetype or "ofd.xml" in names:
        return Format.DOCUMENT
    return Format.NUMBERS if any(name.endswith(".iwa") for name in names) else Format.ARCHIVE


def _is_text(start: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        try:
            start[: len(start) - 4 if len(start) == 4096 else None].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
