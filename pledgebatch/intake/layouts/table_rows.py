"""The rows of a table whose columns are known: of one sheet, of members with their items beside them, or of both in a row."""

import re
from collections.abc import Sequence

from pledgebatch.intake.layouts.assignment import Reading
from pledgebatch.intake.layouts.block_columns import Columns
from pledgebatch.intake.layouts.evidence import Column
from pledgebatch.intake.layouts.pledgers import guess, take_names_above, tell_by_names, tell_by_title, tie
from pledgebatch.intake.layouts.records import Piece, Record, extra_header
from pledgebatch.intake.layouts.words import PARTS, SYNONYM, meant
from pledgebatch.schema.cells import as_typed
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.sheets import ITEMS, MEMBERS
from pledgebatch.schema.texts import squeeze

SEVERAL = re.compile(r"(?:^|[;；。\n])\s*[(（]?(?:\d{1,2}|[一二三四五六七八九])[)）、.．:：](?!\d)")
SEVERAL_IN_ONE = "一格里写了几件承诺，分不开，请一行写一件"


def plain_rows(sheet: Sheet, columns: Columns, kept: Sequence[Column], reading: Reading) -> list[Piece]:
    """The rows of a table of one sheet."""
    block = columns.block
    records = []
    spare = _spare(kept, reading)
    for nth, row in enumerate(block.rows):
        if row in block.again:
            continue
        record = _record(columns, kept, reading, sheet, nth)
        record.extras = {header: (kept[at].cells[nth], (row, kept[at].place)) for at, header in spare.items()}
        records.append(record)
    piece = Piece(sheet, block.tab, records, [of for _, of in reading.fields])
    if sheet is not ITEMS:
        return [piece]
    if name := reading.fields.get((ITEMS.key, "name")):
        column = kept[name.column]
        take_names_above(piece, column, columns.place_of(column))
        if "pledger" not in piece.keys:
            tell_by_names(piece, column, columns.place_of(column))
    elif "pledger" not in piece.keys and "member_no" not in piece.keys:
        tell_by_title(piece, block)
    return [piece]


def _record(columns: Columns, kept: Sequence[Column], reading: Reading, sheet: Sheet, nth: int) -> Record:
    row = columns.block.first + nth
    record = Record(columns.block.tab, row)
    for (key, of), choice in reading.fields.items():
        if key == sheet.key:
            column = kept[choice.column]
            record.values[of] = column.cells[nth], (row, column.place)
    return record


def _spare(kept: Sequence[Column], reading: Reading) -> dict[int, str]:
    """The columns that are no field, with what they are called, each by another name."""
    used = {kept[choice.column].place for choice in reading.fields.values()}
    names: dict[int, str] = {}
    for at, column in enumerate(kept):
        if column.place not in used and not column.taken_out or at in reading.held:
            header = extra_header(column, column.place)
            names[at] = (
                header
                if header not in names.values()
                else f"{header}（{extra_header(Column(0, (), ()), column.place)[1:]}"
            )
    return names


def _of_all_items(columns: Columns) -> dict[int, str]:
    """By number of the column the fields that all items of a row share: one 完成时限 beside three pledges."""
    grouped = {key for _, key in columns.groups.values()}
    shared: dict[int, str] = {}
    for at, column in enumerate(columns.every):
        weights = meant(ITEMS, column.header) if at not in columns.groups else {}
        key = max(weights, key=lambda each: weights[each], default="")
        free = key not in grouped and key not in ("member_no", "name", "item_no", "pledger")
        if weights.get(key, 0) >= SYNONYM and free and not meant(MEMBERS, column.header):
            shared.setdefault(at, key)
    return shared


def items_beside(columns: Columns, members: Piece) -> Piece:
    """The items that stand in columns beside their members."""
    block, groups, shared = columns.block, columns.groups, _of_all_items(columns)
    order = list(dict.fromkeys(which for which, _ in groups.values()))
    records: list[Record] = []
    for nth, member in enumerate(members.records):
        nth = member.row - block.first
        for which in order:
            item = Record(block.tab, member.row)
            for at, (group, key) in groups.items():
                if group == which:
                    item.values[key] = columns.every[at].cells[nth], (member.row, columns.every[at].place)
            if not any(as_typed(cell).strip() for cell, _ in item.values.values()):
                continue
            for at, key in shared.items():
                item.values[key] = columns.every[at].cells[nth], (member.row, columns.every[at].place)
            place = item.values["text"][1] if "text" in item.values else next(iter(item.values.values()))[1]
            if which in PARTS and "part" not in item.values:
                item.values["part"] = which, place
            tie(item, member)
            records.append(item)
    keys = list(dict.fromkeys(key for record in records for key in record.values))
    changes = []
    for at, key in shared.items():
        changes.append(guess(block.tab, key, columns.every[at].header, columns.place(at), "各件承诺共用的一栏"))
    for at, (which, key) in groups.items():
        row, column = columns.place(at)
        changes.append(
            guess(
                block.tab,
                key,
                columns.every[at].header,
                (row, column),
                f"第 {which} 件承诺的一栏" if which not in PARTS else f"{which}承诺的一栏",
            )
        )
    return Piece(ITEMS, block.tab, records, keys or ["text"], changes)


def rows_of_both(columns: Columns, kept: Sequence[Column], reading: Reading) -> list[Piece]:
    """Members and their items out of one table in which a row tells of both."""
    block, spare = columns.block, _spare(kept, reading)
    if _numbers_rows(kept, reading):
        number = reading.fields.pop((MEMBERS.key, "member_no"))
        reading.fields.setdefault((ITEMS.key, "item_no"), number)
    members: list[Record] = []
    items: list[Record] = []
    known: dict[tuple[str, str], Record] = {}
    current: Record | None = None
    for nth, row in enumerate(block.rows):
        if row in block.again:
            continue
        member, item = (_record(columns, kept, reading, sheet, nth) for sheet in (MEMBERS, ITEMS))
        extras = {header: (kept[at].cells[nth], (row, kept[at].place)) for at, header in spare.items()}
        name, of_all = squeeze(member.text("name")), "组织" in item.text("pledger")
        if name and not of_all:
            key = name, member.text("birth_month")
            if key not in known:
                known[key] = member
                members.append(member)
                member.extras, extras = extras, {}
            current = known[key]
        elif not item.text("text"):
            member.extras = extras
            members.append(member)  # what it is, is found out with the other rows that are no data
            continue
        if item.text("text"):
            item.extras = extras
            if current is not None and not of_all:
                tie(item, current)
            elif "pledger" not in item.values:
                item.values["pledger"] = "组织", item.values["text"][1]
            items.append(item)
    keys = {sheet.key: [of for key, of in reading.fields if key == sheet.key] for sheet in (MEMBERS, ITEMS)}
    tied = [key for key in ("pledger", "member_no", "name") if any(key in item.values for item in items)]
    return [
        Piece(MEMBERS, block.tab, members, keys[MEMBERS.key]),
        Piece(ITEMS, block.tab, items, list(dict.fromkeys((*keys[ITEMS.key], *tied)))),
    ]


def _numbers_rows(kept: Sequence[Column], reading: Reading) -> bool:
    """Whether the number of a flat table is that of its rows: one name stands beside several numbers."""
    number, name = (reading.fields.get((MEMBERS.key, key)) for key in ("member_no", "name"))
    if number is None or name is None:
        return False
    numbers: dict[str, set[str]] = {}
    for cell, called in zip(kept[number.column].cells, kept[name.column].cells, strict=True):
        if as_typed(cell).strip() and as_typed(called).strip():
            numbers.setdefault(squeeze(as_typed(called)), set()).add(squeeze(as_typed(cell)))
    return sum(len(each) > 1 for each in numbers.values()) * 2 > len(numbers)


def holds_several(records: Sequence[Record]) -> bool:
    """Whether most of some items are several in one cell, which nobody can part for sure."""
    texts = [record.text("text") for record in records if record.text("text")]
    several = [text for text in texts if len(SEVERAL.findall(text)) > 1]
    return bool(texts) and len(several) * 2 >= len(texts)
