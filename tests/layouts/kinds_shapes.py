"""Layouts that are read and shown for confirmation: other words that nobody listed, and tables of another shape."""

from dataclasses import replace

from pledgebatch.schema.sheets import BY_KEY
from tests.layouts.compose import OWN_FORM, TABLES, TITLES, compose, form_labels, own_columns, plain_form, titled
from tests.layouts.kinds_columns import rename, with_traps
from tests.layouts.kinds_plain import TABS
from tests.layouts.sketch import Column, Place, Sketch
from tests.layouts.words import UNLISTED, decorate


def renamed_freely(sketch: Sketch, nth: int) -> None:
    """A few headers in words that no list has: 何时入党, 拟完成时间, 学历层次."""

    def edit(sheet: str, columns: list[Column]) -> list[Column]:
        words = UNLISTED.get(sheet, {})
        strange = sketch.random.sample(sorted(words), min(len(words), 2 + nth % 3))
        renamed = [rename(sketch, sheet, column) if nth % 2 else column for column in columns]
        return [
            replace(column, header=sketch.random.choice(words[column.key])) if column.key in strange else column
            for column in renamed
        ]

    compose(sketch, edit, ours=False)


def all_at_once(sketch: Sketch, nth: int) -> None:
    """A table of the branch's own making: other words, numbered headers, another order, columns of its own, titles, a total."""
    plain_form(sketch, sketch.page("组织承诺"), ours=False)
    for sheet in TABLES:
        page = sketch.page(TABS[sheet][nth % 4])
        columns = [
            rename(sketch, sheet, column) if sketch.random.random() < 0.5 else column for column in own_columns(sheet)
        ]
        if nth % 2:
            sketch.random.shuffle(columns)
        columns = with_traps(sketch, sheet, columns, 3)
        columns = [
            replace(column, header=decorate(sketch.random, column.key, column.header, number))
            if column.key and nth % 3
            else column
            for number, column in enumerate(columns, 1)
        ]
        page.put(0, 0, f"{sketch.filling.name}{TITLES[sheet]}")
        page.put(1, 0, f"填报单位：{sketch.filling.name}", "", "", "2011年4月25日")
        at = sketch.table(page, sheet, columns, sketch.filling.tables[sheet], 2 + nth % 2)
        page.put(at, 0, "合计")
        page.put(at + 1, 0, "填表人：" + sketch.filling.head["filled_by"])


def form_in_columns(sketch: Sketch, nth: int) -> None:
    """The form as two pairs of columns, label and answer side by side, in an order of its own."""
    compose(sketch, ours=False, form=False)
    page = sketch.page("组织承诺")
    page.put(0, 0, "基层党组织公开承诺书")
    keys = list(OWN_FORM)
    if nth % 2:
        sketch.random.shuffle(keys)
    half = (len(keys) + 1) // 2
    places: dict[str, tuple[Place, Place]] = {}
    for number, key in enumerate(keys):
        row, column = (number % half, number // half) if nth % 3 else (number // 2, number % 2)
        step = 2 if nth % 2 else 3
        places[key] = (row + 2, column * step), (row + 2, column * step + 1)
    sketch.answers(page, form_labels(keys), places)


def tables_below(sketch: Sketch, nth: int) -> None:
    """All tables on one tab, one below the other, each with its title."""
    page = sketch.page(("承诺材料", "Sheet1", "4月")[nth % 3])
    at = 0
    if nth % 2 == 0:
        plain_form(sketch, page, ours=False)
        at = page.height + 2
    else:
        plain_form(sketch, sketch.page("组织承诺"), ours=False)
        sketch.pages.reverse()
    for sheet in TABLES if nth % 3 else TABLES[:2]:
        page.put(at, 0, f"{'一二三四五'[TABLES.index(sheet)]}、{TITLES[sheet]}")
        at = sketch.table(page, sheet, own_columns(sheet), sketch.filling.tables[sheet], at + 1) + 1 + nth % 2


def tables_beside(sketch: Sketch, nth: int) -> None:
    """Two tables on one tab, side by side: the roster and the ledger, or opinions and records."""
    plain_form(sketch, sketch.page("组织承诺"), ours=False)
    for left, right in (("members", "items"), ("opinions", "records")):
        page = sketch.page(TITLES[left] if nth % 2 else BY_KEY[left].name)
        first, second = own_columns(left), own_columns(right)
        step = len(first) + (1 if nth % 3 else 2)
        page.put(0, 0, TITLES[left])
        page.put(0, step, TITLES[right])
        sketch.table(page, left, first, sketch.filling.tables[left], 1)
        sketch.table(page, right, second, sketch.filling.tables[right], 1, step)


def other_program(sketch: Sketch, nth: int) -> None:
    """Written by another program: a data frame with its index, an OpenDocument book, an .xls of an office suite."""
    if nth % 3:
        sketch.suffix, sketch.writer = ("ods", "ods") if nth % 3 == 1 else ("xls", "office")
        compose(sketch, lambda sheet, columns: with_traps(sketch, sheet, columns, nth % 2), ours=nth % 2 == 0)
        return
    plain_form(sketch, sketch.page("Sheet1"), ours=False)
    for number, sheet in enumerate(TABLES, 2):
        page = sketch.page(f"Sheet{number}")
        columns = own_columns(sheet)
        columns.insert(
            0,
            Column(
                "", "" if nth % 2 == 0 else "Unnamed: 0", fill=lambda row, place: place, may=("member_no", "item_no")
            ),
        )
        sketch.table(page, sheet, columns, sketch.filling.tables[sheet], 0)


def two_facts(sketch: Sketch, nth: int) -> None:
    """Two facts in one cell: 张三（男）, 教师/本科, 1975.03/1998.07, under headers that name both."""
    pairs = (("name", "sex", "姓名（性别）", "{}（{}）"), ("post", "education", "职务/学历", "{}/{}"), ("birth_month", "joined_month", "出生年月/入党时间", "{} / {}"),
             ("name", "ethnicity", "姓名、民族", "{}，{}"), ("sex", "ethnicity", "性别/民族", "{}/{}"))  # fmt: skip
    first, second, header, shape = pairs[nth % len(pairs)]
    sketch.hand.month = "1985.03"

    def edit(sheet: str, columns: list[Column]) -> list[Column]:
        if sheet != "members":
            return columns
        both = Column("", header, fill=lambda row, place: shape.format(row[first], row[second]))
        return [both if column.key == first else column for column in columns if column.key != second]

    pages = compose(sketch, edit, ours=False)
    page, of = pages["members"], BY_KEY["members"]
    sketch.owns = [own for own in sketch.owns if own.header != header]
    column = next(column for (row, column), cell in page.cells.items() if cell == header)
    for number, row in enumerate(sketch.filling.members, 2):
        for key in (first, second):
            sketch.note(page, (number, column), row[key], of[key], "members", row["name"], header)


ALIKE = {
    "members": {"member_no": "编号", "birth_month": "时间", "joined_month": "时间", "signed_date": "日期"},
    "items": {"due": "时间", "publicity_date": "时间", "name": "姓名", "responsible": "姓名"},
}


def headers_alike(sketch: Sketch, nth: int) -> None:
    """Two columns of one header, that only what stands below them tells apart: 时间 of birth and of joining."""
    sketch.hand.date = "2011.3.5" if sketch.hand.date == "3月5日" else sketch.hand.date
    chosen = {"members": ("birth_month", "joined_month")} if nth % 3 == 0 else {"items": ("due", "publicity_date")}
    if nth % 3 == 2:
        chosen = {"members": ("birth_month", "joined_month", "member_no"), "items": ("name", "responsible")}

    def edit(sheet: str, columns: list[Column]) -> list[Column]:
        alike = {key: word for key, word in ALIKE.get(sheet, {}).items() if key in chosen.get(sheet, ())}
        return [replace(column, header=alike.get(column.key, column.header)) for column in columns]

    compose(sketch, edit, ours=False)


def in_sections(sketch: Sketch, nth: int) -> None:
    """One ledger in two parts, 一、党组织承诺事项 and 二、党员承诺事项, each below a header of its own; tabs renamed."""
    plain_form(sketch, sketch.page("组织承诺"), ours=False)
    roster = sketch.page(TABS["members"][nth % 4])
    sketch.table(roster, "members", own_columns("members"), sketch.filling.members, titled(roster, "members", False))
    page = sketch.page(TABS["items"][nth % 4])
    page.put(0, 0, f"{sketch.filling.name}公开承诺台账")
    first = [column for column in own_columns("items") if column.key != "name"] if nth % 2 else own_columns("items")
    at = 1
    for number, (pledger, columns) in enumerate((("组织", first), ("党员", own_columns("items")))):
        page.put(at, 0, f"{'一二'[number]}、{'党组织' if pledger == '组织' else '党员'}承诺事项")
        rows = [item for item in sketch.filling.items if item["pledger"] == pledger]
        at = sketch.table(page, "items", columns, rows, at + 1) + nth % 2


def by_groups(sketch: Sketch, nth: int) -> None:
    """The roster on two tabs, one for each party group; whatever is not read of the second must be named."""
    plain_form(sketch, sketch.page("组织承诺"), ours=False)
    half = len(sketch.filling.members) // 2
    sketch.refusable = True
    for number, rows in enumerate((sketch.filling.members[:half], sketch.filling.members[half:])):
        page = sketch.page(f"第{'一二'[number]}党小组" if nth % 2 else f"党员承诺{number + 1}")
        sketch.table(page, "members", own_columns("members"), rows, titled(page, "members", False))
    sketch.refusable = False
    page = sketch.page("承诺事项")
    sketch.table(page, "items", own_columns("items"), sketch.filling.items, 1)


KINDS = (
    all_at_once,
    renamed_freely,
    form_in_columns,
    tables_below,
    tables_beside,
    other_program,
    two_facts,
    headers_alike,
    in_sections,
    by_groups,
)
