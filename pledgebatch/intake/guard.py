"""A look into a workbook before it is read: what would abort, hang or flood the reader is refused."""

import io
import re
import zipfile
import zlib

MOST_PARTS = 2_000
LARGEST_PART = 400 * 2**20
LARGEST_WHOLE = 800 * 2**20
GREATEST_RATIO = 250
RATIO_MATTERS_ABOVE = 10 * 2**20
MOST_CELLS = 20_000_000
"""The bounding box of the cells used; one cell at the far corner of the grid makes a reader ask for 550 GB."""

# Each begins with plain letters, which is what makes them fast.
_ROW = re.compile(rb'row\b[^>]*?\br="(\d+)"')
_COLUMN = re.compile(rb' r="([A-Za-z]{2,4})\d')
"""Columns from AA on; the first 26 are not worth the time of looking."""
FIRST_COLUMNS = 26
TOO_LARGE = "文件展开后过大，不像承诺工作簿，请把内容复制到下发的工作簿中重新报送"
UNSAFE = "文件中含有外部定义，不安全，请把内容复制到下发的工作簿中重新报送"
TOO_WIDE = "工作表“{name}”的内容散布范围过大（用到第 {row} 行、第 {column} 列），请删去远处的多余单元格"


def refuse(data: bytes) -> str:
    """Why an OOXML or ODF container must not be read, in Chinese; empty where it may be."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            parts = container.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_WHOLE:
                return TOO_LARGE
            for part in parts:
                if part.file_size > LARGEST_PART or (
                    part.file_size > RATIO_MATTERS_ABOVE
                    and part.file_size > GREATEST_RATIO * max(part.compress_size, 1)
                ):
                    return TOO_LARGE
                if part.filename.endswith((".xml", ".rels")) and (reason := _look(container, part)):
                    return reason
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
        return "文件已损坏，无法打开，请用 Excel 或 WPS 核对后重新报送"
    return ""


def _look(container: zipfile.ZipFile, part: zipfile.ZipInfo) -> str:
    is_sheet = "worksheets/sheet" in part.filename
    with container.open(part) as stream:
        text = stream.read() if is_sheet else stream.read(4096)
    # A document type stands before the root element, so the beginning of a part tells.
    if b"<!DOCTYPE" in text[:4096] or b"<!ENTITY" in text[:4096]:
        return UNSAFE
    if not is_sheet:
        return ""
    row = max(map(int, _ROW.findall(text)), default=0)
    column = max(map(_number, set(_COLUMN.findall(text))), default=FIRST_COLUMNS)
    if row > 1_048_576 or column > 16_384 or row * column > MOST_CELLS:
        return TOO_WIDE.format(name=part.filename.rpartition("/")[2].removesuffix(".xml"), row=row, column=column)
    return ""


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
