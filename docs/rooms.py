"""The rooms of the house, from the imports: ``python docs/rooms.py`` prints their picture and their sizes.

``tests/test_rooms.py`` compares the picture in architecture.md with it, and lets no import point upwards.
"""

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from statistics import median

PACKAGE = Path(__file__).parents[1] / "pledgebatch"
FLOORS = (
    ("desk", "cli", "api", "demo"),
    ("pipeline",),
    ("publish",),
    ("mail",),
    ("months",),
    ("intake",),
    ("workbooks",),
    ("engine",),
    ("rules",),
    ("readers",),
    ("xlsx",),
    ("schema",),
    ("notice",),
    ("mistakes",),
)
"""From the top to the bottom; rooms on one floor do not import one another, but for the commands that build the demo and open the
desk."""
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
Imports = Mapping[str, frozenset[str]]
"""By module, or by room, what it imports."""


@cache
def modules() -> dict[str, Path]:
    """The files of the package by their dotted names, such as ``intake.find``; a room's ``__init__`` goes by the room.

    The package's own ``__init__`` only hands out what ``api`` has, and is left out.
    """
    paths = sorted(set(PACKAGE.rglob("*.py")) - {PACKAGE / "__init__.py"})
    found = {path.relative_to(PACKAGE).with_suffix("").as_posix(): path for path in paths}
    return {name.removesuffix("/__init__").replace("/", "."): path for name, path in found.items()}


@cache
def imports() -> Imports:
    """What each module imports of the package, wherever in the file."""
    return {name: frozenset(_imported(path) - {name}) for name, path in modules().items()}


def _imported(path: Path) -> set[str]:
    found = set[str]()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{each.name}" for each in node.names]
        for name in names:
            room, _, rest = name.partition(".")
            if room == PACKAGE.name and rest:
                found.add(rest if rest in modules() else rest.rpartition(".")[0])
    return found & modules().keys()


def room_of(module: str) -> str:
    """The room in which a module stands; the few beside the rooms go by their own name."""
    return module.partition(".")[0]


def rooms() -> Imports:
    """What each room imports of the others."""
    found: dict[str, set[str]] = {room_of(name): set() for name in modules()}
    for name, others in imports().items():
        found[room_of(name)] |= {room_of(other) for other in others} - {room_of(name)}
    return {name: frozenset(others) for name, others in found.items() if name in FLOOR_OF}


def below(graph: Imports, name: str) -> set[str]:
    """All that ``name`` imports, itself or by what it imports."""
    found, open_ = set[str](), [name]
    while open_:
        for other in graph.get(open_.pop(), ()):
            if other not in found:
                found.add(other)
                open_.append(other)
    return found


def cycles() -> list[str]:
    """The modules that import themselves by way of others."""
    return [name for name in imports() if name in below(imports(), name)]


def picture() -> str:
    """The rooms as Mermaid draws them, each with arrows to what it imports; one that follows from others is left out."""
    graph = rooms()
    lines = ["flowchart TD"]
    for room in sorted(graph, key=lambda each: (FLOOR_OF[each], each)):
        direct = graph[room] - {far for near in graph[room] for far in below(graph, near)}
        lines += [f"    {room} --> {other}" for other in sorted(direct, key=lambda each: (FLOOR_OF[each], each))]
    return "\n".join(lines)


def sizes() -> str:
    """How many modules and lines each room has, and the median of its modules."""
    lines = {name: path.read_text("utf-8").count("\n") for name, path in modules().items()}
    rows = [("room", "modules", "lines", "median", "longest")]
    for room in (each for floor in FLOORS for each in floor if each in rooms()):
        own = {name: count for name, count in lines.items() if room_of(name) == room}
        longest = max(own, key=own.__getitem__)
        rows.append(
            (room, f"{len(own)}", f"{sum(own.values())}", f"{median(own.values()):.0f}", f"{longest} {own[longest]}")
        )
    rows.append(("all", f"{len(lines)}", f"{sum(lines.values())}", f"{median(lines.values()):.0f}", ""))
    return "\n".join(
        f"{room:<10}{count:>8}{total:>8}{middle:>8}  {longest}".rstrip() for room, count, total, middle, longest in rows
    )


if __name__ == "__main__":
    print(picture(), sizes(), sep="\n\n")
