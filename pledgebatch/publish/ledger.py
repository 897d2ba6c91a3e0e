"""The consolidated ledger workbook: one for the office, the same for each superior organisation.

Its long tables are written part by part, each part by whichever worker is free, and put together at the end.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from pledgebatch.engine.cache import Memory, digest, digest_of, making, program
from pledgebatch.engine.dataset import Stored, only
from pledgebatch.publish.cover import About, write_cover, write_index
from pledgebatch.publish.figures import Figures, figures
from pledgebatch.publish.ledger_views import VIEWS, Names, View, names_of
from pledgebatch.publish.month_slice import bare, in_memory, in_parts, split
from pledgebatch.publish.sheets import (
    AT_ONCE,
    FIRST,
    MOST_ROWS,
    Column,
    Content,
    at_once,
    contents_apart,
    lay_out,
    line_formats,
    needs,
    rows_xml,
)
from pledgebatch.schema.frames import Month
from pledgebatch.xlsx.formats import Formats, new_book
from pledgebatch.xlsx.fragments import QUICK, Piece, compress, keep, kept, placed, put_together

IN_PARTS = tuple(view for view in VIEWS if view.table)
TOGETHER = 30
"""Organisations whose rows are kept together: few are written again for one that changed."""
TITLE = "公开承诺汇总台账"
WRITTEN, PLACED = "sheets", "placed"
"""The kinds of what is remembered of writing: rows that fit anywhere, and as they stand in the ledger."""
Standing = tuple[Piece, int]
"""A piece and the row in which it begins."""
ByMember = Mapping[str, Sequence[Standing]]
"""What stands on each sheet, by the member of the workbook that holds the sheet."""


def place_here(rows: ByMember) -> Mapping[str, Iterable[Piece]]:
    """The pieces of each sheet in their places, each made when it is needed."""
    return {member: (placed(*each) for each in own) for member, own in rows.items()}


def write_ledger(
    month: Month,
    target: Path | BinaryIO,
    title: str = TITLE,
    parts: Iterable[Iterable[Piece]] | None = None,
    said: Figures | None = None,
    in_place: Callable[[ByMember], Mapping[str, Iterable[Piece]]] = place_here,
) -> None:
    """Write the ledger workbook of ``month``: cover, index, ledgers, and what accounts for every row and file.

    ``parts`` are what ``write_part`` gave for each part of the month, in their order, ``said`` its figures, and
    ``in_place`` what puts their rows in their places, where workers do so.
    """
    skeleton, names = io.BytesIO(), names_of(month)
    book = new_book(skeleton)
    formats = Formats(book)
    line_formats(formats)
    cover, index = book.add_worksheet("封面"), book.add_worksheet("目录")  # first in the book
    footer = f"{title}　{month.period.label}　数据截至 {month.period.cutoff}　pledgebatch {version('pledgebatch')}"
    write_cover(book, cover, formats, said or figures(month), title, footer, month.withheld)
    made: dict[str, list[Piece]] = {view.name: [] for view in VIEWS}
    for piece in (piece for part in (_parts(month, names) if parts is None else parts) for piece in part):
        made[piece.view].append(piece)
    nothing = bare(month)
    shown: list[tuple[str, int, About]] = []
    rows: dict[str, list[Standing]] = {}
    for view in VIEWS:
        columns = view.columns(nothing, names)
        for name, own in _sheets(view, made.pop(view.name)):
            sheet = book.add_worksheet(name)
            count = sum(piece.rows for piece in own)
            needed = list(map(max, zip(*(piece.needs for piece in own), strict=True)))
            lay_out(sheet, formats, columns, needed, footer, count)
            rows[f"xl/worksheets/sheet{len(book.worksheets())}.xml"] = list(_standing(own))
            shown.append((name, count, view.about))
    write_index(index, formats, shown, footer)
    book.close()
    put_together(skeleton, target, in_place(rows))


def _standing(pieces: Iterable[Piece]) -> Iterator[Standing]:
    """The pieces of a sheet that have rows, each with the row in which it begins."""
    first = FIRST
    for piece in pieces:
        if piece.rows:
            yield piece, first
        first += piece.rows


def submit_parts(month: Month, pool: Executor, memory: Memory) -> Iterator[list[Piece]]:
    """Have a month written by the workers, a few organisations together, each few in a folder of ``memory``.

    What was written before stays as it is. Returns the pieces; the first that is asked for waits for all.
    """
    names = names_of(month)
    whole = pool.submit(write_whole, month, names)
    places: list[Path] = []
    waiting: list[Future[None]] = []
    for part in in_parts(month):
        made_from = _made_from(part)
        lacking: dict[Path, list[str]] = {}
        for codes in _few(sorted(made_from, key=lambda code: (not code, code))):
            found = part.findings[part.findings["organisation"].fillna("").isin(codes)]
            told = [(code, made_from[code], names.get(code, "")) for code in codes]
            name = f"{WRITTEN}/{digest(program(), told, digest_of(found))}"
            places.append(memory.use(name))
            if not memory.has(name):
                lacking[places[-1]] = codes
        if lacking:
            own = {code: names[code] for codes in lacking.values() for code in codes if code in names}
            waiting.append(pool.submit(write_part_onto, part, own, lacking))
    return _written(whole, places, waiting)


def place_apart(pool: Executor, memory: Memory, rows: ByMember) -> Mapping[str, Iterable[Piece]]:
    """``place_here`` by the workers, each few organisations in a folder of ``memory`` for each sheet.

    What stood there before stays as it is: where a row came or went, only its own sheet moves, from there on.
    """
    found: dict[str, list[Path | Future[Piece]]] = {member: [] for member in rows}
    lacking: dict[str, dict[Path, list[Standing]]] = {}
    for member, own in rows.items():
        for file, group in groupby(own, lambda each: each[0].place[0]):
            few = list(group)
            if not file:
                found[member] += [pool.submit(placed, *each) for each in few]
                continue
            made_from = Path(file).parent.name, few[0][0].view, [first for _, first in few]
            name = f"{PLACED}/{digest(program(), *made_from)}"
            found[member].append(memory.use(name))
            if not memory.has(name):
                lacking.setdefault(file, {})[memory.folder / name] = few
    for task in [pool.submit(place_onto, places) for places in lacking.values()]:
        task.result()
    return {member: _made(places) for member, places in found.items()}


def _made(places: Iterable["Path | Future[Piece]"]) -> Iterator[Piece]:
    for each in places:
        yield from kept(each) if isinstance(each, Path) else (each.result(),)


def place_onto(places: Mapping[Path, Sequence[Standing]]) -> None:
    """Pieces in their places, those for each of the folders ``places`` kept there."""
    for place, own in places.items():
        with making(place) as folder:
            keep((placed(*each) for each in own), folder)


def _written(
    whole: "Future[list[Piece]]", places: Iterable[Path], waiting: Iterable["Future[None]"]
) -> Iterator[list[Piece]]:
    yield whole.result()
    for task in waiting:
        task.result()
    yield from map(kept, places)


def _made_from(part: Month) -> Mapping[str, str]:
    stored = part.tables
    assert isinstance(stored, Stored)
    return stored.parts[0].made_from


def _few(codes: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(codes), TOGETHER):
        yield list(codes[start : start + TOGETHER])


def write_part_onto(month: Month, names: Names, places: Mapping[Path, Sequence[str]]) -> None:
    """``write_part`` of some organisations, or of what is nobody's, for each of the folders ``places``, and kept there."""
    codes = {code for own in places.values() for code in own}
    month, content = in_memory(replace(month, tables=only(month.tables, codes))), contents_apart()
    for place, own in zip(places, split(month, list(places.values())), strict=True):
        with making(place) as folder:
            keep(write_part(own, names, content), folder)


def write_part(month: Month, names: Names, content: Content) -> Iterator[Piece]:
    """The rows of one part of a month, in memory, as they stand on the sheets of its ledger."""
    for view in IN_PARTS:
        yield from _pieces(view.name, view.columns(month, names), content)


def write_whole(month: Month, names: Names) -> list[Piece]:
    """The rows of the sheets that are written at once."""
    content = contents_apart()
    whole = [(view, view.beside if view.table else view.columns) for view in VIEWS]
    return [piece for view, columns in whole if columns for piece in _pieces(view.name, columns(month, names), content)]


def _parts(month: Month, names: Names) -> Iterator[Iterable[Piece]]:
    yield write_whole(month, names)
    for part in in_parts(month):
        yield write_part(in_memory(part), names, contents_apart())


def _pieces(view: str, columns: Sequence[Column], content: Content) -> Iterator[Piece]:
    """The rows of ``columns`` as at least one piece, none of more than ``AT_ONCE`` rows."""
    for part in at_once(slice(0, len(columns[0].values)), min(AT_ONCE, MOST_ROWS - 1)):
        needed = tuple(needs(column, part) for column in columns)
        yield Piece(view, part.stop - part.start, needed, *compress(rows_xml(columns, part, content).encode(), QUICK))


def _sheets(view: View, made: Sequence[Piece]) -> Iterator[tuple[str, list[Piece]]]:
    """The sheets of a view, the first by its name: as many pieces on each as it holds."""
    sheets: list[list[Piece]] = [[]]
    for piece in made:
        if sum(each.rows for each in sheets[-1]) + piece.rows > MOST_ROWS - 1:
            sheets.append([])
        sheets[-1].append(piece)
    for number, own in enumerate(sheets, 1):
        yield view.name if number == 1 else f"{view.name}{number}", own
