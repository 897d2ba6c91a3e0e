"""打印: what is meant for paper, one page across in nine points; all else is read on the screen."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pledgebatch.publish.cover import COVER, NOTES, UNREAD
from pledgebatch.publish.figures import Figures, changes, count_figures, find_overdue, key_figures, why_empty
from pledgebatch.publish.ledger_views import SEVERITIES, Names, coverage_in_words, names_of
from pledgebatch.publish.month_slice import ledger_rows
from pledgebatch.publish.sheets import GRADED, NOTHING, SHADES, AsTyped, Column, day_numbers, field_columns, print_on_a4
from pledgebatch.schema.frames import counting
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.month import Month
from pledgebatch.schema.sheets import ITEMS
from pledgebatch.xlsx.formats import Formats, count_lines, new_book
from pledgebatch.xlsx.safe_text import cell_text

PAPER = "打印_{}.xlsx"
POINTS = 9
SMALL = {"font_size": POINTS}
USUAL = {"font_name": "Arial", "font_size": 8}
"""The type by whose digits widths are measured, much the same in every program: two are a Chinese character of nine points."""
LINE, FURTHER, MOST_LINES = 12.0, 13.2, 30
"""Points of the first line of a row and of each further one, with the room that programs leave between lines."""
WIDE, SPARE = 40, 3
"""What a wide column is, and the units of its lines that stay empty, since no line begins with a comma."""
HEADING = {"bold": True, "text_wrap": False, "valign": "bottom"}
MOST_ROWS = 3_000
"""A longer list, some eighty pages, is nothing for paper."""
TOO_LONG = "共 {count} 行，太长，不宜打印，请在电脑上看台账。各上级的打印本中有各自的部分。"
CODE, NAME = ("组织编码", 9.0), ("党组织名称", 31.0)
WORDS = ("item_no", "name", "pledger", "text", "due", "status", "conclusion")
ITEM_COLUMNS = ("organisation", "row", *(key + raw for key in WORDS for raw in ("", RAW)))
WIDTHS = {"item_no": 9.0, "text": 86.0, "due": 14.5, "status": 9.0, "conclusion": 9.0}
LATE = {"item_no": 9.0, "text": 63.0, "due": 15.0, "status": 9.0}


def write_paper(month: Month, target: Path | BinaryIO, title: str, figures: Figures | None = None) -> None:
    """Write what of ``month`` is meant for paper; ``figures`` are its figures, where they are known."""
    figures, names = figures or count_figures(month), names_of(month)
    book = new_book(target, default_format_properties=USUAL)
    formats = Formats(book)
    footer = f"{title}　{month.period.label}　数据截至 {month.period.cutoff}"
    _add_cover(book, formats, figures, title, month.withheld, footer)
    tables = {
        "报送情况": _coverage(month),
        "逾期": _overdue(month, names),
        "限期整改": _orders(month, names),
        "问题清单": _findings(month, names),
        ITEMS.name: _items(month, figures.items),
    }
    for name, columns in tables.items():
        _add_table(book.add_worksheet(name), formats, columns, footer, names if name == ITEMS.name else {})
    book.close()


def _add_cover(
    book: xlsxwriter.Workbook, formats: Formats, figures: Figures, title: str, withheld: str, footer: str
) -> None:
    """封面: the figures of the month and how they changed; the charts are in the ledger."""
    sheet = book.add_worksheet(COVER)
    sheet.hide_gridlines(2)
    _on_paper(sheet, footer)
    sheet.set_portrait()
    sheet.set_header("")
    for column, size in enumerate((28, 14, 40)):
        sheet.set_column(column, column, size)
    sheet.set_row(0, 40)
    sheet.write_string(0, 0, f"{title}　{figures.period.label}", formats("title"))
    unread = UNREAD.format(count=figures.unread) if figures.unread else ""
    row = 1
    for note in filter(None, (NOTES[0].format(cutoff=figures.period.cutoff), why_empty(figures), unread + withheld)):
        sheet.merge_range(row, 0, row, 2, note, formats("help"))
        sheet.set_row(row, LINE * count_lines(note, 80) + 2)
        row += 1
    moved = changes(figures)
    for label, count in key_figures(figures).items():
        sheet.set_row(row, 20)
        sheet.write_string(row, 0, label, formats("label", indent=1))
        sheet.write_number(row, 1, count, formats("number", align="right", valign="vcenter", indent=1))
        sheet.write_string(row, 2, moved.get(label, ""), formats("label", indent=1))
        row += 1


def _on_paper(sheet: Worksheet, footer: str) -> None:
    """As large as it is, which is one page across; what stands below each page is no smaller than the rest."""
    print_on_a4(sheet, footer)
    sheet.set_print_scale(100)
    sheet.set_margins(0.4, 0.4, 0.75, 0.5)
    sheet.set_header("&C&B&11&A", {"margin": 0.25})
    sheet.set_footer(f"&L&{POINTS}{footer.replace('&', '&&')}　&A&R&{POINTS}第 &P 页，共 &N 页")


def _whose(rows: pd.DataFrame, names: Names) -> Column:
    return Column(*NAME, rows["organisation"].map(names).astype("str").fillna(rows["organisation"]).tolist())


def _coverage(month: Month) -> list[Column]:
    rows = coverage_in_words(month)
    widths = {
        "org_name": NAME, "unit_category": ("单位类别", 15.0), "label": ("状态", 11.0), "members": ("在册党员", 9.0),
        "written": ("书面承诺", 9.0), "oral": ("口头承诺", 9.0), "items": ("承诺事项", 9.0), "error": ("错误", 6.0),
        "warning": ("警告", 6.0), "contact": ("联系人", 9.0), "phone": ("联系电话", 19.0),
    }  # fmt: skip
    return [
        Column(header, size, rows[key].tolist(), GRADED if key == "label" else "cell")
        for key, (header, size) in widths.items()
    ]


def _overdue(month: Month, names: Names) -> list[Column]:
    rows = find_overdue(month)
    fields = [Column(each.header, size, each.values, each.style) for size, each in _fields(rows, LATE)]
    late = Column("超过天数", 9.0, rows["days"].tolist(), "number")
    return [_whose(rows, names), fields[0], _who(rows), *fields[1:], late]


def _orders(month: Month, names: Names) -> list[Column]:
    rows = month.orders
    headers = {"kind": ("来自", 12.0), "subject": ("内容", 50.0), "state": ("状态", 12.0)}
    texts = [Column(header, size, rows[key].tolist()) for key, (header, size) in headers.items()]
    dates = [
        Column(header, 15.0, day_numbers(rows[key]).tolist(), "date")
        for key, header in (("by", "期限"), ("done", "完成日期"))
    ]
    return [_whose(rows, names), *texts, *dates]


def _findings(month: Month, names: Names) -> list[Column]:
    rows = counting(month.findings)
    headers = {
        "sheet": ("工作表", 11.0),
        "cell": ("单元格", 8.0),
        "label": ("程度", 6.0),
        "message": ("问题和改法", 76.0),
        "rule": ("规则", 8.0),
    }
    rows = rows.assign(label=rows["severity"].map(SEVERITIES))
    columns = [
        Column(header, size, rows[key].tolist(), GRADED if key == "label" else "cell")
        for key, (header, size) in headers.items()
    ]
    return [_whose(rows, names), *columns]


def _items(month: Month, count: int) -> list[Column]:
    """Every pledge, on one line or two; of a month with too many for paper only how many."""
    if count > MOST_ROWS:
        return [Column(*CODE, [""] * count)]
    rows = ledger_rows(month, ITEMS.key, ITEM_COLUMNS).sort_values(["organisation", "row"], kind="stable")
    fields = [Column(each.header, size, each.values, each.style) for size, each in _fields(rows, WIDTHS)]
    return [Column(*CODE, rows["organisation"].tolist()), fields[0], _who(rows), *fields[1:]]


def _fields(rows: pd.DataFrame, widths: dict[str, float]) -> list[tuple[float, Column]]:
    return list(zip(widths.values(), field_columns(map(ITEMS.__getitem__, widths), rows), strict=True))


def _who(rows: pd.DataFrame) -> Column:
    """Whose pledge it is: the member's name, or 组织."""
    named = rows["name" + RAW].where(rows["name" + RAW] != "")
    return Column("承诺人", 9.0, named.fillna(rows["pledger"]).tolist())


def _add_table(sheet: Worksheet, formats: Formats, columns: Sequence[Column], footer: str, headings: Names) -> None:
    """A table on paper: its header on each page, rows as high as their texts, each organisation under its name.

    ``headings`` gives the names by code, the first column; none where the names stand in each row.
    """
    count = len(columns[0].values)
    _on_paper(sheet, footer)
    sheet.freeze_panes(1, 1)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
        sheet.write_string(0, number, column.header, formats("header", **SMALL))
    sheet.set_row(0, LINE + 4)
    if not count or count > MOST_ROWS:
        words = TOO_LONG.format(count=count) if count else NOTHING
        sheet.write_string(1, 0, words, formats("help", text_wrap=False))
        return
    row, whose = 1, None
    for values in zip(*(column.values for column in columns), strict=True):
        if headings and values[0] != whose:
            whose = values[0]
            sheet.set_row(row, LINE + 4)
            sheet.write_string(row, 0, f"{whose}　{headings.get(whose, '')}", formats("plain", **SMALL, **HEADING))
            row += 1
        cells = list(map(_text, values))
        for number, (column, value, text) in enumerate(zip(columns, values, cells, strict=True)):
            if isinstance(value, int):
                style = column.style if column.style == "date" else "number"
                sheet.write_number(row, number, value, formats(style, align="left", **SMALL))
            else:
                shade = {"bg_color": SHADES[text]} if column.style == GRADED and text in SHADES else {}
                sheet.write_string(row, number, text, formats("cell", **SMALL, **shade))
        tall = max(count_lines(text, _room(column.width)) for column, text in zip(columns, cells, strict=True))
        sheet.set_row(row, LINE + FURTHER * (min(tall, MOST_LINES) - 1))
        row += 1


def _room(width: float) -> float:
    """The units of a line that surely fit in a column."""
    return width - SPARE if width > WIDE else width


def _text(value: object) -> str:
    return cell_text(value.text if isinstance(value, AsTyped) else value)
