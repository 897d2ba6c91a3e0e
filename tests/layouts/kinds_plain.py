"""Layouts that are to be read without a question: the table is the standard one, under other words or in another order."""

from collections.abc import Callable
from dataclasses import replace

from pledgebatch.schema.sheets import BY_KEY
from tests.layouts.compose import (
    OWN_FORM,
    TABLES,
    TITLES,
    columns_of,
    compose,
    form_labels,
    hide,
    own_columns,
    plain_form,
    titled,
)
from tests.layouts.inventing import LAST_PERIOD
from tests.layouts.sketch import Column, Page, Sketch

TABS = {
    "organisations": ("党组织承诺书", "附件1", "基本情况", "承诺书（组织）"), "members": ("党员花名册", "附件2", "党员名册", "党员"),
    "items": ("承诺台账", "台账（4月）", "承诺一览表", "事项"), "opinions": ("群众意见", "意见登记", "Sheet4", "意见"),
    "legacy": ("问题清单", "历史遗留", "Sheet5", "遗留"), "records": ("活动记录", "工作台账", "Sheet6", "记录"),
}  # fmt: skip


def header_lower(sketch: Sketch, nth: int) -> None:
    """Titles, the unit and the date, and a few lines of instructions above the header, the table further right."""
    head = sketch.filling.head

    def above(page: Page, sheet: str) -> int:
        lines = [
            "松岭区社会事业局", f"{head['org_name']}{TITLES[sheet]}", "（2011年度）", f"填报单位：{head['org_name']}", "填表说明：",
            "1.本表由各支部填写，一式三份。", "2.姓名、入党时间以党员名册为准。", "3.时限写到月份即可。", "联系人：党务干事　联系电话：见通讯录",
        ]  # fmt: skip
        lines = lines[: 2 + nth] + [f"填报日期：2011年4月{20 + nth}日"]
        for row, line in enumerate(lines):
            page.put(row, 0, line)
            page.merge(row, 0, row, 7)
        return len(lines) + nth % 2

    compose(sketch, ours=nth % 2 == 0, above=above)


GROUPS = {
    "members": {
        "基本情况": "name sex birth_month ethnicity education", "工作和组织关系": "post joined_month branch post_type is_leader",
        "承诺情况": "pledge_form participation_plan signed signed_date", "支部审定": "branch_opinion branch_sealed branch_date",
    },
    "items": {
        "承诺人": "pledger member_no name", "承诺内容": "part text measures responsible due", "审查": "advanced annual_task fits_post public_wish feasible",
        "审查情况": "reviewer review_date conclusion", "公开情况": "publicity publicity_date", "落实情况": "plan status progress done_date result",
    },
}  # fmt: skip
SHORT = {
    "advanced": "体现先进性", "annual_task": "围绕年度任务", "fits_post": "体现岗位职责", "public_wish": "符合群众意愿", "feasible": "切实可行",
    "branch_opinion": "意见", "branch_sealed": "盖章", "branch_date": "日期", "publicity": "形式", "reviewer": "审查人", "review_date": "审查日期",
}  # fmt: skip
"""What a header comes to below its group."""


def grouped(sketch: Sketch, nth: int) -> None:
    """Headers in two rows: 审查 over 体现先进性, 围绕年度任务; 支部审定 over 意见, 盖章, 日期."""
    short = (
        SHORT
        if nth % 2
        else {
            key: word
            for key, word in SHORT.items()
            if key in ("advanced", "annual_task", "fits_post", "public_wish", "feasible")
        }
    )

    def edit(sheet: str, columns: list[Column]) -> list[Column]:
        groups = {key: name for name, keys in GROUPS.get(sheet, {}).items() for key in keys.split()}
        return [
            replace(column, group=groups.get(column.key, ""), header=short.get(column.key, column.header))
            for column in columns
        ]

    compose(sketch, edit, ours=nth % 3 != 2)


def own_numbering(sketch: Sketch, nth: int) -> None:
    """The branch's own way of numbering: 一、二、, 001, 第1号, a number that starts anew for each member."""
    ways: tuple[Callable[[int], str | int], ...] = (
        lambda number: number + 100, lambda number: f"{number:03d}", lambda number: f"第{number}号", lambda number: f"{number}.", lambda number: f"{number}、",
        lambda number: number * 10,
    )  # fmt: skip
    way = ways[nth % len(ways)]

    def edit(sheet: str, columns: list[Column]) -> list[Column]:
        if sheet == "members":
            own = Column("member_no", "序号", fill=lambda row, place: way(int(row["member_no"])))
            return [own if column.key == "member_no" else column for column in columns]
        if sheet == "items":
            numbers = Column(
                "item_no",
                "事项编号",
                fill=lambda row, place: f"{nth + 1}-{place + 1:02d}" if nth % 2 else f"承{place + 1:03d}",
            )
            columns = [
                numbers if column.key == "item_no" else column for column in columns if column.key != "member_no"
            ]
            return (
                [Column("", "序号", fill=lambda row, place: place + 1, may=("item_no",)), *columns]
                if nth % 3 == 0
                else columns
            )
        return columns

    compose(sketch, edit, ours=nth % 2 == 0)


def tabs_renamed(sketch: Sketch, nth: int) -> None:
    """Tabs of other names: 党员花名册, 附件2, Sheet4."""
    compose(sketch, ours=nth % 2 == 0, tabs={key: names[nth % len(names)] for key, names in TABS.items()})


def subtotals(sketch: Sketch, nth: int) -> None:
    """Subtotals, totals, signatures and page ends between and below the rows."""
    ours = nth % 2 == 0
    plain_form(sketch, sketch.page("组织承诺"), ours)
    for sheet in TABLES:
        page = sketch.page(BY_KEY[sheet].name)
        columns = columns_of(sheet) if ours else own_columns(sheet)
        rows = sketch.filling.tables[sheet]
        at = sketch.headers(page, columns, titled(page, sheet, ours))
        groups = [rows[: len(rows) // 2], rows[len(rows) // 2 :]] if nth % 3 else [rows]
        for _number, group in enumerate(groups, 1):
            at = sketch.body(page, sheet, columns, group, at)
            if len(groups) > 1:
                page.put(at, 0, f"小计：{len(group)}{'人' if sheet == 'members' else '项'}" if nth % 2 else "小计")
                at += 1
        page.put(at, 0, "合计", f"{len(rows)}{'人' if sheet == 'members' else '项'}" if nth % 3 == 0 else "")
        page.put(at + 1, 0, f"填表人：{sketch.filling.head['filled_by']}", "", "审核人：（签字）")
        page.put(at + 2, 0, "以下空白" if nth % 2 else "第1页 共1页")
    if ours:
        hide(sketch)


def last_template(sketch: Sketch, nth: int) -> None:
    """An earlier workbook filled in again: last month's, last year's, or the trial version's with its own headers."""
    old = {
        "members": {"post": "职务", "joined_month": "入党年月", "education": "学历"},
        "items": {"text": "承诺内容", "measures": "落实措施", "due": "完成期限"},
    }
    trial = nth % 3 == 2
    lacking = ("key_project", "legacy_no", "duty", "change_reason")

    def edit(sheet: str, columns: list[Column]) -> list[Column]:
        if not trial:
            return columns
        words = old.get(sheet, {})
        return [
            replace(column, header=words.get(column.key, column.header))
            for column in columns
            if column.key not in lacking
        ]

    sheets = [sheet for sheet in TABLES if not (trial and sheet == "legacy")]
    compose(sketch, edit, sheets=sheets)
    sketch.pages.pop()
    hide(sketch, period=(LAST_PERIOD, "2010-11", "2011-04")[nth % 3], version="0.9" if trial else "1")


def form_as_list(sketch: Sketch, nth: int) -> None:
    """The form retyped: as a numbered list of 项目 and 内容, or as a table of one row."""
    compose(sketch, ours=False, form=False)
    page = sketch.page(("组织承诺", "党组织情况")[nth % 2])
    labels = form_labels(OWN_FORM)
    if nth % 3 == 2:
        page.put(0, 0, "党组织公开承诺情况表")
        sketch.answers(page, labels, {key: ((1, column), (2, column)) for column, key in enumerate(OWN_FORM)})
        return
    page.put(0, 0, "党组织公开承诺情况")
    page.put(1, 0, "序号", "项目", "内容", "备注")
    for row, _ in enumerate(OWN_FORM, 2):
        page.put(row, 0, row - 1)
    sketch.answers(page, labels, {key: ((row, 1), (row, 2)) for row, key in enumerate(OWN_FORM, 2)})
    if nth % 2:
        page.put(4, 3, "请核对")


def header_repeated(sketch: Sketch, nth: int) -> None:
    """The header again on every page, with 续表 or the number of the page."""
    ours = nth % 2 == 0
    plain_form(sketch, sketch.page("组织承诺"), ours)
    for sheet in TABLES:
        page = sketch.page(BY_KEY[sheet].name)
        columns = columns_of(sheet) if ours else own_columns(sheet)
        rows, at, size = sketch.filling.tables[sheet], titled(page, sheet, ours), 5 + nth
        for begin in range(0, len(rows), size):
            if begin and nth % 3:
                page.put(at, 0, "续表" if nth % 3 == 1 else f"第{begin // size}页")
                at += 1
            at = sketch.table(page, sheet, columns, rows[begin : begin + size], at)
    if ours:
        hide(sketch)


def gaps(sketch: Sketch, nth: int) -> None:
    """Blank rows between the rows, blank columns between the columns, rows numbered in advance."""
    ours = nth % 2 == 0
    plain_form(sketch, sketch.page("组织承诺"), ours)
    for sheet in TABLES:
        page = sketch.page(BY_KEY[sheet].name)
        columns = columns_of(sheet) if ours else own_columns(sheet)
        blank = Column("", "")
        columns = [each for column in columns for each in ((column, blank) if nth % 3 == 2 else (column,))]
        at = sketch.headers(page, columns, titled(page, sheet, ours))
        for number, row in enumerate(sketch.filling.tables[sheet]):
            sketch.line(page, sheet, columns, row, number, at)
            at += 2 if number % (2 + nth) == 1 else 1
        if nth % 3 == 0 and columns[0].key in ("member_no", "item_no"):
            for number in range(5):
                page.put(at + number, 0, len(sketch.filling.tables[sheet]) + number + 1)
    if ours:
        hide(sketch)


def no_code(sketch: Sketch, nth: int) -> None:
    """No 组织编码 anywhere: the name of the organisation, a title, the roster, the file's name or its folder say whose it is."""
    head, seed = sketch.filling.head, sketch.filling.seed
    way = ("name", "title", "roster", "file", "unit", "folder")[nth % 6]
    sketch.needs_last = way == "roster"

    def above(page: Page, sheet: str) -> int:
        page.put(0, 0, f"{head['org_name']}{TITLES[sheet]}" if way == "title" else TITLES[sheet])
        if way == "unit":
            page.put(1, 0, f"单位：{head['unit_name']}")
        return 3

    def edit(sheet: str, columns: list[Column]) -> list[Column]:
        return [column for column in columns if column.key != "branch"]

    compose(sketch, edit, ours=False, form=False, above=above)
    hidden = {"unit_code"} if way == "name" else {"unit_code", "org_name", "unit_name"}
    keys = [key for key in OWN_FORM if key not in hidden]
    page = sketch.page("组织承诺")
    sketch.answers(page, form_labels(keys), {key: ((row, 0), (row, 1)) for row, key in enumerate(keys, 1)})
    sketch.file = {"file": f"{head['org_name']}4月", "folder": f"{head['unit_name']}/4月台账"}.get(way, f"台账{seed}")


KINDS = (
    header_lower, grouped, own_numbering, tabs_renamed, subtotals, last_template, form_as_list, header_repeated, gaps, no_code,
)  # fmt: skip
