"""Whose items are that a ledger tells by names or by its title alone."""

import re

from xlsxwriter.utility import xl_rowcol_to_cell

from pledgebatch.intake.fitting import is_name
from pledgebatch.intake.layouts.blocks import Block
from pledgebatch.intake.layouts.evidence import Column
from pledgebatch.intake.layouts.records import Piece, Place, Record
from pledgebatch.schema import choices
from pledgebatch.schema.cells import as_typed
from pledgebatch.schema.sheets import ITEMS
from pledgebatch.schema.texts import squeeze

OF_ORGANISATION = re.compile("(?:党支部|支部|党总支|总支|党委|党组织)(?:公开)?承诺")
NAME_ROW = "姓名单独一行，已写入下面各件承诺"


def tell_by_names(piece: Piece, column: Column, place: Place) -> None:
    """Where only names say who pledges, and say it of every item, whoever has one is a member; the items below that have
    neither a name nor a number of their own are the same member's, as if the cell were merged down."""
    pledgers: list[tuple[Record, str, Record | None]] = []
    above: Record | None = None
    for record in piece.records:
        if name := record.text("name"):
            above = record if is_name(name) else None
        if name and record.text("text"):
            pledgers.append((record, "党员" if above else choices.choice(name, ITEMS["pledger"]) or "", None))
        elif record.text("text"):
            pledgers.append((record, "党员" if above and not record.text("item_no") else "", above))
    if not all(pledger for _, pledger, _ in pledgers) or all(pledger == "组织" for _, pledger, _ in pledgers):
        return
    for record, pledger, member in pledgers:
        if member:
            tie(record, member)
        else:
            record.values["pledger"] = pledger, record.values["name"][1]
    piece.keys = [*piece.keys, "pledger"]
    why = guess(piece.tab, "pledger", column.header, place, "按姓名判断是谁的承诺")
    is_sure = not any(member for *_, member in pledgers)
    piece.changes.append(why | {"kind": "renamed_column", "sure": "明确"} if is_sure else why)
    piece.plain = False


def tell_by_title(piece: Piece, block: Block) -> None:
    """Items of nobody by name, under a title or on a tab that speaks of the organisation's own pledges."""
    above = [as_typed(cell).strip() for line in block.cells[max(block.top - 4, 0) : block.top] for cell in line]
    title = next((text for text in (*above, piece.tab) if OF_ORGANISATION.search(squeeze(text))), "")
    if not title or any("党员" in text for text in (*above, piece.tab)):
        return
    for record in piece.records:
        if record.text("text"):
            record.values["pledger"] = "组织", record.values["text"][1]
    piece.keys = [*piece.keys, "pledger"]
    place = block.top, block.columns[0]
    piece.changes.append(guess(piece.tab, "pledger", title[:30], place, "按标题判断是党组织的承诺"))
    piece.plain = False


def take_names_above(piece: Piece, column: Column, place: Place) -> None:
    """Where names stand in rows of their own, each above its items, give them to the items."""
    if any(record.text("name") and record.text("text") for record in piece.records):
        return
    names = [record for record in piece.records if record.text("name")]
    if not names or not all(is_name(record.text("name")) for record in names):
        return
    current: Record | None = None
    for record in piece.records:
        if record.text("name"):
            current = record
        elif current and record.text("text"):
            tie(record, current)
    piece.records = [record for record in piece.records if record not in names]
    piece.skipped += [(record.row, NAME_ROW, _words_of(record)) for record in names]
    piece.keys = list(dict.fromkeys((*piece.keys, "pledger")))
    piece.changes.append(guess(piece.tab, "name", column.header, place, "姓名写在各件承诺的上一行"))
    piece.plain = False


def _words_of(record: Record) -> str:
    cells = (cell for cell, _ in (*record.values.values(), *record.extras.values()))
    return "；".join(text for cell in cells if (text := as_typed(cell).strip()))


def guess(tab: str, key: str, header: str, place: Place, basis: str) -> dict[str, str]:
    """What is to be told of a field of items that has to be confirmed, in columns of ``CHANGE``."""
    return {"sheet": ITEMS.name, "header": ITEMS[key].header, "field": key, "kind": "guessed_column", "tab": tab, "found": header,
            "cell": xl_rowcol_to_cell(*place), "basis": basis, "sure": "待确认"}  # fmt: skip


def tie(item: Record, member: Record) -> None:
    """An item beside or below its member is that member's."""
    name = member.values.get("name")
    if name is None:
        return
    item.values.setdefault("pledger", ("党员", name[1]))
    item.values["name"] = name
    if "member_no" in member.values:
        item.values["member_no"] = member.values["member_no"]
