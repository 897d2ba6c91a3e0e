"""The consolidated ledger workbook: one for the office, the same for each superior organisation.

Its long tables are written part by part, each part by whichever worker is free, and put together at the end.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from importlib.metadata import version
from itertools import chain, groupby
from pathlib import Path
from typing import BinaryIO

from pledgebatch.engine.cache import Cache, digest, digest_of, making, program
from pledgebatch.engine.dataset import Stored, of_organisations
from pledgebatch.publish.cover import COVER, INDEX, About, write_cover, write_index
from pledgebatch.publish.figures import Figures, count_figures
from pledgebatch.publish.ledger_views import VIEWS, Names, View, names_of
from pledgebatch.publish.month_slice import iterate_parts, load_rows, split_month, without_rows
from pledgebatch.publish.sheets import (
    AT_ONCE,
    FIRST,
    MOST_ROWS,
    Column,
    Content,
    lay_out,
    make_content,
    number_formats,
    rows_xml,
    slices,
    width_needed,
)
from pledgebatch.schema.month import Month
from pledgebatch.xlsx.formats import Formats, new_book
from pledgebatch.xlsx.fragments import QUICK, Fragment, compress, join_fragments, load_fragments, place, save_fragments

IN_PARTS = tuple(view for view in VIEWS if view.table)
TOGETHER = 60
"""Organisations whose rows are kept together: few are written again for one that changed."""
TITLE = "公开承诺汇总台账"
WRITTEN, PLACED = "sheets", "placed"
"""The kinds of what is remembered of writing: rows that fit anywhere, and as they stand in the ledger."""
Standing = tuple[Fragment, int]
"""A fragment and the row in which it begins."""
ByMember = Mapping[str, Sequence[Standing]]
"""What stands on each sheet, by the member of the workbook that holds the sheet."""


def place_here(rows: ByMember) -> Mapping[str, Iterable[Fragment]]:
    """The fragments of each sheet in their places, each made when it is needed."""
    return {member: (place(*each) for each in own) for member, own in rows.items()}


def write_ledger(
    month: Month,
    target: Path | BinaryIO,
    title: str = TITLE,
    parts: Iterable[Iterable[Fragment]] | None = None,
    figures: Figures | None = None,
    in_place: Callable[[ByMember], Mapping[str, Iterable[Fragment]]] = place_here,
) -> None:
    """Write the ledger workbook of ``month``: cover, index, ledgers, and what accounts for every row and file.

    ``parts`` are what ``write_part`` gave for each part of the month, in their order, ``figures`` its figures, where
    they are known, and ``in_place`` what puts their rows in their places, where workers do so.
    """
    skeleton, names = io.BytesIO(), names_of(month)
    book = new_book(skeleton)
    formats = Formats(book)
    number_formats(formats)
    book.add_worksheet(COVER)
    index = book.add_worksheet(INDEX)
    footer = f"{title}　{month.period.label}　数据截至 {month.period.cutoff}　pledgebatch {version('pledgebatch')}"
    write_cover(book, formats, figures or count_figures(month), title, footer, month.withheld)
    of_view: dict[str, list[Fragment]] = {view.name: [] for view in VIEWS}
    for fragment in chain.from_iterable(_parts(month, names) if parts is None else parts):
        of_view[fragment.view].append(fragment)
    nothing = without_rows(month)
    shown: list[tuple[str, int, About]] = []
    rows: dict[str, list[Standing]] = {}
    for view in VIEWS:
        columns = view.columns(nothing, names)
        for name, own in _sheets(view, of_view.pop(view.name)):
            sheet = book.add_worksheet(name)
            count = sum(each.rows for each in own)
            needed = list(map(max, zip(*(each.needs for each in own), strict=True)))
            lay_out(sheet, formats, columns, needed, footer, count)
            rows[f"xl/worksheets/sheet{len(book.worksheets())}.xml"] = list(_standing(own))
            shown.append((name, count, view.about))
    write_index(index, formats, shown, footer)
    book.close()
    join_fragments(skeleton, target, in_place(rows))


def _standing(fragments: Iterable[Fragment]) -> Iterator[Standing]:
    """The fragments of a sheet that have rows, each with the row in which it begins."""
    first = FIRST
    for each in fragments:
        if each.rows:
            yield each, first
        first += each.rows


def submit_parts(month: Month, pool: Executor, cache: Cache) -> Iterator[list[Fragment]]:
    """Have a month written by the workers, a few organisations together, each few in a folder of ``cache``.

    What was written before stays as it is. Returns the fragments; the first that is asked for waits for all.
    """
    names = names_of(month)
    whole = pool.submit(write_whole, month, names)
    places: list[Path] = []
    waiting: list[Future[None]] = []
    for part in iterate_parts(month):
        source_of = _sources(part)
        lacking: dict[Path, list[str]] = {}
        for codes in _few(sorted(source_of, key=lambda code: (not code, code))):
            found = part.findings[part.findings["organisation"].fillna("").isin(codes)]
            sources = [(code, source_of[code], names.get(code, "")) for code in codes]
            name = f"{WRITTEN}/{digest(program(), sources, digest_of(found))}"
            places.append(cache.use(name))
            if not cache.has(name):
                lacking[places[-1]] = codes
        if lacking:
            own = {code: names[code] for codes in lacking.values() for code in codes if code in names}
            waiting.append(pool.submit(write_part_into, part, own, lacking))
    return _await(whole, places, waiting)


def place_by_workers(pool: Executor, cache: Cache, rows: ByMember) -> Mapping[str, Iterable[Fragment]]:
    """``place_here`` by the workers, each few organisations in a folder of ``cache`` for each sheet.

    What stood there before stays as it is: where a row came or went, only its own sheet moves, from there on.
    """
    found: dict[str, list[Path | Future[Fragment]]] = {member: [] for member in rows}
    lacking: dict[str, dict[Path, list[Standing]]] = {}
    for member, own in rows.items():
        for file, group in groupby(own, lambda each: each[0].place[0]):
            few = list(group)
            if not file:
                found[member] += [pool.submit(place, *each) for each in few]
                continue
            source = Path(file).parent.name, few[0][0].view, [first for _, first in few]
            name = f"{PLACED}/{digest(program(), *source)}"
            found[member].append(cache.use(name))
            if not cache.has(name):
                lacking.setdefault(file, {})[cache.folder / name] = few
    for task in [pool.submit(place_into, places) for places in lacking.values()]:
        task.result()
    return {member: _load(places) for member, places in found.items()}


def _load(places: Iterable["Path | Future[Fragment]"]) -> Iterator[Fragment]:
    for each in places:
        yield from load_fragments(each) if isinstance(each, Path) else (each.result(),)


def place_into(places: Mapping[Path, Sequence[Standing]]) -> None:
    """Put fragments in their places, those for each of the folders ``places`` kept there."""
    for target, own in places.items():
        with making(target) as folder:
            save_fragments((place(*each) for each in own), folder)


def _await(
    whole: "Future[list[Fragment]]", places: Iterable[Path], waiting: Iterable["Future[None]"]
) -> Iterator[list[Fragment]]:
    yield whole.result()
    for task in waiting:
        task.result()
    yield from map(load_fragments, places)


def _sources(part: Month) -> Mapping[str, str]:
    stored = part.tables
    assert isinstance(stored, Stored)  # as the month is published
    return stored.parts[0].made_from


def _few(codes: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(codes), TOGETHER):
        yield list(codes[start : start + TOGETHER])


def write_part_into(month: Month, names: Names, places: Mapping[Path, Sequence[str]]) -> None:
    """``write_part`` of some organisations, or of what is nobody's, for each of the folders ``places``, and kept there."""
    codes = {code for own in places.values() for code in own}
    month, content = load_rows(replace(month, tables=of_organisations(month.tables, codes))), make_content()
    for target, own in zip(places, split_month(month, list(places.values())), strict=True):
        with making(target) as folder:
            save_fragments(write_part(own, names, content), folder)


def write_part(month: Month, names: Names, content: Content) -> Iterator[Fragment]:
    """The rows of one part of a month, in memory, as they stand on the sheets of its ledger."""
    for view in IN_PARTS:
        yield from _fragments(view.name, view.columns(month, names), content)


def write_whole(month: Month, names: Names) -> list[Fragment]:
    """The rows of the sheets that are written at once."""
    content = make_content()
    whole = [(view, view.beside if view.table else view.columns) for view in VIEWS]
    return [
        each for view, columns in whole if columns for each in _fragments(view.name, columns(month, names), content)
    ]


def _parts(month: Month, names: Names) -> Iterator[Iterable[Fragment]]:
    yield write_whole(month, names)
    for part in iterate_parts(month):
        yield write_part(load_rows(part), names, make_content())


def _fragments(view: str, columns: Sequence[Column], content: Content) -> Iterator[Fragment]:
    """The rows of ``columns`` as at least one fragment, none of more than ``AT_ONCE`` rows."""
    for rows in slices(slice(0, len(columns[0].values)), min(AT_ONCE, MOST_ROWS - 1)):
        needed = tuple(width_needed(column, rows) for column in columns)
        yield Fragment(
            view, rows.stop - rows.start, needed, *compress(rows_xml(columns, rows, content).encode(), QUICK)
        )


def _sheets(view: View, fragments: Sequence[Fragment]) -> Iterator[tuple[str, list[Fragment]]]:
    """The sheets of a view, the first by its name: as many fragments on each as it holds."""
    sheets: list[list[Fragment]] = [[]]
    for fragment in fragments:
        if sum(each.rows for each in sheets[-1]) + fragment.rows > MOST_ROWS - 1:
            sheets.append([])
        sheets[-1].append(fragment)
    for number, own in enumerate(sheets, 1):
        yield view.name if number == 1 else f"{view.name}{number}", own
