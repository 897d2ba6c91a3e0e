"""The first two sheets of a ledger workbook: the month in figures and charts, and the index with links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pledgebatch.publish.figures import STATUSES, Figures, changes, key_figures, why_empty
from pledgebatch.publish.sheets import HEADER, print_on_a4
from pledgebatch.xlsx.formats import ACCENT, FONT, GREY, Formats
from pledgebatch.xlsx.safe_text import cell_text

COVER, INDEX = "封面", "目录"
"""The names of the two sheets."""
ACROSS = 8
"""Columns of the cover."""
FIGURES, CHART_ROWS = 4, 14
"""The row where the figures begin, and a chart's height in rows."""
SIZE = {"width": 378, "height": CHART_ROWS * 20}
MOST_ROOMY = 9
"""Bars whose names stand in the usual size."""
LONGEST_DESCRIPTION = 2_000
CARD, FAINT = "#F8F5F0", "#CFC6B8"
COLOURS = (ACCENT, "#D9A441", "#7A8F69", "#8DA5BF")
NOW, LAST, CHANGE = "本月", "上次", "变化"
NOTES = (
    "数据截至 {cutoff}。各台账的“问题”栏写明该行有几处问题及规则编号，详见《问题清单》；豁免的和待审查人回答的不计入问题数。",
    "黄底的内容未能识别，照原样列出；能识别而写法不同的，见《原文对照》。整栏没有内容的栏目已折叠，点表格上方的“+”展开。",
)
UNREAD = "有 {count} 个党组织的名册、事项或遗留问题没有全部读到，读不到的不在各数之内，见《变动情况》《表式改动》。"
INDEX_COLUMNS: Mapping[str, float] = {"工作表（点击打开）": 22, "行数": 9, "回答什么问题": 56, "数据来自": 28}


@dataclass(frozen=True)
class About:
    """What a sheet answers, and where it comes from."""

    answers: str
    source: str


def write_index(sheet: Worksheet, formats: Formats, lines: Sequence[tuple[str, int, About]], footer: str) -> None:
    """目录: every sheet with a link, its rows, what it answers and where it comes from."""
    sheet.hide_gridlines(2)
    print_on_a4(sheet, footer)
    for column, (header, size) in enumerate(INDEX_COLUMNS.items()):
        sheet.set_column(column, column, size)
        sheet.write_string(0, column, header, formats("header", **HEADER))
    sheet.freeze_panes(1, 0)
    for row, (name, rows, about) in enumerate(lines, 1):
        sheet.set_row(row, 21)
        sheet.write_url(row, 0, f"internal:'{name}'!A1", formats("link", valign="vcenter"), string=name)
        sheet.write_number(row, 1, rows, formats("number", valign="vcenter", num_format="#,##0"))
        for column, text in enumerate((about.answers, about.source), 2):
            sheet.write_string(row, column, text, formats("label"))


def write_cover(
    book: xlsxwriter.Workbook, formats: Formats, figures: Figures, title: str, footer: str, withheld: str = ""
) -> None:
    """封面: the month's figures, four charts, and below them the numbers that the charts show; and what is ``withheld``."""
    sheet, moved = book.get_worksheet_by_name(COVER), changes(figures)
    sheet.hide_gridlines(2)
    sheet.set_column(0, ACROSS - 1, 13)
    print_on_a4(sheet, footer)
    sheet.set_portrait()
    sheet.set_header("")  # it has its title on it
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 1)
    sheet.set_row(0, 48)
    sheet.write_string(0, 0, f"{title}　{figures.period.label}", formats("title", font_size=20))
    as_of, as_shown = NOTES
    more = UNREAD.format(count=figures.unread) + withheld if figures.unread else withheld
    for row, note in enumerate(filter(None, (as_of, why_empty(figures) or as_shown, more)), 1):
        sheet.set_row(row, 28)
        sheet.merge_range(row, 0, row, ACROSS - 1, note.format(cutoff=figures.period.cutoff), formats("help"))
    charts = _add_figures(sheet, formats, key_figures(figures), moved) + 1
    row = last = charts + 2 * (CHART_ROWS + 1) + 1
    for number, (heading, table) in enumerate(_tables(figures).items()):
        below, beside = divmod(number, 2)
        row, side = (row, ACROSS // 2) if beside else (last + below, 0)
        last = max(last, _add_numbers(sheet, formats, row, side, heading, table))
        chart = _make_chart(book, heading, row + 1, side, table)
        options = {"x_offset": 4, "description": _in_words(heading, table)}
        sheet.insert_chart(charts + below * (CHART_ROWS + 1), side, chart, options)
    sheet.print_area(0, 0, last, ACROSS - 1)


def _add_figures(sheet: Worksheet, formats: Formats, counts: Mapping[str, int], moved: Mapping[str, str]) -> int:
    """The key figures, four a line, each above its change since last month where there is one; returns the next row."""
    labels, row = [label for label in counts if label not in STATUSES], FIGURES
    for start in range(0, len(labels), ACROSS // 2):
        line = labels[start : start + ACROSS // 2]
        top = {"bottom": 0} if moved else {}
        sheet.set_row(row, 24)
        for column, label in enumerate(line):
            cell_format = formats("label", bold=True, font_size=14, font_color=ACCENT, align="right", indent=1, **top)
            sheet.write_string(row, 2 * column, label, formats("label", bg_color=CARD, indent=1, **top))
            sheet.write_number(row, 2 * column + 1, counts[label], cell_format)
        if moved:
            row += 1
            for column, label in enumerate(line):
                cell_format = formats("label", font_size=9, font_color=GREY, align="right", indent=1, top=0)
                sheet.write_blank(row, 2 * column, None, formats("label", bg_color=CARD, top=0))
                sheet.write_string(row, 2 * column + 1, moved[label], cell_format)
        row += 1
    return row


def _tables(figures: Figures) -> dict[str, pd.DataFrame]:
    """The numbers behind each chart, under its title; the progress of items beside last month's, where there is one."""
    progress = pd.DataFrame({"件数": figures.statuses}, dtype="int64")
    if figures.before is not None:
        then = figures.before.statuses
        progress = progress.reindex([status for status in STATUSES if status in figures.statuses or status in then])
        progress = progress.set_axis([NOW], axis=1).assign(**{LAST: pd.Series(then)}).fillna(0).astype("int64")
        progress[CHANGE] = progress[NOW] - progress[LAST]
    return {
        "党员承诺覆盖（按单位类别，人）": figures.people.iloc[:, 1:],
        "承诺事项（按单位类别和内容，件）": figures.parts,
        "承诺事项进展（件）": progress,
        "问题（按条款，处）": figures.clauses,
    }


def _add_numbers(sheet: Worksheet, formats: Formats, row: int, side: int, heading: str, table: pd.DataFrame) -> int:
    """Write ``table`` from ``row`` and column ``side`` on; returns the row below it."""
    for column, header in enumerate(["", *map(str, table.columns)], side):
        sheet.write_string(row, column, header or heading.partition("（")[0], formats("header", **HEADER))
    for name, counts in table.iterrows():
        row += 1
        sheet.write_string(row, side, str(name), formats("label", indent=1))
        for column, (series, count) in enumerate(counts.items(), side + 1):
            signed = {"num_format": "+0;-0;0"} if series == CHANGE else {}
            sheet.write_number(row, column, count, formats("number", align="right", indent=1, **signed))
    return row + 1


def _in_words(heading: str, table: pd.DataFrame) -> str:
    """What a chart shows, for those who cannot see it."""
    rows = [
        f"{name} {'、'.join(f'{key} {count}' for key, count in counts.items())}" for name, counts in table.iterrows()
    ]
    return cell_text(f"{heading}：{'；'.join(rows)}")[:LONGEST_DESCRIPTION]


def _make_chart(book: xlsxwriter.Workbook, heading: str, first: int, side: int, table: pd.DataFrame) -> Any:
    """A native chart of ``table``, whose numbers stand from row ``first`` and column ``side`` on: bars, stacked where
    there are several series; last month's bars stand beside this month's."""
    series = [name for name in table.columns if name != CHANGE]
    rows, beside = len(table), LAST in series
    apart = beside or len(series) == 1
    chart = book.add_chart({"type": "bar"} if apart else {"type": "bar", "subtype": "stacked"})
    last = first + max(rows, 1) - 1
    font = {"name": FONT["font_name"], "size": 9}
    shown = {"value": True, "position": "outside_end", "font": font | {"size": 8}}
    labels = {"data_labels": shown} if apart else {}
    for number, column in enumerate(range(side + 1, side + 1 + len(series))):
        chart.add_series(
            {
                "name": [COVER, first - 1, column],
                "categories": [COVER, first, side, last, side],
                "values": [COVER, first, column, last, column],
                "fill": {"color": FAINT if beside and number else COLOURS[number % len(COLOURS)]},
                "gap": 40,
                **labels,
            }
        )
    chart.set_title({"name": heading, "name_font": font | {"size": 11, "bold": True}, "overlay": False})
    few = font if rows <= MOST_ROOMY else font | {"size": 7.5}
    chart.set_y_axis({"reverse": True, "num_font": few, "interval_unit": 1, "line": {"color": "#BFBFBF"}})
    chart.set_x_axis({"num_font": font, "major_gridlines": {"visible": True, "line": {"color": "#E5E0D8"}}})
    chart.set_legend({"position": "bottom", "font": font} if len(series) > 1 else {"none": True})
    chart.set_size(SIZE)
    return chart
