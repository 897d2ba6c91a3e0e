"""Layouts in which the items of members stand with the members."""

from itertools import groupby

from pledgebatch.schema.sheets import BY_KEY
from tests.layouts.compose import form_labels, own_columns, plain_form, titled
from tests.layouts.inventing import Row
from tests.layouts.sketch import Column, Page, Place, Sketch

OF_MEMBER = ["member_no", "name", "sex", "birth_month", "education", "post", "joined_month"]
OF_ITEM = ["part", "text", "measures", "due", "status", "progress"]


def pledges_of(sketch: Sketch) -> list[tuple[Row, list[Row]]]:
    """The members who pledged in writing, each with the items."""
    items = sorted(
        (item for item in sketch.filling.items if item["pledger"] == "党员"), key=lambda item: int(item["member_no"])
    )
    by_name = {member["name"]: member for member in sketch.filling.members}
    return [(by_name[name], list(group)) for name, group in groupby(items, key=lambda item: item["name"])]


def member_and_item(
    sketch: Sketch,
    page: Page,
    at: int,
    nth: int,
    member: Row,
    items: list[Row],
    columns: tuple[list[Column], list[Column]],
    repeat: str,
) -> int:
    """The items of a member, a row each, with the member's own columns before them: ``repeat`` says in which rows those stand."""
    of_member, of_item = columns
    name = BY_KEY["items"]["name"]
    step = len(of_member)
    for number, item in enumerate(items):
        if number == 0:
            sketch.line(page, "members", of_member, member, nth, at)
        elif repeat == "each":
            for column, each in enumerate(of_member):
                page.put(at + number, column, sketch.cell("members", each, member, nth))
        sketch.line(page, "items", of_item, item, nth, at + number, step)
        place = (
            at + (number if repeat == "each" else 0),
            next(column for column, each in enumerate(of_member) if each.key == "name"),
        )
        sketch.note(page, place, member["name"], name, "items", item["text"], "姓名")
    if repeat == "merged":
        for column in range(step):
            page.merge(at, column, at + len(items) - 1, column)
    return at + len(items)


def _flat(sketch: Sketch, nth: int, repeat: str, title: str) -> None:
    plain_form(sketch, sketch.page("组织承诺"), ours=False)
    page = sketch.page(title)
    page.put(0, 0, f"{sketch.filling.name}党员公开承诺一览表")
    keys = OF_MEMBER if nth % 2 else [key for key in OF_MEMBER if key not in ("education", "birth_month")]
    headers = {"part": "承诺类别", "text": "承诺内容", "due": "完成时限"} if nth % 3 else {}
    of_member = [Column(key, BY_KEY["members"][key].header) for key in keys]
    of_item = [Column(key, headers.get(key, BY_KEY["items"][key].header)) for key in OF_ITEM]
    at = sketch.headers(page, [*of_member, *of_item], 1)
    for number, (member, items) in enumerate(pledges_of(sketch)):
        at = member_and_item(sketch, page, at, number, member, items, (of_member, of_item), repeat)
    own = sketch.page("党组织承诺事项")
    sketch.table(
        own, "items", own_columns("items"), [item for item in sketch.filling.items if item["pledger"] == "组织"], 0
    )


def one_flat_table(sketch: Sketch, nth: int) -> None:
    """Members and items in one table, a row an item, the member's particulars repeated in each."""
    _flat(sketch, nth, "each", ("党员承诺", "承诺一览表", "承诺事项")[nth % 3])


def names_merged(sketch: Sketch, nth: int) -> None:
    """Members and items in one table, the member's cells merged down over the items, or written in the first row only."""
    _flat(sketch, nth, "merged" if nth % 3 else "first", ("承诺一览表", "党员承诺", "Sheet1")[nth % 3])


def ledger_merged(sketch: Sketch, nth: int) -> None:
    """The ledger with number, pledger and name merged down over the items of each member."""
    plain_form(sketch, sketch.page("组织承诺"), ours=False)
    roster = sketch.page("党员承诺")
    sketch.table(roster, "members", own_columns("members"), sketch.filling.members, titled(roster, "members", False))
    page = sketch.page(BY_KEY["items"].name if nth % 2 else "承诺台账")
    keys = ["member_no", "pledger", "name", *("part", "text", "measures", "responsible", "due", "status", "progress")]
    columns = [Column(key, BY_KEY["items"][key].header) for key in keys]
    at = sketch.headers(page, columns, 0)
    rows = sorted(sketch.filling.items, key=lambda item: int(item["member_no"] or 0))
    for _, group in groupby(rows, key=lambda item: item["name"]):
        items = list(group)
        for number, item in enumerate(items):
            if number == 0:
                sketch.line(page, "items", columns, item, 0, at)
                continue
            sketch.line(page, "items", columns[3:], item, 0, at + number, 3)
            for column, each in enumerate(columns[1:3], 1):
                cell = page.cells.get((at, column), "")
                sketch.note(page, (at, column), cell, BY_KEY["items"][each.key], "items", item["text"], each.header)
        for column in range(3):
            page.merge(at, column, at + len(items) - 1, column)
        at += len(items)


NUMERALS = "一二三四"


def items_in_columns(sketch: Sketch, nth: int) -> None:
    """A member's items beside the name: 承诺事项一, 完成时限一, 承诺事项二, …"""
    plain_form(sketch, sketch.page("组织承诺"), ours=False)
    page = sketch.page(("党员承诺", "承诺登记表", "党员承诺一览表")[nth % 3])
    page.put(0, 0, "党员公开承诺登记表")
    keys = ("text", "due") if nth % 2 else ("text", "measures", "due")
    words = {"text": ("承诺事项", "承诺内容")[nth % 3 == 1], "measures": "具体措施", "due": "完成时限"}
    of_member = [Column(key, BY_KEY["members"][key].header) for key in OF_MEMBER]
    pledged = {member["name"]: items for member, items in pledges_of(sketch)}
    most = max(map(len, pledged.values()))
    way = nth % 4
    blocks: list[list[Column]] = []
    for number in range(most):
        mark = (NUMERALS[number], str(number + 1), f"（{NUMERALS[number]}）", NUMERALS[number])[way]
        group = f"承诺{NUMERALS[number]}" if way == 3 else ""
        blocks.append([Column(key, words[key] if group else words[key] + mark, group) for key in keys])
    flat = [*of_member, *(column for block in blocks for column in block)]
    at = sketch.headers(page, flat, 1)
    for place, member in enumerate(sketch.filling.members):
        sketch.line(page, "members", of_member, member, place, at)
        for number, item in enumerate(pledged.get(member["name"], [])):
            sketch.line(page, "items", blocks[number], item, place, at, len(of_member) + number * len(keys))
            sketch.note(page, (at, 1), member["name"], BY_KEY["items"]["name"], "items", item["text"], "姓名")
        at += 1
    own = sketch.page("党组织承诺事项")
    sketch.table(
        own, "items", own_columns("items"), [item for item in sketch.filling.items if item["pledger"] == "组织"], 0
    )


def parts_in_columns(sketch: Sketch, nth: int) -> None:
    """A column for each part, 共性承诺, 岗位承诺 and 创新承诺, beside the member, with one deadline for all."""
    plain_form(sketch, sketch.page("组织承诺"), ours=False)
    page = sketch.page(("党员承诺", "党员承诺登记表")[nth % 2])
    of_member = [Column(key, BY_KEY["members"][key].header) for key in OF_MEMBER]
    step = len(of_member)
    parts = ("共性", "岗位", "创新")
    heads = [part + ("承诺", "承诺事项", "承诺内容")[nth % 3] for part in parts]
    at = sketch.headers(page, [*of_member, *(Column("", header) for header in heads), Column("", "完成时限")], nth % 2)
    pledged = {member["name"]: items for member, items in pledges_of(sketch)}
    of = BY_KEY["items"]
    for number, member in enumerate(sketch.filling.members, at):
        sketch.refusable = False
        sketch.line(page, "members", of_member, member, number, number)
        sketch.refusable = True
        items = pledged.get(member["name"], [])[:3]
        for column, item in enumerate(items):
            sketch.fact(page, (number, step + column), item["text"], of["text"], "items", item["text"], heads[column])
            sketch.note(page, (number, step + column), parts[column], of["part"], "items", item["text"], heads[column])
            sketch.note(page, (number, 1), member["name"], of["name"], "items", item["text"], "姓名")
        if items:
            due = sketch.hand.type(of["due"], items[0]["due"])
            for item in items:
                sketch.fact(page, (number, step + 3), due, of["due"], "items", item["text"], "完成时限")
    sketch.refusable = False


def annexes(sketch: Sketch, nth: int) -> None:
    """The paper annexes as tabs: annex 1 with the organisation's items, annex 2 a tab for each member."""
    _annex_1(sketch, sketch.page("附件1" if nth % 2 else "党组织承诺书"), nth)
    pledged = {member["name"]: items for member, items in pledges_of(sketch)}
    for member in sketch.filling.members:
        title = member["name"] if nth % 2 else f"附件2（{member['name']}）"
        _annex_2(sketch, sketch.page(title), member, pledged.get(member["name"], []), nth)


def _annex_1(sketch: Sketch, page: Page, nth: int) -> None:
    page.put(0, 0, "附件1")
    page.put(1, 0, "基层党组织公开承诺书")
    keys = ["unit_code", "period", "org_name", "parent_org", "member_count", "head", "phone", "unit_name"]
    places: dict[str, tuple[Place, Place]] = {
        key: ((2 + number // 2, number % 2 * 2), (2 + number // 2, number % 2 * 2 + 1))
        for number, key in enumerate(keys)
    }
    for row, key in enumerate(("org_date", "approval_opinion", "approval_date"), 12):
        places[key] = (row, 0), (row, 1)
    sketch.answers(page, form_labels(places), places)
    _block(sketch, page, 7, [item for item in sketch.filling.items if item["pledger"] == "组织"], nth)


def _block(sketch: Sketch, page: Page, top: int, items: list[Row], nth: int) -> None:
    """The lines of an annex in which the items stand."""
    keys = ["part", "text", "due"] if nth % 3 else ["text", "measures", "due"]
    columns = [Column(key, BY_KEY["items"][key].header) for key in keys]
    if nth % 2:
        columns.insert(0, Column("", "序号", fill=lambda row, place: place + 1, may=("item_no",)))
    sketch.table(page, "items", columns, items, top)


def _annex_2(sketch: Sketch, page: Page, member: Row, items: list[Row], nth: int) -> None:
    page.put(0, 0, "附件2")
    page.put(1, 0, "党员公开承诺书")
    of = BY_KEY["members"]
    pairs = (("name", "sex"), ("birth_month", "ethnicity"), ("post", "joined_month"), ("education", "branch"))
    for row, keys in enumerate(pairs, 2):
        for column, key in enumerate(keys):
            page.put(row, column * 2, of[key].header)
            cell = sketch.hand.type(of[key], member[key])
            sketch.fact(page, (row, column * 2 + 1), cell, of[key], "members", member["name"], of[key].header)
    for row, key in enumerate(("participation_plan", "signed_date", "branch_opinion", "branch_date"), 12):
        page.put(row, 0, of[key].header)
        sketch.fact(
            page, (row, 1), sketch.hand.type(of[key], member[key]), of[key], "members", member["name"], of[key].header
        )
    _block(sketch, page, 7, items, nth)
    for item in items:
        sketch.note(page, (2, 1), member["name"], BY_KEY["items"]["name"], "items", item["text"], "姓名")


KINDS = (one_flat_table, names_merged, ledger_merged, items_in_columns, parts_in_columns, annexes)
