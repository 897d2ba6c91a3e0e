"""Divides what belongs to many owners into parts that are worked on together, less what is known from earlier runs.

An owner is a plain key, ``""`` for what is nobody's; what belongs to it are numbers.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pledgebatch.engine.cache import Cache, digest
from pledgebatch.engine.dataset import Part, Source

SIZE = 300
"""Owners of a part: enough to outweigh what a task costs whatever it is applied to."""
PARTS = "parts"
"""The kind of what is cached of parts."""
PIECES = 20
"""A task that breaks its worker is broken up into so many at the most."""
MOST_SOURCES = 4
"""A part that would be read from more places is made anew as a whole."""
UNITS = "units.json"
Units = Mapping[str, tuple[str, Sequence[int]]]
"""What can be taken up by itself, by the digest of what it was made from: an owner, and its numbers within the task."""
Owned = Mapping[str, Sequence[int]]
"""The numbers that belong to each owner."""


@dataclass(frozen=True)
class Task:
    """The numbers to work on, what of each owner is made from, and where to keep what they come to."""

    numbers: Sequence[int]
    units: Units
    place: Path

    @property
    def source(self) -> Source:
        """Where the outcome is read."""
        return Source(self.place, dict(enumerate(self.numbers)))


def make_partition(order: Sequence[str], owned: Owned) -> list[Owned]:
    """What is ``owned`` in parts, each of a few owners; in the ``order`` of all owners that there may be.

    The parts are the same whoever of these owns something; the owners that are not among them come last.
    """
    size = -(-len(order) // -(-len(order) // SIZE))
    place_of = {key: place for place, key in enumerate(order)}
    parts: dict[int, dict[str, Sequence[int]]] = {}
    for key in sorted(owned, key=lambda key: (place_of.get(key, len(order)), key)):
        part = place_of[key] // size if key in place_of else len(order) // size + 1
        parts.setdefault(part, {})[key] = sorted(owned[key])
    return list(parts.values())


def plan(partition: Sequence[Owned], digests: Mapping[str, str], cache: Cache) -> Iterator[tuple[Part, Task | None]]:
    """Each part with what of it must be worked on, where anything must; ``digests`` say what each owner's is made from.

    What is the ``cache``'s already is taken up from there.
    """
    units_in = {name: read_units(cache.folder / name) for name in cache.made(PARTS)}
    cached = {key: (name, *unit) for name, units in units_in.items() for key, unit in units.items()}
    for owned in partition:
        keys = {owner: digests[owner] for owner in owned}
        found = {owner: cached[key] for owner, key in keys.items() if key in cached}
        names = sorted({name for name, *_ in found.values()})
        if len(names) + (len(found) < len(owned)) > MOST_SOURCES:
            found, names = {}, []
        sources = []
        for name in names:
            there = {owner: old for owner, (where, _, old) in found.items() if where == name}
            numbers = {old: now for owner, olds in there.items() for old, now in zip(olds, owned[owner], strict=True)}
            some = None if len(there) == len(units_in[name]) else frozenset(there)
            sources.append(Source(cache.use(name), numbers, some))
        task = _task({owner: owned[owner] for owner in owned if owner not in found}, keys, cache)
        if task:
            sources.append(task.source)
        yield Part(tuple(sources), frozenset(owned), keys), task


def break_up(task: Task, cache: Cache) -> list[Task]:
    """A task of several owners as several, each of a few of them."""
    owned = {owner: [task.numbers[place] for place in places] for owner, places in task.units.values()}
    keys = {owner: key for key, (owner, _) in task.units.items()}
    owners = sorted(owned)
    few = -(-len(owners) // PIECES)
    groups = [owners[start : start + few] for start in range(0, len(owners), few)]
    tasks = [_task({owner: owned[owner] for owner in group}, keys, cache) for group in groups]
    return [each for each in tasks if each]


def _task(owned: Owned, keys: Mapping[str, str], cache: Cache) -> Task | None:
    if not owned:
        return None
    numbers = sorted(number for own in owned.values() for number in own)
    place = {number: place for place, number in enumerate(numbers)}
    units: Units = {keys[owner]: (owner, [place[number] for number in own]) for owner, own in owned.items()}
    return Task(numbers, units, cache.use(f"{PARTS}/{digest(*sorted(units))}"))


def write_units(units: Units, folder: Path) -> None:
    """Write beside what a task came to what of it can be taken up by itself."""
    (folder / UNITS).write_text(json.dumps(units, ensure_ascii=False, sort_keys=True), "utf-8")


def read_units(folder: Path) -> Units:
    """What can be taken up by itself of what is kept in ``folder``; nothing where that is not written or not readable."""
    try:
        units: Units = json.loads((folder / UNITS).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return units
