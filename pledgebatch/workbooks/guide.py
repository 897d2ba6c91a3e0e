"""填表说明, the first sheet: how to fill the workbook in, and in a return what to mend."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from xlsxwriter.worksheet import Worksheet

from pledgebatch.notice.periods import Period, Stage
from pledgebatch.schema.sheets import EXPLANATIONS, ITEMS, MEMBERS, ORGANISATION, SELF_CHECK_NAME, SHEETS
from pledgebatch.schema.states import Severity
from pledgebatch.workbooks.causes import Cause, find_causes, ranges_of, sort_causes
from pledgebatch.workbooks.findings import Finding, Spot
from pledgebatch.workbooks.stages import Calendar
from pledgebatch.xlsx.formats import (
    CORRECTED_COLOUR,
    PREFILLED_COLOUR,
    SEVERITY_COLOURS,
    STAGE_COLOURS,
    STRONG_COLOURS,
    Formats,
    count_lines,
)
from pledgebatch.xlsx.page_setup import print_setup, protect
from pledgebatch.xlsx.safe_text import cell_text

STEPS = (
    f"先填《{ORGANISATION.name}》，再填《{MEMBERS.name}》《{ITEMS.name}》，其余各表有内容的才填。",
    "一行填一名党员、一件事项、一条意见，从表头下面一行填起，中间不要空行，不要合并单元格。",
    f"序号、编号填定后不再改动，也不重复使用；调出、去世的党员保留原行，在“{MEMBERS['change'].header}”中注明。",
    "有下拉列表的从列表中选；年月写成 1985-03，日期写成 2011-03-05。点一下单元格可以看到填写提示。",
    "未到期的栏目已经折叠；需要先填的，选中两边的列（行）后点右键“取消隐藏”。",
    f"《{EXPLANATIONS.name}》列出上次填报的警告和提示：能改的在原处改正；确实无误或不能再改的，选常用理由或写单位说明，内容不变就只说明这一次。",
    "不要改工作表名和表头，不要增删栏目；一格写不下可以加高行，或另附纸。",
    f"填完看一看《{SELF_CHECK_NAME}》，把数出来的都改好再报送；有些要求表上数不出，由上级核对。文件名：党组织名称_承诺台账_年月。",
)
EXAMPLES = {
    MEMBERS: {
        "member_no": "1", "name": "李明", "sex": "男", "birth_month": "1970-05", "ethnicity": "汉族", "post": "校长",
        "joined_month": "1995-07", "education": "大学本科", "branch": "第一小学党支部", "post_type": "管理岗位", "is_leader": "是",
    },
    ITEMS: {
        "item_no": "D101", "pledger": "党员", "member_no": "1", "name": "李明", "part": "岗位",
        "text": "每周随堂听课 3 节，当天与教师交换意见，11月底前听满 60 节", "measures": "开学时排定听课表，逐次填写评课记录",
        "responsible": "李明", "due": "{year}-11-30", "virtue": "带头争创佳绩", "basis": "岗位职责",
    },
}  # fmt: skip
"""A member and an item as they should be filled in; shown on the guide, never among the data."""
WIDTHS = (14, 12, 11, 50, 24)
LAST = len(WIDTHS) - 1
LINE_HEIGHT, MOST_LINES = 15, 26
LONGEST_VALUE = 100
"""Characters of a typed value that the list of findings repeats."""
SETTLED = "灰底的编号、承诺事项和完成时限：上月已报、审查已通过，锁定不改；确需变更的，先取消工作表保护，改后写明变更原因并重新审查。"
FINDING_HEADERS = ("工作表", "单元格", "程度", "问题和改法", "原来填的")
STAGE_HEADERS = ("阶段", "何时填", "本月", "必填栏目")
Cells = Mapping[str, Mapping[Spot, str]]
"""By the name of the sheet, the cell in which each spot of the branch's own file now stands."""


@dataclass(frozen=True)
class Returned:
    """What a return tells: its findings, where they stand in it, and what the office says besides."""

    findings: Sequence[Finding]
    cells: Cells
    words: Sequence[str] = ()
    corrected: bool = False
    """Whether the office corrected some of its cells."""


def write_guide(
    sheet: Worksheet, formats: Formats, calendar: Calendar, settled: bool, returned: Returned | None = None
) -> None:
    """Write the guide, without whose it is, of a blank workbook or of one that is ``returned``.

    ``settled`` says that the workbook locks what was reported and approved before.
    """
    sheet.hide_gridlines(2)
    for column, size in enumerate(WIDTHS):
        sheet.set_column(column, column, size)
    sheet.set_row(0, 34)
    title = "承诺工作簿填表说明" if returned is None else "承诺工作簿（退回修改）"
    sheet.write_string(0, 0, f"{title}　{calendar.period.label}", formats("title"))
    row = 3
    if returned is not None:
        row = _add_words(sheet, formats, returned.words, row)
        row = _add_findings(sheet, formats, returned.findings, returned.cells, row)
    row = _add_steps(sheet, formats, row)
    if returned is None:
        row = _add_examples(sheet, formats, calendar.period, row)
    row = _add_legend(sheet, formats, returned, settled, row)
    row = _add_stages(sheet, formats, calendar, row)
    protect(sheet)
    sheet.set_portrait()
    print_setup(sheet, 0)
    sheet.print_area(0, 0, row, LAST)


def write_about(sheet: Worksheet, formats: Formats, calendar: Calendar, name: str) -> None:
    """Write on the guide that the workbook is of organisation ``name``, and of when."""
    period = calendar.period
    about = f"内容截至 {period.cutoff}；{period.year}年的承诺应在 {calendar.deadline} 前提出并公开。"
    sheet.write_string(1, 0, f"{name}　{about}" if name else about, formats("plain", text_wrap=False))


def _add_heading(sheet: Worksheet, formats: Formats, row: int, text: str) -> int:
    sheet.set_row(row, 21)
    sheet.write_string(row, 0, text, formats("group"))
    for column in range(1, LAST + 1):
        sheet.write_blank(row, column, None, formats("group"))
    return row + 1


def _add_headers(sheet: Worksheet, formats: Formats, row: int, headers: Sequence[str]) -> int:
    for column, header in enumerate(headers):
        sheet.write_string(row, column, header, formats("header", bg_color=PREFILLED_COLOUR))
    return row + 1


def _add_words(sheet: Worksheet, formats: Formats, words: Sequence[str], row: int) -> int:
    """What the office has to say, above all else."""
    if not words:
        return row
    row = _add_heading(sheet, formats, row, "办公室的意见")
    for each in map(cell_text, words):
        sheet.merge_range(row, 0, row, LAST, each, formats("plain", bold=True))
        sheet.set_row(row, LINE_HEIGHT * min(count_lines(each, sum(WIDTHS) - 4), MOST_LINES) + 3)
        row += 1
    return row + 1


def _add_findings(sheet: Worksheet, formats: Formats, findings: Sequence[Finding], cells: Cells, row: int) -> int:
    """The list of what to mend, gravest first, what has one cause on one line, each with a link to its cells."""
    row = _add_heading(sheet, formats, row, "要修改的地方")
    counts = Counter(each.severity for each in findings)
    in_all = "、".join(f"{severity.label} {counts[severity]} 处" for severity in Severity if severity in counts)
    words = (
        f"本工作簿有{in_all or '的问题已全部改正'}。请直接在本工作簿中修改：有颜色的单元格就是要看的地方，"
        "鼠标移上去可以看到说明，点下面的单元格号可以跳到该处。“错误”必须改正后重新报送；“警告”请核对，确实无误或不能再改的，在《说明》中说明；“提示”供参考。"
    )
    sheet.merge_range(row, 0, row, LAST, words, formats("plain", bold=True))
    sheet.set_row(row, LINE_HEIGHT * count_lines(words, sum(WIDTHS) - 4))
    row = _add_headers(sheet, formats, row + 1, FINDING_HEADERS)
    for cause in sort_causes(find_causes(findings)):
        place = cell_text(cause.sheet)
        ranges = ranges_of(_cells_now(cause, cells.get(place, {})))
        sheet.write_string(row, 0, place, formats("cell"))
        if ranges:
            link = f"internal:'{place}'!{ranges[0].replace('–', ':')}"
            sheet.write_url(row, 1, link, formats("link"), ranges[0] + (" 等" if len(ranges) > 1 else ""))
        else:
            sheet.write_blank(row, 1, None, formats("cell"))
        sheet.write_string(row, 2, cause.severity.label, formats("cell", bg_color=SEVERITY_COLOURS[cause.severity]))
        message, typed = cell_text(_in_words(cause, ranges)), cell_text(_typed(cause))
        sheet.write_string(row, 3, message, formats("cell"))
        sheet.write_string(row, 4, typed, formats("cell"))
        sheet.set_row(row, LINE_HEIGHT * max(count_lines(message, WIDTHS[3]), count_lines(typed, WIDTHS[4])))
        row += 1
    return row + 1


def _cells_now(cause: Cause, cells: Mapping[Spot, str]) -> list[str]:
    """Where the findings of a cause stand in this workbook."""
    declared = next((each for each in SHEETS if each.name == cause.sheet), None)
    spots = [each.spot(declared) for each in cause.findings] if declared else []
    return [cells[spot] for spot in spots if spot and spot in cells]


def _in_words(cause: Cause, ranges: Sequence[str]) -> str:
    """What to mend: its field, where the message does not name it, and all its places, where there are several."""
    named = f"“{cause.header}”：" if cause.header and cause.header not in cause.message else ""
    count, where = len(cause.findings), f"：{'、'.join(ranges)}" if ranges else ""
    return named + cause.message + (f"（共 {count} 处{where}）" if count > 1 else "") + cause.answered


def _typed(cause: Cause) -> str:
    typed = cause.findings[0].value if len(cause.findings) == 1 else cause.typed
    return typed if len(typed) <= LONGEST_VALUE else typed[:LONGEST_VALUE] + "…"


def _add_steps(sheet: Worksheet, formats: Formats, row: int) -> int:
    row = _add_heading(sheet, formats, row, "怎样填")
    for number, step in enumerate(STEPS, 1):
        text = f"{number}. {step}"
        sheet.merge_range(row, 0, row, LAST, text, formats("plain"))
        sheet.set_row(row, LINE_HEIGHT * count_lines(text, sum(WIDTHS)) + 3)
        row += 1
    return row + 1


def _add_examples(sheet: Worksheet, formats: Formats, period: Period, row: int) -> int:
    row = _add_heading(sheet, formats, row, "填写示例（一行是一名党员、一件事项；各栏目依次这样填）")
    for declared, example in EXAMPLES.items():
        text = "　".join(f"{declared[key].header}：{text.format(year=period.year)}" for key, text in example.items())
        sheet.write_string(row, 0, f"《{declared.name}》", formats("label"))
        sheet.merge_range(row, 1, row, LAST, text, formats("label"))
        sheet.set_row(row, LINE_HEIGHT * count_lines(text, sum(WIDTHS[1:])) + 3)
        row += 1
    return row + 1


def _add_legend(sheet: Worksheet, formats: Formats, returned: Returned | None, settled: bool, row: int) -> int:
    row = _add_heading(sheet, formats, row, "颜色")
    always = Stage.ALWAYS
    legend = [
        (STRONG_COLOURS[always], "深色、加粗的表头：本月必填。"),
        (STAGE_COLOURS[always], "浅色的表头：有这种情况才填，或者本月还不用填。各阶段颜色不同，见下表。"),
        (PREFILLED_COLOUR, "灰底的单元格：由党委办公室填好并锁定。"),
    ]
    if settled:
        legend.append((PREFILLED_COLOUR, SETTLED))
    if returned:
        if returned.corrected:
            legend.append((CORRECTED_COLOUR, "绿底的单元格：办公室已经更正，原来填的写在批注里。"))
        legend += [(colour, f"单元格有“{severity.label}”。") for severity, colour in SEVERITY_COLOURS.items()]
    for colour, text in legend:
        sheet.write_blank(row, 0, None, formats("label", bg_color=colour))
        sheet.write_string(row, 1, text, formats("plain", text_wrap=False))
        row += 1
    return row + 1


def _add_stages(sheet: Worksheet, formats: Formats, calendar: Calendar, row: int) -> int:
    """What is required from which stage, and whether this month."""
    row = _add_headers(sheet, formats, _add_heading(sheet, formats, row, "什么时候填什么"), STAGE_HEADERS[:3])
    sheet.merge_range(row - 1, 3, row - 1, LAST, STAGE_HEADERS[3], formats("header", bg_color=PREFILLED_COLOUR))
    for stage in Stage:
        text = _required_from(stage)
        if not text:
            continue
        now = stage in calendar.due
        colour = (STRONG_COLOURS if now else STAGE_COLOURS)[stage]
        sheet.write_string(row, 0, stage.label, formats("label", bg_color=colour, bold=now))
        sheet.write_string(row, 1, calendar.when_due(stage), formats("label"))
        sheet.write_string(row, 2, "要填" if now else "还不用填", formats("label", bold=now))
        sheet.merge_range(row, 3, row, LAST, text, formats("label"))
        sheet.set_row(row, LINE_HEIGHT * count_lines(text, WIDTHS[3] + WIDTHS[4]) + 3)
        row += 1
    return row


@cache
def _required_from(stage: Stage) -> str:
    asked = [
        (declared.name, [each.header for each in declared.fields if each.required is stage]) for declared in SHEETS
    ]
    return "\n".join(f"《{name}》{'、'.join(headers)}" for name, headers in asked if headers)
