"""The registry workbook: 单位名册 and 豁免清单, blank or filled."""

from pathlib import Path
from typing import BinaryIO

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from pledgebatch.publish.formats import STAGE_COLOURS, Formats, new_book, text_format, width
from pledgebatch.publish.safe import cell_text
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.kinds import form_of
from pledgebatch.schema.sheets import GUIDE_NAME, REGISTRY, WAIVERS

STEPS = (
    f"《{REGISTRY.name}》一行一个党组织。组织编码由办公室编定，以后不改、不重复使用。",
    "上级组织编码填上一级党组织的编码，只有最上一级不填；只接收台账、不报送的，“是否报送”填“否”。",
    f"《{WAIVERS.name}》写明哪个组织的哪条规则豁免到哪一天，理由和批准人不能空；过期自动失效。",
    "党组织名称、所在单位等会预先填进发给各单位的承诺工作簿。",
)
ROOM = 5_000


def write_registry(
    target: Path | BinaryIO, registry: pd.DataFrame | None = None, waivers: pd.DataFrame | None = None
) -> None:
    """Write registry.xlsx; the frames hold texts, with field keys for columns, and None leaves a sheet blank."""
    book = new_book(target)
    formats = Formats(book)
    guide = book.add_worksheet(GUIDE_NAME)
    guide.hide_gridlines(2)
    guide.set_column(0, 0, 90)
    guide.write_string(0, 0, f"{REGISTRY.name}填表说明", formats("title"))
    for number, step in enumerate(STEPS, 1):
        guide.write_string(number + 1, 0, f"{number}. {step}", formats("plain"))
    for declared, rows in ((REGISTRY, registry), (WAIVERS, waivers)):
        _write_table(book.add_worksheet(declared.name), formats, declared, rows)
    book.close()


def _write_table(sheet: Worksheet, formats: Formats, declared: Sheet, rows: pd.DataFrame | None) -> None:
    sheet.set_row(0, 30)
    for column, field in enumerate(declared.fields):
        sheet.set_column(column, column, width(field), formats("cell", num_format=text_format(field), border=0))
        colour = {"bg_color": next(iter(STAGE_COLOURS.values()))} if field.required else {"bold": False}
        sheet.write_string(0, column, field.header, formats("header", **colour))
        said = "。".join(text for text in (field.help, form_of(field)) if text)
        told = {"input_title": field.header, "input_message": said[:255]} if said else {}
        check = (
            {"validate": "list", "source": list(field.choices), "error_type": "warning"}
            if field.choices
            else {"validate": "any"}
        )
        if said:
            sheet.data_validation(1, column, ROOM, column, {**check, **told})
        if rows is not None and field.key in rows:
            for number, text in enumerate(map(cell_text, rows[field.key].tolist()), 1):
                if text:
                    sheet.write_string(number, column, text, formats("cell"))
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
