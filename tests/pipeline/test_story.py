"""The month reads as a story, and what its rooms hand to one another is little."""

import ast
import inspect
from pathlib import Path

import pytest

import pledgebatch
from pledgebatch.pipeline import consolidate as story

ROOT = Path(pledgebatch.__file__).parent
MOST = 6
"""Things that a function may be given; what always travels together is one thing."""
STEPS = ["collect", "identify", "assess", "conclude", "publish"]


def test_a_month_is_its_five_steps_in_their_order():
    tree = ast.parse(inspect.getsource(story))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    in_order = sorted((call.lineno, call.func.id) for call in calls)
    assert [name for _, name in in_order if name in STEPS] == STEPS


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_given_the_run_first(step):
    assert next(iter(inspect.signature(getattr(story, step)).parameters)) == "run"


@pytest.mark.parametrize("room", ["pipeline", "engine", "months", "mail", "demo"])
def test_no_function_takes_more_than_six_things(room):
    wide = [
        f"{file.name}: {node.name}"
        for file in sorted((ROOT / room).glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and len(_given(node.args)) > MOST
    ]
    assert wide == []


def _given(args):
    return [each for each in (*args.posonlyargs, *args.args, *args.kwonlyargs) if each.arg not in ("self", "cls")]
