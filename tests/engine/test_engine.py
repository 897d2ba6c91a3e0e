"""The engine does what it is given, and knows nothing of what that is about."""

import ast
from pathlib import Path

import pytest

import pledgebatch
from pledgebatch.engine.cache import Cache
from pledgebatch.engine.engine import Engine
from pledgebatch.engine.workers import Serial
from pledgebatch.mistakes import OutOfTime

ROOT = Path(pledgebatch.__file__).parent
OF_PLEDGES = ("notice", "rules", "intake", "months", "workbooks", "publish", "mail", "pipeline", "cli", "demo")
OF_FIELDS = ("fields", "sheets", "columns", "frames", "kept", "kinds", "deadlines", "terms", "synonyms", "words")


def imported(file):
    """The modules of the package that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] == "pledgebatch":
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] == "pledgebatch")


def file_of(name):
    """The file of a module, or of the module that has the name."""
    path = ROOT.parent / name.replace(".", "/")
    candidates = (
        path.with_suffix(".py"),
        path / "__init__.py",
        path.parent.with_suffix(".py"),
        path.parent / "__init__.py",
    )
    return next(each for each in candidates if each.is_file())


def reached(files):
    """The files, and whatever they import by any way."""
    found, waiting = set(), list(files)
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting.extend(map(file_of, imported(file)))
    return found


def test_the_engine_reaches_nothing_that_knows_of_pledges():
    names = {file.relative_to(ROOT).with_suffix("").parts for file in reached((ROOT / "engine").glob("*.py"))}
    assert ("engine", "dataset") in names
    assert {parts for parts in names if parts[0] in OF_PLEDGES} == set()
    assert {parts for parts in names if parts[0] == "schema" and parts[1] in OF_FIELDS} == set()


def test_that_is_seen_by_whatever_way_it_is_reached():
    names = {file.relative_to(ROOT).as_posix() for file in reached([ROOT / "months" / "archive.py"])}
    assert {"schema/sheets.py", "schema/fields.py", "notice/periods.py", "engine/dataset.py"} <= names


def raise_out_of_time():
    raise OutOfTime("已停止")


def test_what_was_begun_is_waited_for_and_named_where_it_took_too_much(tmp_path):
    engine, made = Engine(Serial(), Cache(tmp_path)), []
    engine.begin("数据", made.append, 1)
    engine.finish()
    assert made == [1]
    engine.begin("数据", raise_out_of_time)
    with pytest.raises(OutOfTime, match="生成数据时，已停止"):
        engine.finish()
