"""The rooms of the house: no import points upwards or in a circle, and docs/architecture.md says what is there."""

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")

_spec = importlib.util.spec_from_file_location("rooms", ROOT / "docs" / "rooms.py")
assert _spec
assert _spec.loader
rooms = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(rooms)

# What does not hold yet. Nothing may be added here; what has come to hold must go.
KNOWN_TO_ENGINE_TODAY = {"schema.archive_tables", "schema.digests", "schema.frames"}

BESIDE = {("cli", "demo")}
"""The command that builds the demo."""
HOME = {"xlsx", "engine"}
"""Where private names of a library may be used: of xlsxwriter, and of what runs processes."""
PUBLIC = {"_exit"}
"""Names of the standard library that only look private."""


def test_no_import_points_upwards() -> None:
    floors = rooms.FLOOR_OF
    upwards = {
        f"{name} imports {other}"
        for name, others in rooms.imports().items()
        for other in others
        for pair in [(rooms.room_of(name), rooms.room_of(other))]
        if len(set(pair)) == 2 and floors[pair[0]] >= floors[pair[1]] and pair not in BESIDE
    }
    assert upwards == set()


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert not rooms.cycles()


def test_readers_know_cells_and_the_engine_no_pledges() -> None:
    def known(room: str) -> set[str]:
        names = {name for name in rooms.imports() if rooms.room_of(name) == room}
        return {other for name in names for other in rooms.imports()[name]} - names

    assert known("readers") == {"schema.cells"}
    assert rooms.below(rooms.imports(), "schema.cells") == {"schema.texts"}
    assert {name for name in known("engine") if name.startswith(("schema", "notice"))} == KNOWN_TO_ENGINE_TODAY


def private_names(tree: ast.AST, ours: set[str]) -> Iterator[str]:
    """The private names of libraries that a module uses, imports, or overrides."""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Attribute):
            names = [] if node.attr in ours else [node.attr]
        elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("pledgebatch"):
            names = [*(node.module or "").split("."), *(each.name for each in node.names)]
        yield from (name for name in names if re.match("_[^_]", name) and name not in PUBLIC)


def test_private_names_of_a_library_stay_in_its_room() -> None:
    trees = {name: ast.parse(path.read_text("utf-8")) for name, path in rooms.modules().items()}
    ours = {
        name
        for tree in trees.values()
        for node in ast.walk(tree)
        for name in [getattr(node, "name", getattr(node, "id", getattr(node, "attr", "")))]
        if isinstance(node, ast.FunctionDef | ast.ClassDef) or isinstance(getattr(node, "ctx", None), ast.Store)
    }
    found = {
        (module, name)
        for module, tree in trees.items()
        if rooms.room_of(module) not in HOME
        for name in private_names(tree, ours)
    }
    assert not found


def test_a_usual_module_is_short() -> None:
    lines = sorted(path.read_text("utf-8").count("\n") for path in rooms.modules().values())
    assert lines[len(lines) // 2] < 110
