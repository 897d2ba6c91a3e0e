"""What lets others join: tasks, hooks and the workflow do what the README's test command does; what is declared is used."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml

from tests.clients import require

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
WORKFLOW = (ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8")
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
UNTESTED = "untested until it has run"
INSTALL = 2
"""The steps of the test command that make the environment."""


def in_steps() -> list[str]:
    """The README's test command, which ``.ci/run`` runs, step by step."""
    found = re.search(r"^    (.+)$", README.partition("\n## Test\n")[2], re.MULTILINE)
    assert found
    return found[1].split(" && ")


def tool(name: str) -> str:
    """Where a program of the extra ``dev`` is."""
    found = sorted(Path(sys.executable).parent.glob(f"{name}*"))
    require("" if found else f"{name} is not installed: pip install -e '.[dev]'")
    return str(found[0])


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    known = os.environ | {"PATH": path} | environment
    return subprocess.run(words, cwd=folder, env=known, capture_output=True, text=True, encoding="utf-8")


def recipe(*names: str) -> list[str]:
    """The commands of tasks as Linux has them; they are not run."""
    done = run(ROOT, tool("just"), "--dry-run", *names)
    assert done.returncode == 0, done.stderr
    lines = [line.strip().replace(".venv/Scripts/", ".venv/bin/") for line in done.stderr.splitlines()]
    return [re.sub("^py ", "python3 ", line) for line in lines]


def test_tasks_do_what_the_test_command_does() -> None:
    install, checks = in_steps()[:INSTALL], in_steps()[INSTALL:]
    assert recipe("install") == install
    assert recipe("lint") + recipe("test") == checks


def test_every_task_is_told_and_what_it_runs_exists() -> None:
    names = run(ROOT, tool("just"), "--summary").stdout.split()
    assert sorted(names) == sorted(re.findall(r"^\| `just (\w+)` \|", CONTRIBUTING, re.MULTILINE))
    for name in names:
        for command in recipe(name):
            program, *words = command.split()
            assert program == "python3" or program.startswith(".venv/bin/"), command
            scripts = [word for word in words if word.endswith(".py")]
            scripts += [f"{word.replace('.', '/')}.py" for word in words if word.startswith("tests.")]
            assert all((ROOT / script).is_file() for script in scripts), command


def test_the_workflow_runs_what_ci_runs_on_linux_and_windows() -> None:
    jobs = yaml.safe_load(WORKFLOW)["jobs"]
    assert set(jobs) == {"linux", "windows"}
    linux, windows = (_commands(jobs[name]) for name in ("linux", "windows"))
    assert linux == ["bash .ci/run"]
    there = [step.replace("python3", "python").replace(".venv/bin/", ".venv/Scripts/") for step in in_steps()]
    assert windows == [" && ".join(there)]
    assert "README.md" in (ROOT / ".ci" / "run").read_text("utf-8")


def _commands(job: dict[str, list[dict[str, str]]]) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def test_the_windows_job_is_called_untested_in_both_places_or_in_none() -> None:
    above = WORKFLOW.partition("  windows:")[0].splitlines()[-1]
    assert (UNTESTED in above.lower()) == (UNTESTED in CONTRIBUTING)


def test_hooks_need_no_network_and_check_what_lint_checks() -> None:
    assert [each["repo"] for each in HOOKS["repos"]] == ["local"]
    hooks = HOOKS["repos"][0]["hooks"]
    assert {hook["language"] for hook in hooks} == {"system", "pygrep"}
    entries = [hook["entry"] for hook in hooks if hook["language"] == "system"]
    assert all(Path(tool(entry.split()[0])).is_file() for entry in entries)
    checks = [step.removeprefix(".venv/bin/").removesuffix(" --check") for step in in_steps()[INSTALL:-1]]
    assert set(checks) <= {re.sub(" --[a-z-]+", "", entry) for entry in entries}


@pytest.fixture
def commits(tmp_path: Path) -> Path:
    """A small repository with the hooks, and a file that is not as they want it."""
    place = tmp_path / "small"
    place.mkdir()
    for name in (".pre-commit-config.yaml", "pyproject.toml"):
        (place / name).write_bytes((ROOT / name).read_bytes())
    (place / "one.py").write_text('"""One."""\nX   = 1   \n\n\n', "utf-8")
    for words in (["init", "-q"], ["add", "."]):
        assert run(place, "git", *words).returncode == 0
    return place


def test_hooks_mend_what_they_can(commits: Path, tmp_path: Path) -> None:
    def hooks(*words: str) -> int:
        return run(commits, tool("pre-commit"), "run", *words, PRE_COMMIT_HOME=str(tmp_path / "home")).returncode

    assert hooks("--all-files") == 1
    assert (commits / "one.py").read_text("utf-8") == '"""One."""\n\nX = 1\n'
    assert hooks("--all-files") == 0
    subject = commits / "subject"
    for length, status in ((72, 0), (73, 1)):
        subject.write_text("x" * length + "\n\n" + "y" * 90 + "\n", "utf-8")
        assert hooks("--hook-stage", "commit-msg", "--commit-msg-filename", str(subject)) == status


def test_every_package_that_is_imported_is_declared_and_no_other() -> None:
    """Those of the tests in the extra ``dev``, those that only an extra brings in that extra."""
    extras = PROJECT["optional-dependencies"]
    declared = {_name(each) for each in PROJECT["dependencies"]}
    optional = {_name(each) for name in ("cluster", "door", "forms", "keyring") for each in extras[name]}
    own = _imported(ROOT / "pledgebatch")
    brought = {"dask", "python-docx"}
    """By distributed and docxtpl."""
    by_pandas = {"openpyxl"}
    assert (own - brought) | by_pandas == declared | optional
    known = {_name(each) for name in ("dev", "benchmarks") for each in extras[name]} | own | brought
    assert all(_imported(ROOT / folder) <= known | by_pandas for folder in ("tests", "benchmarks", "docs", "tools"))


def _imported(folder: Path) -> set[str]:
    """The distributions that the modules below ``folder`` import."""
    of_module = packages_distributions()
    return {_name(name) for module in _modules(folder) for name in of_module.get(module, [])} - {"pledgebatch"}


def _modules(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from (each.name.partition(".")[0] for each in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                yield node.module.partition(".")[0]


def _name(requirement: str) -> str:
    """The name of a distribution in the one way of writing it."""
    return re.sub("[-_.]+", "-", re.split(r"[<>=\[ ]", requirement)[0]).lower()


def test_a_bound_from_above_has_its_reason_beside_it() -> None:
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    bounded = [line for line in lines if re.fullmatch(r'    "[^"]+,<[^"]+",.*', line)]
    assert len(bounded) > 5
    assert all(re.search(r"  # \w", line) for line in bounded)


def test_the_version_stands_in_one_place_and_heads_the_changes() -> None:
    heading = re.search(r"^## (.+)$", (ROOT / "CHANGES.md").read_text("utf-8"), re.MULTILINE)
    assert heading
    assert heading[1] == PROJECT["version"]
    package = [path.read_text("utf-8") for path in (ROOT / "pledgebatch").rglob("*.py")]
    assert not [text for text in package if PROJECT["version"] in text]


def test_the_package_is_typed_for_those_who_use_it() -> None:
    assert (ROOT / "pledgebatch" / "py.typed").read_bytes() == b""
    assert "Typing :: Typed" in PROJECT["classifiers"]
    assert (ROOT / PROJECT["readme"]).is_file()
    assert all((ROOT / name).is_file() for name in PROJECT["license-files"])
