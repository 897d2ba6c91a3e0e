"""Matches the labels of a form, and finds the answer of each, wherever it came to stand beside its label."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from xlsxwriter.utility import xl_rowcol_to_cell

from pledgebatch.intake.fitting import fits
from pledgebatch.intake.labels import label, label_of, other_labels
from pledgebatch.intake.layouts.assignment import CLEAR, CONFIRMED
from pledgebatch.intake.layouts.evidence import Clues
from pledgebatch.intake.match import Match, in_places
from pledgebatch.intake.tables import Taken
from pledgebatch.readers.book import Cells
from pledgebatch.schema.cells import LOST, as_typed
from pledgebatch.schema.fields import Field, Kind, Sheet
from pledgebatch.schema.kinds import FORMS
from pledgebatch.schema.sheets import SHEETS
from pledgebatch.schema.texts import squeeze

Place = tuple[int, int]
OURS = re.compile(r"基层党组织公开承诺书.*|只填中间一列.*|\S{2,6}阶段|基本情况|填表情况|.*填写,本月已折叠")
"""The title and the headings of the form."""
INLINE = re.compile(r"\s*(.{2,20}?)\s*[:：]\s*(\S.*)", re.S)
"""A label with its answer in one cell."""


def match_form(sheet: Sheet, cells: Cells, labels: Mapping[str, str], clues: Clues | None = None) -> Match:
    """Matches the labels of ``cells``: what the office decided, those of the form, then other words for what is missing."""
    found = Match(sheet)
    texts = {
        (row, column): cell for row, line in enumerate(cells) for column, cell in enumerate(line)
        if isinstance(cell, str) and cell and not cell.isspace()
    }  # fmt: skip
    confirmed = _apply_decisions(sheet, texts, clues) if clues and clues.decided else {}
    standing = {key: [place] for key, place in confirmed.items()}
    for place, text in texts.items():
        if (key := labels.get(label_of(text))) and key not in confirmed:
            standing.setdefault(key, []).append(place)
    form = _Form(cells, {place for places in standing.values() for place in places})
    for key, places in standing.items():
        _choose(found, form, key, places)
    _shift_unanswered(found, form, standing)
    if len(found.columns) < len(sheet.fields):
        _find_inline(found, texts, labels)
        _recognise(found, form, texts)
    found.beside = list(_beside(found, form))
    for key, place in confirmed.items():
        if labels.get(label_of(texts[place])) != key:
            why = {"basis": CONFIRMED, "sure": CLEAR}
            found.change("renamed_column", sheet[key], texts[place].strip(), xl_rowcol_to_cell(*place), **why)
    return found


def _apply_decisions(sheet: Sheet, texts: dict[Place, str], clues: Clues) -> dict[str, Place]:
    """By field the label that the office confirmed; what it refused is taken out of ``texts``, which may be labels."""
    confirmed: dict[str, Place] = {}
    for place, text in list(texts.items()):
        is_decided, meant = clues.decision(text, place[1])
        if is_decided and meant is None:
            del texts[place]
        elif meant and meant[0] == sheet.key:
            confirmed.setdefault(meant[1], place)
    return confirmed


def _find_inline(found: Match, texts: Mapping[Place, str], labels: Mapping[str, str]) -> None:
    """Labels that are still missing may stand in one cell with their answers."""
    for place, text in texts.items():
        inline = INLINE.fullmatch(text)
        if inline and (key := labels.get(label_of(inline[1]))) and key not in found.columns:
            found.rows[key], found.columns[key] = place
            found.inline[key] = inline[2]


def form_cells(placed: Match, cells: Cells) -> Taken:
    """The answers of a form as one row."""
    taken = Taken([None])
    for key, column in placed.columns.items():
        line = cells[placed.rows[key]]
        taken.columns[key] = [placed.inline.get(key, line[column] if column < len(line) else "")]
    return taken


@lru_cache(5_000)
def _is_of_form(text: str) -> bool:
    """Whether a text is blank, or the form's own: its title, a heading or a help."""
    folded = squeeze(text)
    return not folded or folded in _help() or OURS.fullmatch(folded) is not None


@cache
def _help() -> frozenset[str]:
    texts = (*FORMS.values(), *(each.help for sheet in SHEETS if sheet.form for each in sheet.fields))
    return frozenset(map(squeeze, texts))


class _Form:
    """The cells of a form, and the places of its labels."""

    def __init__(self, cells: Cells, labels: set[Place]) -> None:
        self.cells, self.labels = cells, labels

    def filled(self, place: Place) -> bool:
        """Whether something stands in a cell that the form itself did not put there."""
        row, column = place
        cell = self.cells[row][column] if column < len(self.cells[row]) else ""
        return cell is LOST or not _is_of_form(as_typed(cell))

    def answer(self, place: Place) -> Place:
        """The place of the answer to the label at ``place``: the next cell, or what is filled in further on.

        Where labels stand side by side, their answers stand below them.
        """
        row, column = place
        beside = row, column + 1
        for at in range(column + 1, len(self.cells[row])):
            if (row, at) in self.labels:
                break
            if self.filled((row, at)):
                return row, at
        below = row + 1, column
        if {beside, (row, column - 1)} & self.labels and below not in self.labels and row + 1 < len(self.cells):
            return below if beside in self.labels or self.filled(below) else beside
        return beside


def _choose(found: Match, form: _Form, key: str, places: list[Place]) -> None:
    """Of several places of one label take the first that is answered; those that say otherwise are named."""
    answers = [form.answer(place) for place in places]
    given = [(place, answer) for place, answer in zip(places, answers, strict=True) if _is_answered(form, answer)]
    place, answer = given[0] if given else (places[0], answers[0])
    found.rows[key], found.columns[key] = answer
    if not given:
        found.inline[key] = ""  # a help, or the next label
    if len(given) > 1 and len({squeeze(as_typed(form.cells[row][column])) for _, (row, column) in given}) > 1:
        cells = "、".join(xl_rowcol_to_cell(*each) for each in places)
        found.change("repeated_column", found.sheet[key], cells, xl_rowcol_to_cell(*place))


def _is_answered(form: _Form, answer: Place) -> bool:
    return answer not in form.labels and form.filled(answer)


def _shift_unanswered(found: Match, form: _Form, standing: Mapping[str, list[Place]]) -> None:
    """Where the answers stand in another column than the next, as beside merged labels, blank ones stand there too."""
    steps: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for key, places in standing.items():
        for row, column in places if key not in found.inline else ():
            if row == found.rows[key] and column < found.columns[key]:
                steps[column][found.columns[key] - column] += 1
    for key in found.inline:
        row, column = standing[key][0]
        usual = steps[column].most_common(1)[0][0] if steps[column] else 1
        if usual == 1 or found.rows[key] != row:
            continue
        between = range(column + 1, column + 1 + usual)
        if not any((row, at) in form.labels or form.cells[row][at] for at in between):
            found.columns[key] = between[-1]


def _recognise(found: Match, form: _Form, texts: Mapping[Place, str]) -> None:
    """Take another word for the label of a missing field, where there is one, and the answer is of its kind."""
    missing = [each for each in found.sheet.fields if each.key not in found.columns]
    words = other_labels(found.sheet)
    answers = set(zip(found.rows.values(), found.columns.values(), strict=True))
    wanted = {each.key for each in missing}
    near: dict[str, list[Place]] = {}
    for place, text in texts.items():
        for key in words.get(label(text), ()) if place not in answers else ():
            if key in wanted:
                near.setdefault(key, []).append(place)
    form.labels |= {place for places in near.values() for place in places}
    for each in missing:
        places = near.get(each.key, [])
        if not places:
            found.change("missing_column", each)
            continue
        row, column = form.answer(places[0])
        labels = {xl_rowcol_to_cell(*place): texts[place].strip() for place in places}
        cell, word = next(iter(labels.items()))
        if len(places) == 1 and (not _is_answered(form, (row, column)) or _bears(each, form, (row, column))):
            found.rows[each.key], found.columns[each.key] = row, column
            if not _is_answered(form, (row, column)):
                found.inline[each.key] = ""
            found.change("renamed_column", each, word, cell)
        else:
            found.change("doubtful_column", each, in_places(labels), cell)


def _bears(each: Field, form: _Form, answer: Place) -> bool:
    cell = form.cells[answer[0]][answer[1]]
    return fits(each, [cell]) or (each.kind in (Kind.CODE, Kind.TEXT) and label(cell) == "")


def _beside(found: Match, form: _Form) -> Iterator[tuple[int, str, str]]:
    """What else is written on the form, row by row: the first words as the label of the others."""
    taken = set(zip(found.rows.values(), found.columns.values(), strict=True)) | form.labels
    for row, line in enumerate(form.cells):
        others = [column for column in range(len(line)) if (row, column) not in taken and form.filled((row, column))]
        if others:
            first, *rest = (as_typed(line[column]) for column in others)
            yield (row, first, "；".join(rest)) if rest else (row, f"（第 {row + 1} 行）", first)
