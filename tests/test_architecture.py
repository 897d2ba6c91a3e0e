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

BESIDE = {("cli", "demo"), ("cli", "desk")}
"""The commands that build the demo, and that open the desk."""
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
    assert rooms.cycles() == []


def test_readers_know_cells_and_the_engine_no_pledges() -> None:
    def known(room: str) -> set[str]:
        names = {name for name in rooms.imports() if rooms.room_of(name) == room}
        return {other for name in names for other in rooms.imports()[name]} - names

    assert known("readers") == {"schema.cells"}
    assert rooms.below(rooms.imports(), "schema.cells") == {"schema.texts"}
    assert known("engine") == {"schema.arrow", "schema.choosing", "schema.digests", "readers.native", "mistakes"}
    assert not rooms.below(rooms.imports(), "schema.arrow") | rooms.below(rooms.imports(), "schema.choosing")
    assert rooms.below(rooms.imports(), "schema.digests") == {"mistakes"}


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


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def files_in(text: str) -> list[str]:
    return re.findall(r"`([\w/]+\.(?:py|toml|csv|md|tsv))`", text)


def test_the_picture_is_what_the_command_draws() -> None:
    assert f"```mermaid\n{rooms.picture()}\n```" in PAGE, "put in what python docs/rooms.py prints"


def test_every_room_is_described() -> None:
    described = set(re.findall(r"^\| `(\w+)` \|", section("The rooms"), re.MULTILINE))
    assert described == {room for room in rooms.rooms() if (rooms.PACKAGE / room).is_dir()}


def test_the_files_that_the_page_names_are_there() -> None:
    named = files_in(PAGE)
    assert len(named) > 80
    missing = [name for name in named if not any((place / name).is_file() for place in (rooms.PACKAGE, ROOT))]
    assert [name for name in missing if "/" in name or not list(rooms.PACKAGE.rglob(name))] == []


def test_every_question_has_its_file() -> None:
    rows = re.findall(r"^\| (.+?\?) \| (.+) \|$", section("Where is …"), re.MULTILINE)
    assert len(rows) > 30
    assert all(files_in(answer) for _, answer in rows)


def test_a_journey_visits_few_files_and_none_twice() -> None:
    _, *journeys = re.split(r"^\*\*(?=A )", section("Three journeys"), flags=re.MULTILINE)
    assert len(journeys) == 3
    for journey in journeys:
        visited = files_in(journey)
        assert 5 < len(visited) < 15
        assert len(set(visited)) == len(visited)
