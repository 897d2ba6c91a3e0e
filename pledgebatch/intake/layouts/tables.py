"""Reads a table wherever it stands: of one sheet, of members with their items beside or below, in one line or several."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pledgebatch.intake.layouts.assignment import Reading, assign
from pledgebatch.intake.layouts.blocks import Block
from pledgebatch.intake.layouts.evidence import Clues, Column, Target, telling
from pledgebatch.intake.layouts.facts import in_two
from pledgebatch.intake.layouts.records import Piece, Record, changes_of, extra_header
from pledgebatch.intake.layouts.words import PARTS, SYNONYM, field_of_item, meant, numbered
from pledgebatch.readers.sheet_details import SheetDetails
from pledgebatch.schema.cells import as_typed
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.sheets import ASSESSMENTS, ITEMS, LEGACY, MEMBERS, OPINIONS, RECORDS, TABLES
from pledgebatch.schema.texts import squeeze

KEYWORDS = {
    MEMBERS.key: ("党员承诺", "名册", "花名册", "党员信息", "党员情况", "人员"),
    ITEMS.key: ("承诺事项", "事项", "承诺台账", "承诺内容"),
    OPINIONS.key: ("征求意见", "群众意见", "意见"),
    LEGACY.key: ("遗留",),
    RECORDS.key: ("工作记录", "记录", "活动"),
    ASSESSMENTS.key: ("评议", "整改"),
}
"""What a tab or a title says of the sheet that a table is."""
TITLED, LEAST, FEWEST = 2.0, 3.0, 2
NEAR, NUMBERS = 4, ("item_no",)
"""How far before its names a table may begin, and with what."""
ENOUGH = 4
"""Fields by whose words a sheet is known though the column that tells its rows apart stands under a word of its own."""
NEEDED = {ASSESSMENTS.key: ("satisfied", "assessor"), RECORDS.key: ("summary",)}
"""The fields by which a table is known whose rows have no identity, or which could be another."""
OF_A_MEMBER = (
    "sex",
    "birth_month",
    "ethnicity",
    "post",
    "joined_month",
    "education",
    "post_type",
    "pledge_form",
    "is_leader",
)
SEVERAL = re.compile(r"(?:^|[;；。\n])\s*[(（]?(?:\d{1,2}|[一二三四五六七八九])[)）、.．:：](?!\d)")
SEVERAL_IN_ONE = "一格里写了几件承诺，分不开，请一行写一件"


@dataclass
class Columns:
    """The columns of a block, with where each stands."""

    block: Block
    every: list[Column]
    groups: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Of items in columns: by the number of the column which of them it belongs to, and the field it is."""

    def place(self, at: int) -> tuple[int, int]:
        """The cell of a column's header."""
        column = self.every[at].place
        rows = range(self.block.top, self.block.first)
        return next(
            (row for row in reversed(rows) if as_typed(self.block.cells[row][column]).strip()), self.block.top
        ), column


def columns_of(block: Block, seen: SheetDetails) -> Columns:
    """The columns of ``block``: what is merged down said in each row, two facts in a cell as two."""
    cells = [list(line) for line in block.cells]
    for top, bottom, left, right in seen.merged:
        if block.first <= top and bottom < block.end and left == right and left in block.columns:
            for row in range(top + 1, bottom + 1):
                if not as_typed(cells[row][left]).strip():
                    cells[row][left] = cells[top][left]
    block.cells = cells
    every = [
        Column(column, block.headers.get(column, ()), [cells[row][column] for row in block.rows])
        for column in block.columns
    ]
    columns = Columns(block, in_two([column for column in every if column.headers or column.filled]))
    rows = telling([column.cells for column in columns.every])
    for column in columns.every:
        column.rows = rows
    columns.groups = _groups(columns.every)
    return columns


def _groups(columns: Sequence[Column]) -> dict[int, tuple[str, str]]:
    """The columns of items that stand beside each other, by their numbers or by coming again and again."""
    found: dict[int, tuple[str, str]] = {}
    for at, column in enumerate(columns):
        if len(column.headers) == 1 and max(meant(ITEMS, column.header).values(), default=0) >= SYNONYM:
            continue
        for text in column.headers[:3]:
            group = next(((which, key) for which, rest in numbered(text) if (key := field_of_item(rest))), None)
            if group:
                found[at] = group
                break
    if len({which for which, key in found.values() if key == "text"}) > 1:
        return found
    again: dict[int, tuple[str, str]] = {}
    nth, taken = 0, set[str]()
    for at, column in enumerate(columns):
        weights = meant(ITEMS, column.header)
        key = max(weights, key=lambda each: weights[each], default="")
        if weights.get(key, 0) < SYNONYM or not nth and key != "text" or key in ("member_no", "name"):
            continue
        if key == "text" or key in taken:
            nth, taken = nth + 1, set()
        taken.add(key)
        again[at] = str(nth), key
    return again if nth > 1 and sum(key == "text" for _, key in again.values()) > 1 else {}


def sheet_of(columns: Columns) -> Sheet | None:
    """The sheet whose rows a block holds, by the words over its columns and above them."""
    scores: dict[str, float] = {}
    titles = columns.block.tab, columns.block.title
    for sheet in TABLES:
        best: dict[str, float] = {}
        for at, column in enumerate(columns.every):
            if at in columns.groups:
                continue
            for text in column.headers:
                for key, weight in meant(sheet, text).items():
                    best[key] = max(best.get(key, 0), weight)
        needed = (*sheet.identity, *NEEDED.get(sheet.key, ()))
        known = sum(weight >= SYNONYM for weight in best.values())
        if not any(best.get(key, 0) >= 1.0 for key in needed) and known < ENOUGH:
            continue
        scores[sheet.key] = sum(weight for weight in best.values() if weight >= 1.0)
        scores[sheet.key] += TITLED * any(word in title for title in titles for word in KEYWORDS[sheet.key])
    best_key = max(scores, key=lambda key: scores[key], default="")
    return next((sheet for sheet in TABLES if sheet.key == best_key and scores[best_key] >= LEAST), None)


def read_table(block: Block, seen: SheetDetails, clues: Clues) -> list[Piece]:
    """The rows of the sheets that ``block`` holds; none where it is no table of ours."""
    clues = replace(clues, tab=squeeze(block.tab))
    columns = columns_of(block, seen)
    if at := _second_table(columns):
        halves = (
            [column for column in block.columns if column < at],
            [column for column in block.columns if column >= at],
        )
        parts = [
            replace(block, columns=each, headers={key: block.headers.get(key, ()) for key in each}) for each in halves
        ]
        return [piece for part in parts for piece in read_table(part, seen, clues)]
    sheet = sheet_of(columns)
    if columns.groups and (sheet is None or sheet is ITEMS):
        sheet = MEMBERS
    if sheet is None:
        return []
    targets: list[Target] = [(sheet, of) for of in sheet.fields]
    others = [at for at in range(len(columns.every)) if at not in columns.groups]
    kept = [columns.every[at] for at in others]
    flat = sheet in (MEMBERS, ITEMS) and not columns.groups and _is_flat(kept)
    if flat:
        targets = [(MEMBERS, of) for of in MEMBERS.fields]
        targets += [(ITEMS, of) for of in ITEMS.fields if of.key not in ("member_no", "name")]
    reading = assign(targets, kept, clues)
    if len(reading.fields) + len(columns.groups) < FEWEST or not _is_known(sheet, reading, flat):
        return []
    changes = changes_of(block.tab, reading, kept, {at: columns.place(others[at]) for at in range(len(kept))})
    if flat:
        pieces = _flat(columns, kept, reading)
    else:
        pieces = _plain(sheet, columns, kept, reading)
        if columns.groups:
            pieces.append(_beside(columns, pieces[0], _of_all_items(columns)))
    plain = not flat and not columns.groups and not any(column.taken_out for column in kept)
    for piece in pieces:
        piece.plain = piece.sure = plain
    pieces[0].changes = changes + pieces[0].changes
    pieces[0].skipped += [(row, "重复的表头") for row in block.again]
    return pieces


def _second_table(columns: Columns) -> int:
    """The column in which another table begins right beside: one with names of its own, that are not those of its row."""
    names = [
        at for at, column in enumerate(columns.every)
        if at not in columns.groups and any(meant(sheet, text).get("name", 0) >= 1.0 for sheet in (MEMBERS, ITEMS) for text in column.headers)
    ]  # fmt: skip
    if len(names) < 2:
        return 0
    pairs = zip(*(columns.every[at].cells for at in names[:2]), strict=True)
    texts = [(squeeze(as_typed(one)), squeeze(as_typed(other))) for one, other in pairs]
    if sum(one != other for one, other in texts if one and other) * 3 <= len(texts):
        return 0
    start = names[1]
    while start > names[0] + 1 and names[1] - start < NEAR:
        start -= 1
        if columns.every[start].header and any(key in NUMBERS for key in meant(ITEMS, columns.every[start].header)):
            return columns.every[start].place
    return 0


def _is_flat(columns: Sequence[Column]) -> bool:
    """Whether a table tells of members and of their items in the same rows."""

    def has(sheet: Sheet, key: str) -> bool:
        return any(meant(sheet, text).get(key, 0) >= 1.0 for column in columns for text in column.headers)

    return has(ITEMS, "text") and has(MEMBERS, "name") and sum(has(MEMBERS, key) for key in OF_A_MEMBER) >= 2


def _is_known(sheet: Sheet, reading: Reading, flat: bool) -> bool:
    needed = (*sheet.identity, *NEEDED.get(sheet.key, ()))
    if flat:
        return (MEMBERS.key, "name") in reading.fields and (ITEMS.key, "text") in reading.fields
    return any((sheet.key, key) in reading.fields for key in needed)


def _record(columns: Columns, kept: Sequence[Column], reading: Reading, sheet: Sheet, nth: int) -> Record:
    row = columns.block.first + nth
    record = Record(columns.block.tab, row)
    for (key, of), choice in reading.fields.items():
        if key == sheet.key:
            column = kept[choice.column]
            record.values[of] = column.cells[nth], (row, column.place)
    return record


def _plain(sheet: Sheet, columns: Columns, kept: Sequence[Column], reading: Reading) -> list[Piece]:
    block = columns.block
    records = []
    spare = _spare(kept, reading)
    for nth, row in enumerate(block.rows):
        if row in block.again:
            continue
        record = _record(columns, kept, reading, sheet, nth)
        record.extras = {header: (kept[at].cells[nth], (row, kept[at].place)) for at, header in spare.items()}
        records.append(record)
    return [Piece(sheet, block.tab, records, [of for _, of in reading.fields])]


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


def _beside(columns: Columns, members: Piece, shared: Mapping[int, str]) -> Piece:
    """The items that stand in columns beside their members."""
    block, groups = columns.block, columns.groups
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
            _tie(item, member)
            records.append(item)
    keys = list(dict.fromkeys(key for record in records for key in record.values))
    changes = []
    for at, key in shared.items():
        changes.append(_guess(block.tab, key, columns.every[at].header, columns.place(at), "各件承诺共用的一栏"))
    for at, (which, key) in groups.items():
        row, column = columns.place(at)
        changes.append(
            _guess(
                block.tab,
                key,
                columns.every[at].header,
                (row, column),
                f"第 {which} 件承诺的一栏" if which not in PARTS else f"{which}承诺的一栏",
            )
        )
    return Piece(ITEMS, block.tab, records, keys or ["text"], changes)


def _guess(tab: str, key: str, header: str, place: tuple[int, int], basis: str) -> dict[str, str]:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return {"sheet": ITEMS.name, "header": ITEMS[key].header, "field": key, "kind": "guessed_column", "tab": tab, "found": header,
            "cell": xl_rowcol_to_cell(*place), "basis": basis, "sure": "待确认"}  # fmt: skip


def _tie(item: Record, member: Record) -> None:
    """An item beside or below its member is that member's."""
    name = member.values.get("name")
    if name is None:
        return
    item.values.setdefault("pledger", ("党员", name[1]))
    item.values["name"] = name
    if "member_no" in member.values:
        item.values["member_no"] = member.values["member_no"]


def _flat(columns: Columns, kept: Sequence[Column], reading: Reading) -> list[Piece]:
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
                _tie(item, current)
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
