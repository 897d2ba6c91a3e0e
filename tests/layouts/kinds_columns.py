"""Layouts in which the columns stand under other words, in another order, or more or fewer of them."""

from dataclasses import replace

from pledgebatch.schema.sheets import BY_KEY
from tests.layouts.compose import (
    OWN_FORM,
    compose,
    form_labels,
)
from tests.layouts.sketch import Column, Sketch
from tests.layouts.words import RENAMED, TRAPS, Trap, decorate


def renamed(sketch: Sketch, nth: int) -> None:
    """Headers in other words that are in use: 学历, 入党日期, 承诺内容, 办结时限."""
    share = (0.3, 0.6, 1.0)[nth % 3]
    words = {
        key: sketch.random.choice(RENAMED["organisations"][key])
        for key in RENAMED["organisations"]
        if sketch.random.random() < share
    }
    if words.get("phone") == "电话" and "supervision_contact" in words:
        del words["phone"]

    def edit(sheet: str, columns: list[Column]) -> list[Column]:
        return [rename(sketch, sheet, column) if sketch.random.random() < share else column for column in columns]

    compose(sketch, edit, ours=nth % 2 == 0, labels=words)


def rename(sketch: Sketch, sheet: str, column: Column) -> Column:
    words = RENAMED.get(sheet, {}).get(column.key)
    return replace(column, header=sketch.random.choice(words)) if words else column


def decorated(sketch: Sketch, nth: int) -> None:
    """Numbers, stars, 必填, units, colons and line breaks about the headers."""

    def edit(sheet: str, columns: list[Column]) -> list[Column]:
        return [
            replace(column, header=decorate(sketch.random, column.key, column.header, number))
            if sketch.random.random() < 0.7
            else column
            for number, column in enumerate(columns, 1)
        ]

    keys = OWN_FORM if nth % 2 else [each.key for each in BY_KEY["organisations"].fields]
    labels = {
        key: decorate(sketch.random, key, word, number)
        for number, (key, word) in enumerate(form_labels(keys).items(), 1)
    }
    compose(sketch, edit, ours=nth % 2 == 0, labels=labels)


def reordered(sketch: Sketch, nth: int) -> None:
    """The columns in another order."""

    def edit(sheet: str, columns: list[Column]) -> list[Column]:
        if nth % 3 == 0:
            return columns[::-1]
        sketch.random.shuffle(columns)
        return columns

    compose(sketch, edit, ours=nth % 2 == 0)


def extra_columns(sketch: Sketch, nth: int) -> None:
    """Columns of the branch's own among ours, some of them very like ours."""

    def edit(sheet: str, columns: list[Column]) -> list[Column]:
        return with_traps(sketch, sheet, columns, 4 + nth % 3)

    compose(sketch, edit, ours=nth % 2 == 0)


def with_traps(sketch: Sketch, sheet: str, columns: list[Column], count: int) -> list[Column]:
    """``columns`` with ``count`` traps, each beside the field that it looks like."""
    here = [trap for trap in TRAPS if trap.sheet == sheet]
    headers = {column.header for column in columns}
    for trap in sketch.random.sample(here, min(count, len(here))):
        own = trap.column(sketch.random)
        if own.header not in headers:
            headers.add(own.header)
            at = next((number for number, column in enumerate(columns) if column.key == trap.beside), len(columns) - 1)
            columns.insert(at + sketch.random.randint(0, 1), own)
    return columns


def every_trap(sketch: Sketch, nth: int) -> None:
    """Columns that look like ours in a roster and a ledger of which every third lacks the field that they look like."""
    traps = [trap for number, trap in enumerate(TRAPS) if number % 2 == nth % 2]

    def edit(sheet: str, columns: list[Column]) -> list[Column]:
        for number, trap in enumerate(each for each in traps if each.sheet == sheet):
            columns = _set_trap(
                sketch,
                columns,
                trap,
                instead=(number + nth // 2) % 3 == 0 and trap.beside not in ("name", "text", "member_no"),
            )
        return columns

    compose(sketch, edit, ours=False)


def _set_trap(sketch: Sketch, columns: list[Column], trap: Trap, instead: bool) -> list[Column]:
    own = trap.column(sketch.random)
    if own.header in [column.header for column in columns]:
        return columns
    at = next((number for number, column in enumerate(columns) if column.key == trap.beside), None)
    if at is None:
        return [*columns, own]
    return [*columns[:at], own, *columns[at + (1 if instead else 0) :]]


def missing_columns(sketch: Sketch, nth: int) -> None:
    """A few columns deleted."""
    gone = sketch.random.sample(
        ("sex", "ethnicity", "education", "post_type", "branch_date", "measures", "basis", "plan", "publicity"), 4
    )

    def edit(sheet: str, columns: list[Column]) -> list[Column]:
        return [column for column in columns if column.key not in gone]

    compose(sketch, edit, ours=nth % 2 == 0)


KINDS = (renamed, decorated, reordered, extra_columns, every_trap, missing_columns)
