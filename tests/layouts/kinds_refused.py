"""Layouts that may be held back: nothing of them is guessed, and whoever sent them is told what was not read."""

from pledgebatch.schema.sheets import BY_KEY
from tests.layouts.compose import TITLES, compose, own_columns, plain_form, titled
from tests.layouts.inventing import Row
from tests.layouts.kinds_items import OF_MEMBER, pledges_of
from tests.layouts.sketch import Column, Sketch


def transposed(sketch: Sketch, nth: int) -> None:
    """The roster with a column for each member and the headers down the side."""
    compose(sketch, ours=False, sheets=("items", "records"))
    page = sketch.page(("党员承诺", "党员登记表")[nth % 2])
    page.put(0, 0, "党员公开承诺登记表")
    sketch.refusable = True
    columns = own_columns("members")[: 8 + nth]
    for row, column in enumerate(columns, 1):
        page.put(row, 0, column.header)
        for step, member in enumerate(sketch.filling.members, 1):
            of = BY_KEY["members"][column.key]
            sketch.fact(
                page,
                (row, step),
                sketch.cell("members", column, member, step),
                of,
                "members",
                member["name"],
                column.header,
            )


def several_in_a_cell(sketch: Sketch, nth: int) -> None:
    """All items of a member in one cell, numbered: 1.… 2.… 3.…"""
    plain_form(sketch, sketch.page("组织承诺"), ours=False)
    page = sketch.page(("党员承诺", "党员承诺一览表", "承诺事项")[nth % 3])
    page.put(0, 0, "党员公开承诺一览表")
    of_member = [Column(key, BY_KEY["members"][key].header) for key in (OF_MEMBER if nth % 2 else OF_MEMBER[:4])]
    at = sketch.headers(page, [*of_member, Column("", "承诺事项"), Column("", "完成时限")], 1)
    pledged = {member["name"]: items for member, items in pledges_of(sketch)}
    sketch.refusable = True
    for place, member in enumerate(sketch.filling.members):
        sketch.line(page, "members", of_member, member, place, at + place)
        items = pledged.get(member["name"], [])
        page.put(
            at + place,
            len(of_member),
            _joined([item["text"] for item in items], nth),
            _joined([item["due"] for item in items], nth),
        )
        for step, key in enumerate(("text", "due")):
            for item in items:
                sketch.note(
                    page,
                    (at + place, len(of_member) + step),
                    item[key],
                    BY_KEY["items"][key],
                    "items",
                    item["text"],
                    ("承诺事项", "完成时限")[step],
                )


def _joined(texts: list[str], nth: int) -> str:
    shape = ("{0}.{1}；", "{0}、{1}\n", "（{0}）{1}。")[nth % 3]
    return "".join(shape.format(number, text) for number, text in enumerate(texts, 1)).strip()


def no_headers(sketch: Sketch, nth: int) -> None:
    """A roster and a ledger without any header."""
    plain_form(sketch, sketch.page("组织承诺"), ours=False)
    sketch.refusable = True
    for sheet in ("members", "items"):
        page = sketch.page(BY_KEY[sheet].name if nth % 2 else TITLES[sheet])
        rows: list[Row] = sketch.filling.tables[sheet]
        sketch.body(page, sheet, own_columns(sheet), rows, titled(page, sheet, False) if nth % 3 else 0)


def nothing_known(sketch: Sketch, nth: int) -> None:
    """Columns under 内容1, 内容2 beside the form; nothing says what they are but what stands in them."""
    compose(sketch, ours=False, sheets=("items",))
    page = sketch.page("情况")
    sketch.refusable = True
    keys = ["name", "sex", "post", "participation_plan", "branch_opinion"]
    sketch.table(
        page,
        "members",
        [Column(key, f"内容{number}") for number, key in enumerate(keys, 1)],
        sketch.filling.members,
        nth % 2,
    )


KINDS = (transposed, several_in_a_cell, no_headers, nothing_known)
