"""The registry workbook: 单位名册, 组织变动 and 豁免清单, blank or filled."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from pledgebatch.notice.periods import Stage
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.sheets import BOOK_OF_THE_OFFICE, EVENTS, GUIDE_NAME, REGISTRY, WAIVERS
from pledgebatch.workbooks.rows import rows_of
from pledgebatch.workbooks.validations import describe, validation
from pledgebatch.xlsx.formats import STAGE_COLOURS, STRONG_COLOURS, Formats, count_lines, new_book, text_format, width
from pledgebatch.xlsx.page_setup import print_setup
from pledgebatch.xlsx.template import TemplateBook, TemplateSheet

STEPS = (
    f"《{REGISTRY.name}》一行一个党组织，从表头下面一行填起，中间不要空行，不要改表头。深色表头的栏目必填。",
    f"“{REGISTRY['unit_code'].header}”由办公室编定，以后不改、不重复使用，撤销的组织也不让出编码。",
    f"“{REGISTRY['parent_code'].header}”填上一级党组织的编码，只有最上一级不填。",
    f"“{REGISTRY['reports'].header}”：每月要报承诺工作簿的填“是”；只接收台账、不报送的填“否”。",
    f"《{EVENTS.name}》：组织撤销、并入别的组织、更名、改隶，一行一项，写明从哪个月起；名册中的那一行不要删，到月份自动起作用。",
    f"《{WAIVERS.name}》写明哪个组织的哪条规则豁免到哪一天，理由和批准人不能空；过期自动失效，不必删去。"
    f"豁免一类单位的填“{WAIVERS['category'].header}”，只豁免一名党员、一件事项的填“{WAIVERS['row_no'].header}”。",
    "党组织名称、所在单位、联系电话等会预先填进发给各单位的承诺工作簿，改动以后从下一次发放起生效。",
)
WIDTHS = (14, 20, 10, 56)
ROOM = 5_000
"""Rows that dropdowns reach."""


def write_registry(
    target: Path | BinaryIO,
    registry: pd.DataFrame | None = None,
    waivers: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
) -> None:
    """Write registry.xlsx; the frames hold texts, with field keys for columns, and None leaves a sheet blank."""
    tables = zip(BOOK_OF_THE_OFFICE, (registry, events, waivers), strict=True)
    write_office_book(target, REGISTRY.name, STEPS, list(tables))


def write_office_book(
    target: Path | BinaryIO,
    title: str,
    steps: Sequence[str],
    tables: Sequence[tuple[Sheet, pd.DataFrame | None]],
) -> None:
    """Write a book of the office's, called ``title``: how it is filled in, by ``steps`` and field by field, and its ``tables``."""
    book = new_book(target, TemplateBook)
    formats = Formats(book)
    guide = book.add_worksheet(GUIDE_NAME)
    _add_guide(guide, formats, title, steps, [declared for declared, _ in tables])
    for declared, frame in tables:
        write_office_table(book.add_worksheet(declared.name), formats, declared, frame)
    book.close()


def _add_guide(sheet: Worksheet, formats: Formats, title: str, steps: Sequence[str], tables: Sequence[Sheet]) -> None:
    sheet.hide_gridlines(2)
    for column, size in enumerate(WIDTHS):
        sheet.set_column(column, column, size)
    sheet.set_row(0, 34)
    sheet.write_string(0, 0, f"{title}填表说明", formats("title"))
    for number, step in enumerate(steps, 1):
        text = f"{number}. {step}"
        sheet.merge_range(number, 0, number, len(WIDTHS) - 1, text, formats("plain"))
        sheet.set_row(number, 15 * count_lines(text, sum(WIDTHS)) + 3)
    row = len(steps) + 2
    for column, header in enumerate(("工作表", "栏目", "必填", "怎样填")):
        sheet.write_string(row, column, header, formats("group"))
    for declared in tables:
        for field in declared.fields:
            row += 1
            for column, text in enumerate(
                (declared.name, field.header, "必填" if field.required else "", describe(field))
            ):
                sheet.write_string(row, column, text, formats("label"))
    sheet.set_portrait()
    print_setup(sheet, 0)


def write_office_table(sheet: TemplateSheet, formats: Formats, declared: Sheet, frame: pd.DataFrame | None) -> None:
    """Header in the first row, not protected: the registry is the office's own to sort, filter and extend."""
    rows = rows_of(declared, frame)
    cell_formats = [formats("cell", num_format=text_format(field)) for field in declared.fields]
    sheet.set_row(0, 34, formats("plain"))
    for column, field in enumerate(declared.fields):
        sheet.set_column(column, column, width(field), cell_formats[column])
        colours = STRONG_COLOURS if field.required else STAGE_COLOURS
        header = formats("header", bg_color=colours[Stage.ALWAYS], bold=bool(field.required))
        sheet.write_string(0, column, field.header, header)
        if check := validation(field):
            sheet.data_validation(1, column, ROOM, column, check)
    columns = enumerate(rows.column(field.key) for field in declared.fields)
    sheet.write_below(1, {column: sheet.contents(texts, cell_formats[column]) for column, texts in columns}, {})
    if len(rows):
        sheet.ignore_errors({"number_stored_as_text": f"A2:Z{len(rows) + 1}"})
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, ROOM, len(declared.fields) - 1)
    sheet.set_landscape()
    print_setup(sheet, 0)
    sheet.hide_gridlines(2)
