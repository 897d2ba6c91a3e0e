"""Which column is which field: the best assignment over all of them at once, each with the margin it has."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from pledgebatch.intake.labels import label_of
from pledgebatch.intake.layouts.evidence import Clues, Column, Evidence, Target, evidence, is_distinctive
from pledgebatch.intake.layouts.words import STANDARD, SYNONYM

CLEAR, UNSURE = "明确", "待确认"
CONFIRMED = "经办人已确认"
"""Why a column is read that the office confirmed."""
FEWEST, MARGIN, CLEAR_MARGIN = 1.0, 0.25, 0.75
"""How much must speak for a column, by how much more than for any other, and by how much where nobody need be asked."""
BESIDE = 0.4
"""What it says that the fields next to it stand next to it."""
DECIDED = 100.0


@dataclass(frozen=True)
class Choice:
    """A column read as a field."""

    column: int
    """Its number among the columns."""
    sure: str
    basis: str
    renamed: bool = True
    """Whether it stands under another word than its own."""


@dataclass
class Reading:
    """What was made of the columns of a table."""

    fields: dict[tuple[str, str], Choice] = field(default_factory=dict)
    """By the keys of sheet and field."""
    held: dict[int, str] = field(default_factory=dict)
    """Columns that may be a field, but are not read as one, each with the reason."""
    nearest: dict[int, tuple[str, str]] = field(default_factory=dict)
    """The field that a column held back is nearest to."""


def assign(targets: Sequence[Target], columns: Sequence[Column], clues: Clues) -> Reading:
    """The columns as fields: what is clear or unsure is read, what has no margin is held back."""
    reading = Reading()
    if not targets or not columns:
        return reading
    every = [[evidence(target, column, clues) for column in columns] for target in targets]
    weights = np.array([[each.total for each in line] for line in every])
    _tell_days_apart(weights, targets, columns, clues.year)
    fixed = _apply_decisions(targets, columns, clues, weights)
    weights += _beside(weights, targets, columns, every)
    for row, at in _best(weights):
        if fixed.get(at) == row:
            sheet, of = targets[row]
            reading.fields[sheet.key, of.key] = Choice(at, CLEAR, CONFIRMED)
        else:
            _judge(reading, (row, at), targets, columns, every, weights)
    for at, column in enumerate(columns):
        if clues.decision(column.header, column.place)[0]:
            reading.held.pop(at, None)
        elif (
            at not in reading.held and all(choice.column != at for choice in reading.fields.values()) and column.filled
        ):
            _hold_contradicted(reading, at, targets, columns, every)
    return reading


def _best(weights: np.ndarray) -> list[tuple[int, int]]:
    from scipy.optimize import linear_sum_assignment  # which takes a while to be imported

    rows, columns = linear_sum_assignment(np.maximum(weights, 0.0), maximize=True)
    return [(int(row), int(at)) for row, at in zip(rows, columns, strict=True) if weights[row, at] > 0]


def _judge(
    reading: Reading,
    place: tuple[int, int],
    targets: Sequence[Target],
    columns: Sequence[Column],
    every: Sequence[Sequence[Evidence]],
    weights: np.ndarray,
) -> None:
    row, at = place
    (sheet, of), column, each = targets[row], columns[at], every[row][at]
    key = sheet.key, of.key
    # Only a ground that stands by itself is a rival: our own word for it is none.
    rivals = [weights[row, other] for other in range(len(columns)) if other != at and every[row][other].total > 0]
    rivals += [
        weights[other, at] for other in range(len(targets)) if other != row and every[other][at].total > 0
        and not _has_own(other, at, every, len(columns))
    ]  # fmt: skip
    margin = float(weights[row, at]) - max(rivals, default=0.0)
    if each.word >= STANDARD:
        sure = CLEAR if margin >= MARGIN or not _has_twin(row, at, every) else UNSURE
        reading.fields[key] = Choice(at, sure, _basis(of.header, column, each), renamed=False)
    elif each.value < 0 and each.same < 0.5:
        if each.word > 0:
            reading.held[at] = f"表头像是“{of.header}”，但内容不是这一栏的内容"
            reading.nearest[at] = key
    elif each.word <= 0 and each.same < 0.5:
        if not is_distinctive(of, column):
            return
        if margin >= MARGIN and not (column.headers and _is_strange(column)):
            reading.fields[key] = Choice(at, UNSURE, _basis(of.header, column, each))
        else:
            reading.held[at] = f"内容像是“{of.header}”，但表头“{column.header}”不能说明"
            reading.nearest[at] = key
    elif margin < MARGIN:
        reading.held[at] = f"可能是“{of.header}”，但与其他栏分不清"
        reading.nearest[at] = key
    elif weights[row, at] >= FEWEST:
        clear = (
            each.grounds > 1
            and margin >= CLEAR_MARGIN
            and each.word >= 1.0
            or not column.filled
            and each.word >= SYNONYM
        )
        reading.fields[key] = Choice(at, CLEAR if clear else UNSURE, _basis(of.header, column, each))


def _is_strange(column: Column) -> bool:
    """Whether a header says something that is no word of ours at all: its cells alone decide nothing then."""
    return len(label_of(column.header)) > 8


def _has_twin(row: int, at: int, every: Sequence[Sequence[Evidence]]) -> bool:
    """Whether another column bears the same header of our own."""
    return any(each.word >= STANDARD for other, each in enumerate(every[row]) if other != at)


def _has_own(row: int, at: int, every: Sequence[Sequence[Evidence]], count: int) -> bool:
    """Whether a field has another column that bears its very own header."""
    return any(every[row][other].word >= STANDARD for other in range(count) if other != at)


def _hold_contradicted(
    reading: Reading, at: int, targets: Sequence[Target], columns: Sequence[Column], every: Sequence[Sequence[Evidence]]
) -> None:
    """Name a column whose word is ours while its cells are not."""
    near = [row for row in range(len(targets)) if every[row][at].word >= 1.0]
    near = [row for row in near if (targets[row][0].key, targets[row][1].key) not in reading.fields]
    if near:
        sheet, of = targets[near[0]]
        bad = every[near[0]][at].value < 0
        reading.held[at] = (
            f"表头像是“{of.header}”，但内容不是这一栏的内容" if bad else f"可能是“{of.header}”，但与其他栏分不清"
        )
        reading.nearest[at] = sheet.key, of.key


def _apply_decisions(
    targets: Sequence[Target], columns: Sequence[Column], clues: Clues, weights: np.ndarray
) -> dict[int, int]:
    """By column the target that the office confirmed; what it refused is out of the question."""
    fixed: dict[int, int] = {}
    keys = [(sheet.key, of.key) for sheet, of in targets]
    for at, column in enumerate(columns):
        is_decided, meant = clues.decision(column.header, column.place)
        if not is_decided:
            continue
        if meant is None:
            weights[:, at] = -DECIDED
        elif meant in keys:
            fixed[at] = keys.index(meant)
            weights[keys.index(meant), at] = DECIDED
    return fixed


def _tell_days_apart(weights: np.ndarray, targets: Sequence[Target], columns: Sequence[Column], year: int) -> None:
    """Nobody joins before birth: of two columns of old days the earlier is the birth."""
    rows = {of.key: row for row, (_, of) in enumerate(targets) if of.key in ("birth_month", "joined_month")}
    if len(rows) < 2:
        return
    days = {at: column.middle(year) for at, column in enumerate(columns) if weights[list(rows.values()), at].max() > 0}
    old = {at: day for at, day in days.items() if day is not None and day / 12 < year + 1}
    for at, day in old.items():
        if any(other < day - 120 for other in old.values()):
            weights[rows["birth_month"], at] -= 1.0
        if any(other > day + 120 for other in old.values()):
            weights[rows["joined_month"], at] -= 1.0


def _beside(
    weights: np.ndarray, targets: Sequence[Target], columns: Sequence[Column], every: Sequence[Sequence[Evidence]]
) -> np.ndarray:
    """What the fields next to a column say of it, where those are plain by their own headers."""
    places = {
        (sheet.key, of.key): number
        for sheet in {sheet for sheet, _ in targets}
        for number, of in enumerate(sheet.fields)
    }
    plain = {
        at: targets[row] for row in range(len(targets)) for at in range(len(columns)) if every[row][at].word >= SYNONYM
    }
    more = np.zeros_like(weights)
    for row, (sheet, of) in enumerate(targets):
        for at in range(len(columns)):
            for step in (-1, 1):
                near = plain.get(at + step)
                if near and near[0] is sheet and places[sheet.key, near[1].key] == places[sheet.key, of.key] + step:
                    more[row, at] += BESIDE if 0 < every[row][at].word < SYNONYM else 0.0
    return more


def _basis(header: str, column: Column, each: Evidence) -> str:
    """Why a column was read as the field ``header``, in Chinese."""
    grounds = []
    if each.word >= STANDARD:
        grounds.append("表头相同")
    elif each.word > 0:
        grounds.append(f"表头“{column.header}”通常就是“{header}”")
    if each.value > 0:
        grounds.append("内容是这一栏的内容")
    if each.same >= 0.5:
        grounds.append(f"与上月所填相同的占 {each.same:.0%}")
    if column.taken_out:
        grounds.append("从同一格中分出")
    return "；".join(grounds) or "只此一栏"
