"""The standard workbook and a branch's own, as kinds start from them: the sheets, each with its columns."""

from collections.abc import Callable, Mapping, Sequence

from pledgebatch.schema.sheets import BY_KEY, GUIDE_NAME, HIDDEN_NAME, SHEETS, TEMPLATE_VERSION
from tests.layouts.inventing import PERIOD, Row
from tests.layouts.sketch import Column, Page, Place, Sketch

Edit = Callable[[str, list[Column]], list[Column]]
"""What a kind makes of the columns of a sheet (its key)."""
OWN = {
    "members": "member_no name sex ethnicity birth_month education post joined_month branch post_type is_leader pledge_form signed_date",
    "items": "item_no pledger name part text measures responsible due publicity publicity_date status progress",
    "opinions": "opinion_no date method attendance opinion adopted",
    "legacy": "legacy_no problem promised_on solved",
    "records": "date activity summary attendance responsible",
}
"""The fields that a branch keeps in a table of its own making."""
_OWN_FORM = (
    "unit_code year period org_name org_type unit_name unit_category relation parent_org member_count head phone legacy_answer org_sealed org_date "
    "approval_opinion approval_sealed approval_date supervision_contact filled_by filled_on"
)
OWN_FORM = _OWN_FORM.split()
TITLES = {
    "members": "党员公开承诺登记表", "items": "公开承诺事项台账", "opinions": "征求意见登记表", "legacy": "遗留问题清单", "records": "工作记录",
}  # fmt: skip
TABLES = tuple(TITLES)


def as_it_is(sheet: str, columns: list[Column]) -> list[Column]:
    return columns


def columns_of(sheet: str, keys: Sequence[str] | None = None) -> list[Column]:
    """The columns of a sheet under the standard headers, all of them or those of ``keys``."""
    fields = BY_KEY[sheet].fields if keys is None else [BY_KEY[sheet][key] for key in keys]
    return [Column(each.key, each.header) for each in fields]


def own_columns(sheet: str) -> list[Column]:
    return columns_of(sheet, OWN[sheet].split())


def compose(
    sketch: Sketch,
    edit: Edit = as_it_is,
    *,
    ours: bool = True,
    tabs: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    sheets: Sequence[str] = TABLES,
    above: Callable[[Page, str], int] | None = None,
    form: bool = True,
) -> dict[str, Page]:
    """The workbook: the form and the tables, each on its tab; the standard one, or one with the branch's own choice of
    columns. ``above`` writes what stands over a table and returns the row of its header."""
    called = {sheet.key: sheet.name for sheet in SHEETS} | dict(tabs or {})
    pages: dict[str, Page] = {}
    if ours:
        sketch.page(GUIDE_NAME).put(0, 0, "填表说明：各表请如实填写，表头不要改动。")
    if form:
        pages["organisations"] = sketch.page(called["organisations"])
        plain_form(sketch, pages["organisations"], ours, labels)
    for sheet in sheets:
        page = pages[sheet] = sketch.page(called[sheet])
        columns = edit(sheet, columns_of(sheet) if ours else own_columns(sheet))
        top = above(page, sheet) if above else titled(page, sheet, ours)
        sketch.table(page, sheet, columns, sketch.filling.tables[sheet], top)
    if ours:
        hide(sketch)
    return pages


def titled(page: Page, sheet: str, ours: bool) -> int:
    """The title above a table; returns the row of the header."""
    page.put(0, 0, BY_KEY[sheet].name if ours else TITLES[sheet])
    if ours:
        page.put(1, 0, "一人一行，日期如 2011-03-05" if sheet == "members" else "一行写一件")
    return 2 if ours else 1


def hide(sketch: Sketch, period: str = PERIOD, version: str = TEMPLATE_VERSION, code: str | None = None) -> Page:
    """The hidden tab of a workbook that the office sent out."""
    page = sketch.page(HIDDEN_NAME)
    page.hidden = True
    facts = {"code": code or sketch.filling.code, "period": period, "template_version": version}
    for row, pair in enumerate(facts.items()):
        page.put(row, 0, *pair)
    return page


def form_labels(keys: Sequence[str]) -> dict[str, str]:
    return {key: BY_KEY["organisations"][key].header for key in keys}


def plain_form(sketch: Sketch, page: Page, ours: bool = True, labels: Mapping[str, str] | None = None) -> None:
    """The form as we lay it out: labels, answers beside them, help beside those."""
    keys = [each.key for each in BY_KEY["organisations"].fields] if ours else OWN_FORM
    words = form_labels(keys) | {key: word for key, word in (labels or {}).items() if key in keys}
    page.put(0, 0, "基层党组织公开承诺书")
    places: dict[str, tuple[Place, Place]] = {key: ((row, 0), (row, 1)) for row, key in enumerate(keys, 2)}
    if ours:
        page.put(1, 0, "只填中间一列")
    sketch.answers(page, words, places)


def renumbered(rows: Sequence[Row], key: str, start: int = 1) -> list[Row]:
    return [row | {key: str(number)} for number, row in enumerate(rows, start)]
