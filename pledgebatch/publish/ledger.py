"""The consolidated ledger workbook: one for the office, the same for each superior organisation.

Its long tables are written part by part, each part by whichever worker is free, and put together at the end.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from pledgebatch.months.memory import Memory, digest, digest_of, making, program
from pledgebatch.months.understood import UNDERSTOOD
from pledgebatch.publish.cover import About, write_cover, write_index
from pledgebatch.publish.figures import in_memory, in_parts
from pledgebatch.publish.formats import Formats, new_book
from pledgebatch.publish.pieces import Piece, compress, keep, put_together
from pledgebatch.publish.sheets import (
    MOST_ROWS,
    Column,
    Content,
    contents_apart,
    lay_out,
    line_formats,
    needs,
    rows_xml,
)
from pledgebatch.publish.views import EXTRAS, VIEWS, Names, View, count_rows, names_of
from pledgebatch.schema.frames import Month, Tables, columns_of, empty
from pledgebatch.schema.sheets import SHEETS
from pledgebatch.schema.stored import Stored

Starts = Mapping[str, int]
"""How many rows of each view stand above, in earlier parts."""
IN_PARTS = tuple(view for view in VIEWS if view.table)
AT_ONCE = 8_000
"""Rows whose XML stands in memory at once."""
WRITTEN = "sheets"
"""The kind of what is remembered of writing."""


def write_ledger(
    month: Month,
    target: Path | BinaryIO,
    title: str = "公开承诺汇总台账",
    parts: Iterable[Iterable[Piece]] | None = None,
) -> None:
    """Write the ledger workbook of ``month``: cover, index, ledgers, and what accounts for every row and file.

    ``parts`` are what ``write_part`` gave for each part of the month, in their order, where workers have done so.
    """
    skeleton, names = io.BytesIO(), names_of(month)
    book = new_book(skeleton)
    formats = Formats(book)
    line_formats(formats)
    cover, index = book.add_worksheet("封面"), book.add_worksheet("目录")  # first in the book
    footer = f"{title}　{month.period.label}　数据截至 {month.period.cutoff}　pledgebatch {version('pledgebatch')}"
    made: dict[str, list[Piece]] = {view.name: [] for view in VIEWS}
    for piece in (piece for part in (_parts(month, names) if parts is None else parts) for piece in part):
        made[piece.view].append(piece)
    bare = replace(month, tables=_empty(), findings=month.findings.iloc[:0])
    shown: list[tuple[str, int, About]] = []
    rows: dict[str, list[Piece]] = {}
    for view in VIEWS:
        columns = view.columns(bare if view.table else month, names)
        if not view.table:
            made[view.name] = list(_pieces(view.name, columns, 0, contents_apart()))
        for name, own in _sheets(view, made.pop(view.name)):
            sheet = book.add_worksheet(name)
            count = sum(piece.rows for piece in own)
            needed = list(map(max, zip(*(piece.needs for piece in own), strict=True)))
            lay_out(sheet, formats, columns, needed, footer, count)
            rows[f"xl/worksheets/sheet{len(book.worksheets())}.xml"] = own
            shown.append((name, count, view.about))
    write_index(index, formats, shown, footer)
    write_cover(book, cover, formats, month, title, footer)
    book.close()
    put_together(skeleton, target, rows)


def submit_parts(month: Month, pool: Executor, memory: Memory) -> list["Future[Path]"]:
    """Have each part of a month written by a worker, in a folder of ``memory``; those written before stay as they are."""
    names = names_of(month)
    starts = dict.fromkeys((view.name for view in IN_PARTS), 0)
    counts = {view.name: count_rows(view, month.tables) for view in IN_PARTS}
    futures = []
    for number, part in enumerate(in_parts(month)):
        stored = part.tables
        assert isinstance(stored, Stored)
        codes = stored.parts[0].organisations or ()
        own = {code: names[code] for code in sorted(codes) if code in names}
        made_from = program(), stored.parts[0].folder.name, digest_of(part.findings), own, starts
        name = f"{WRITTEN}/{digest(*made_from)}"
        if memory.has(name):
            done: Future[Path] = Future()
            done.set_result(memory.use(name))
            futures.append(done)
        else:
            futures.append(pool.submit(write_part_onto, part, dict(starts), own, memory.use(name)))
        for view, count in counts.items():
            starts[view] += count[number]
    return futures


def write_part_onto(month: Month, starts: Starts, names: Names, place: Path) -> Path:
    """``write_part``, kept in the folder ``place``, which is returned."""
    with making(place) as folder:
        keep(write_part(month, starts, names), folder)
    return place


def write_part(month: Month, starts: Starts, names: Names) -> Iterator[Piece]:
    """The rows of one part of a month as they stand on the sheets of its ledger, below ``starts`` others."""
    month, content = in_memory(month), contents_apart()
    for view in IN_PARTS:
        yield from _pieces(view.name, view.columns(month, names), starts[view.name], content)


def _parts(month: Month, names: Names) -> Iterator[list[Piece]]:
    starts = dict.fromkeys((view.name for view in IN_PARTS), 0)
    for part in in_parts(month):
        written = list(write_part(part, starts, names))
        for piece in written:
            starts[piece.view] += piece.rows
        yield written


def _pieces(view: str, columns: Sequence[Column], start: int, content: Content) -> Iterator[Piece]:
    """The rows of ``columns`` from row ``start`` of a view on: at least one piece, none of more than ``AT_ONCE`` rows."""
    total, most = len(columns[0].values), MOST_ROWS - 1
    done = 0
    while True:
        sheet, above = divmod(start + done, most)
        part = slice(done, min(total, done + most - above, done + AT_ONCE))
        text = rows_xml(columns, part, above + 1, content)
        needed = tuple(needs(column, part) for column in columns)
        yield Piece(view, sheet, part.stop - part.start, needed, *compress(text))
        done = part.stop
        if done >= total:
            return


def _sheets(view: View, made: Sequence[Piece]) -> Iterator[tuple[str, list[Piece]]]:
    """The sheets of a view, the first by its name; a part that has no rows for a next sheet does not begin one."""
    last = max((piece.sheet for piece in made if piece.rows), default=0)
    for number in range(last + 1):
        own = [piece for piece in made if piece.sheet == number]
        yield view.name if number == 0 else f"{view.name}{number + 1}", own


def _empty() -> Tables:
    beside = {"extras": empty(dict.fromkeys(("organisation", *EXTRAS), "str")), "understood": empty(UNDERSTOOD)}
    return {sheet.key: empty({**columns_of(sheet), "set_aside": "str"}) for sheet in SHEETS} | beside
