"""The first and the last sheet of a workbook: how to fill it in, and what is still blank."""

from collections.abc import Callable, Collection, Mapping

import pandas as pd
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pledgebatch.notice.periods import Period, Stage, in_order
from pledgebatch.publish.formats import SEVERITY_COLOURS, STAGE_COLOURS, Formats
from pledgebatch.publish.safe import cell_text
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import Severity
from pledgebatch.schema.sheets import ORGANISATION, SELF_CHECK_NAME, SHEETS, TABLES

STEPS = (
    "先填《组织承诺》，再填《党员承诺》《承诺事项》，其余各表有内容的才填。",
    "一行填一名党员、一件事项、一条意见，从表头下面一行填起，中间不要空行，不要合并单元格。",
    "序号、编号填定后不再改动，也不重复使用；调出、去世的党员保留原行，在“人员变动”中注明。",
    "有下拉列表的从列表中选；年月写成 1985-03，日期写成 2011-03-05。",
    "表头加粗的栏目本月必填；折叠起来的栏目本月还不用填，点表格上方的“+”可以展开。",
    "不要改工作表名和表头，不要增删栏目；写不下的可以加高行，或另附纸。",
    f"填完看一看《{SELF_CHECK_NAME}》，空白数都为 0 再报送。文件名：党组织名称_承诺台账_年月。",
)
FIRST_FIELD = {sheet.key: (sheet.identity or ("date",))[0] for sheet in TABLES}
"""The field that tells whether a row is in use."""

Cells = Mapping[tuple[str, int | None, str], str]


def write_guide(
    sheet: Worksheet,
    formats: Formats,
    period: Period,
    due: Collection[Stage],
    findings: pd.DataFrame | None,
    cells: Cells,
) -> None:
    """How to fill the workbook in; in a return, first what to mend. ``cells`` says where each place now stands."""
    sheet.hide_gridlines(2)
    for column, size in enumerate((14, 12, 10, 60, 30)):
        sheet.set_column(column, column, size)
    sheet.set_row(0, 34)
    title = "承诺工作簿（退回修改）" if findings is not None else "承诺工作簿填表说明"
    sheet.write_string(0, 0, f"{title}　{period.label}", formats("title"))
    row = 2
    if findings is not None:
        row = _write_findings(sheet, formats, findings, cells, row)
    sheet.write_string(row, 0, "怎样填", formats("group"))
    for column in range(1, 5):
        sheet.write_blank(row, column, None, formats("group"))
    for number, step in enumerate(STEPS, 1):
        sheet.merge_range(row + number, 0, row + number, 4, f"{number}. {step}", formats("plain"))
    row += len(STEPS) + 2
    sheet.write_string(row, 0, "表头颜色", formats("group"))
    for column in range(1, 5):
        sheet.write_blank(row, column, None, formats("group"))
    for number, stage in enumerate(in_order({*STAGE_COLOURS} - {Stage.HALF}), 1):
        sheet.write_string(row + number, 0, stage.label, formats("label", bg_color=STAGE_COLOURS[stage]))
        said = "本月要填" if stage in due else "本月未到期，已折叠"
        sheet.write_string(row + number, 1, said, formats("plain", text_wrap=False))
    sheet.set_paper(9)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R第 &P 页，共 &N 页")


def _write_findings(sheet: Worksheet, formats: Formats, findings: pd.DataFrame, cells: Cells, row: int) -> int:
    counts = findings["severity"].value_counts()
    told = "、".join(f"{severity.label} {counts[severity]} 处" for severity in Severity if severity in counts)
    words = f"本工作簿有{told}。有颜色的单元格就是要看的地方，把鼠标移上去可以看到说明；“错误”改正后重新报送。"
    sheet.merge_range(row, 0, row, 4, words, formats("plain", bold=True))
    sheet.set_row(row, 32)
    row += 2
    for column, header in enumerate(("工作表", "单元格", "程度", "问题和改法", "原来填的")):
        sheet.write_string(row, column, header, formats("header", bg_color="#EDEDED"))
    order = findings["severity"].map(list(map(str, Severity)).index)
    listed = findings.assign(order=order).sort_values("order", kind="stable")
    names = ["sheet", "row", "field", "severity", "message", "value"]
    for name, own_row, key, severity, message, value in listed[names].itertuples(index=False):
        row += 1
        place = None if name == ORGANISATION.name or pd.isna(own_row) else int(own_row)
        cell = cells.get((str(name), place, str(key)), "")
        colour = {"bg_color": SEVERITY_COLOURS[Severity(severity)]}
        for column, text in enumerate((name, cell, Severity(severity).label, message, value)):
            shown = cell_text(text)
            sheet.write_string(row, column, shown[:500], formats("cell", **(colour if column == 2 else {})))
    return row + 2


def write_self_check(
    sheet: Worksheet,
    formats: Formats,
    due: Collection[Stage],
    answers: Mapping[str, str],
    filled: Mapping[str, Mapping[str, list[str]]],
    form_rows: Mapping[str, int],
    room: Callable[[Sheet], int],
) -> None:
    """Blank required cells counted live, with the counts of what is filled in now as stored values."""
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 3, 12)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, "自查：本月必填的栏目还有多少空白", formats("title"))
    sheet.write_string(1, 0, "填完后空白数应都为 0。只数已有内容的行。", formats("help", text_wrap=False))
    for column, header in enumerate(("工作表", "栏目", "空白数")):
        sheet.write_string(2, column, header, formats("header", bg_color="#EDEDED"))
    row = 2
    label, number = formats("label"), formats("number")
    for declared in SHEETS:
        for field in declared.fields:
            if field.required not in due:
                continue
            row += 1
            if declared is ORGANISATION:
                formula = f"=IF(TRIM('{declared.name}'!$B${form_rows[field.key] + 1})=\"\",1,0)"
                blanks = int(not answers.get(field.key, "").strip())
            else:
                first = FIRST_FIELD[declared.key]
                used, asked = (_range(declared, key, room) for key in (first, field.key))
                formula = f"=SUMPRODUCT((LEN({used})>0)*(LEN({asked})=0))"
                texts = filled[declared.key]
                asked_texts = texts.get(field.key) or [""] * len(texts.get(first, []))
                blanks = sum(
                    bool(used) and not asked for used, asked in zip(texts.get(first, []), asked_texts, strict=True)
                )
            sheet.write_string(row, 0, declared.name, label)
            sheet.write_string(row, 1, field.header, label)
            sheet.write_formula(row, 2, formula, number, blanks)
    wrong = formats("number", bg_color="#F8CBCB", bold=True)
    sheet.conditional_format(3, 2, row, 2, {"type": "cell", "criteria": ">", "value": 0, "format": wrong})
    sheet.protect("", {"format_columns": True})
    sheet.freeze_panes(3, 0)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.set_footer("&L&A&R第 &P 页，共 &N 页")


def _range(sheet: Sheet, key: str, room: Callable[[Sheet], int]) -> str:
    letter = xl_col_to_name([field.key for field in sheet.fields].index(key))
    return f"'{sheet.name}'!${letter}$4:${letter}${3 + room(sheet)}"
