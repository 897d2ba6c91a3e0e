"""Shares the submissions of a month out into parts that are judged together, less what was judged before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pledgebatch.engine.cache import Memory, digest
from pledgebatch.engine.dataset import Part, Source
from pledgebatch.pipeline.part import Units, units_of

PART = 300
"""Organisations that are judged together: enough to outweigh what the rules cost whatever they are applied to."""
PARTS = "parts"
"""The kind of what is remembered of judging."""
PIECES = 20
"""A task that breaks its worker is broken up into so many at the most."""
MOST_SOURCES = 4
"""A part that would be read from more places is judged anew as a whole."""
Submitted = dict[str, list[int]]
"""The numbers of submissions by organisation, ``""`` for those of nobody."""


@dataclass(frozen=True)
class Task:
    """Submissions to be judged, what each of their organisations is made from, and where to keep what they come to."""

    numbers: list[int]
    units: Units
    place: Path


def share_out(
    submissions: pd.DataFrame, registry: pd.DataFrame, made_from: str, memory: Memory
) -> Iterator[tuple[Part, Task | None]]:
    """The parts of a month, each with what of it must be judged; ``made_from`` is what all of it is made from.

    An organisation whose submissions are those that ``memory`` knows is taken up from there.
    """
    rows = pd.util.hash_pandas_object(submissions.drop(columns="submission"), index=False)
    hashes = dict(zip(submissions["submission"], rows, strict=True))
    known = {name: units_of(memory.folder / name) for name in memory.made(PARTS)}
    kept = {key: (name, *unit) for name, units in known.items() for key, unit in units.items()}
    for own in divide(submissions, registry):
        keys = {code: digest(made_from, *(hashes[number] for number in numbers)) for code, numbers in own.items()}
        found = {code: kept[key] for code, key in keys.items() if key in kept}
        names = sorted({name for name, *_ in found.values()})
        if len(names) + (len(found) < len(own)) > MOST_SOURCES:
            found, names = {}, []
        sources = []
        for name in names:
            there = {code: old for code, (where, _, old) in found.items() if where == name}
            numbers = {old: now for code, olds in there.items() for old, now in zip(olds, own[code], strict=True)}
            some = None if len(there) == len(known[name]) else frozenset(there)
            sources.append(Source(memory.use(name), numbers, some))
        task = _task({code: own[code] for code in own if code not in found}, keys, memory)
        if task:
            sources.append(Source(task.place, dict(enumerate(task.numbers))))
        yield Part(tuple(sources), frozenset(own), keys), task


def _task(fresh: Submitted, keys: Mapping[str, str], memory: Memory) -> Task | None:
    if not fresh:
        return None
    numbers = sorted(number for own in fresh.values() for number in own)
    place = {number: place for place, number in enumerate(numbers)}
    units: Units = {keys[code]: (code, [place[number] for number in own]) for code, own in fresh.items()}
    return Task(numbers, units, memory.use(f"{PARTS}/{digest(*sorted(units))}"))


def broken_up(task: Task, memory: Memory) -> list[Task]:
    """A task of several organisations as several, each of a few of them."""
    fresh = {code: [task.numbers[place] for place in places] for code, places in task.units.values()}
    keys = {code: key for key, (code, _) in task.units.items()}
    codes = sorted(fresh)
    few = -(-len(codes) // PIECES)
    groups = [codes[start : start + few] for start in range(0, len(codes), few)]
    made = [_task({code: fresh[code] for code in own}, keys, memory) for own in groups]
    return [each for each in made if each]


def divide(submissions: pd.DataFrame, registry: pd.DataFrame) -> list[Submitted]:
    """The submissions by organisation in parts, each of a few organisations; in the order of the registry.

    The parts of a registry are the same whatever came in; what belongs to nobody comes last.
    """
    codes = registry["organisation"].tolist()
    size = -(-len(codes) // -(-len(codes) // PART))
    place_of = {code: place for place, code in enumerate(codes)}
    parts: dict[int, dict[str, list[int]]] = {}
    whose = submissions["organisation"].fillna("")
    ordered = sorted(
        zip(whose, submissions["submission"].tolist(), strict=True),
        key=lambda each: (place_of.get(each[0], len(codes)), each),
    )
    for code, number in ordered:
        part = place_of[code] // size if code in place_of else len(codes) // size + 1
        parts.setdefault(part, {}).setdefault(code, []).append(number)
    return list(parts.values())
