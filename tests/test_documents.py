"""The documents say what the program does: every command, file, message and picture that they name."""

import ast
import importlib.util
import logging
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from pledgebatch.cli.commands import pledgebatch as commands
from pledgebatch.cli.log import keeping_log
from pledgebatch.demo.inbox import LIST_NAME
from pledgebatch.pipeline.settings import blank_settings
from pledgebatch.readers.file_types import Format
from pledgebatch.schema.states import State
from tests import books, quick_months
from tests.decided import decide

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
HANDBOOK = (DOCS / "手册.md").read_text("utf-8")
READERS = [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
CODE = re.compile(r"`([^`\n]+)`|^(?: {4,})(\S.*)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:]*)(?:#([^)]*))?\)")
BY_HAND = ("inbox/{month}/**", "mail/journal.sqlite3", "mail/set_aside/**", "desk.log", ".desk/**", ".door/**")
"""What only the clerk, a mailbox or the desk brings; the tests of those see it written."""


def code_of(text: str) -> list[str]:
    return [one or two for one, two in CODE.findall(text)]


@pytest.mark.parametrize("path", READERS, ids=lambda path: path.name)
def test_links_and_pictures_lead_somewhere(path: Path) -> None:
    links = LINK.findall(path.read_text("utf-8"))
    assert links or path.name not in ("README.md", "README.zh-CN.md", "architecture.md")
    for target, anchor in links:
        place = path.parent / target if target else path
        assert place.is_file(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", place.read_text("utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w-]", "", heading.replace(" ", "-")) for heading in headings}, anchor


def test_the_pictures_shown_are_exactly_those_that_the_command_makes() -> None:
    named = importlib.util.spec_from_file_location("pictures", DOCS / "pictures.py")
    assert named
    assert named.loader
    made = importlib.util.module_from_spec(named)
    named.loader.exec_module(made)
    shown = {
        Path(target).stem
        for path in READERS
        for target, _ in LINK.findall(path.read_text("utf-8"))
        if target.endswith(".png")
    }
    assert shown == set(made.PICTURES) == {path.stem for path in (DOCS / "pictures").iterdir()}
    assert sum(path.stat().st_size for path in (DOCS / "pictures").iterdir()) < 1_500_000


@pytest.mark.parametrize("path", READERS, ids=lambda path: path.name)
def test_commands_and_options_exist(path: Path) -> None:
    for line in code_of(path.read_text("utf-8")):
        words = re.sub(r"^\S*[\\/]", "", line).split()
        if words[:1] != ["pledgebatch"] or len(words) == 1 or not re.fullmatch("[a-z]+", words[1]):
            continue
        command = commands.commands[words[1]]
        options = {name for each in command.params for name in each.opts} | {"--help"}
        assert {word.rstrip("；，。") for word in words if word.startswith("--")} <= options, line


def test_the_handbook_tells_of_every_command_and_option_of_the_clerk() -> None:
    told = " ".join(code_of(HANDBOOK))
    for name, command in commands.commands.items():
        assert re.search(rf"pledgebatch {name}\b", told), name
        for option in command.params:
            if option.name not in ("quiet", "form", "workers", "workspace") and name not in ("demo",):
                assert (
                    any(each in told for each in option.opts if each.startswith("--"))
                    or option.param_type_name == "argument"
                ), option


def test_the_handbook_explains_every_sentence_that_a_command_may_refuse_with() -> None:
    told = [re.sub(r"\s", "", line) for line in HANDBOOK.splitlines() if line.startswith("| ")]
    modules = [path.read_text("utf-8") for path in (ROOT / "pledgebatch").rglob("*.py") if "desk" not in path.parts]
    kinds = {"OfficeMistake", *re.findall(r"^class (\w+)\(OfficeMistake\)", "\n".join(modules), re.MULTILINE)}
    sentences = {said for module in modules for said in refusals_of(ast.parse(module), kinds)} - {""}
    assert len(sentences) > 80
    assert [said for said in sorted(sentences) if not any(said in line for line in told)] == []


def refusals_of(module: ast.Module, kinds: Collection[str]) -> Iterator[str]:
    """What the mistakes of these ``kinds`` say that a module makes, in its own words or by a constant of its own."""
    own = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in kinds:
            sentence = node.args[0]
            if isinstance(sentence, ast.Call) and isinstance(sentence.func, ast.Attribute):  # NAME.format(…)
                sentence = sentence.func.value
            yield longest(own.get(getattr(sentence, "id", ""), sentence))


def longest(sentence: ast.expr) -> str:
    """The longest part of a message that is always the same; none where all of it is given by somebody else."""
    values = sentence.values if isinstance(sentence, ast.JoinedStr) else [sentence]
    parts = [part.value for part in values if isinstance(part, ast.Constant)]
    cut = [re.sub(r"\s", "", piece) for part in parts for piece in re.split(r"[：，；。]|\{[^}]*\}", str(part))]
    return max(cut, key=len, default="")


def test_the_handbook_explains_every_state_and_why_a_file_cannot_be_read() -> None:
    assert all(f"| {state.label} |" in HANDBOOK for state in State)
    from pledgebatch.readers import file_types

    reasons = file_types.REFUSED.values()
    assert len(reasons) >= len(Format) - 4
    assert all(f"| {said} |" in HANDBOOK for said in reasons)


def test_settings_that_the_handbook_names_exist() -> None:
    named = {
        "late_after_day",
        "address",
        "smtp_host",
        "imap_host",
        "encrypt",
        "passwords",
        "smtp_port",
        "smtp_security",
        "ca_file",
        "folder",
    }
    assert all(f"`{each}" in HANDBOOK or each in HANDBOOK for each in named)
    assert all(re.search(rf"^# {each} +=", blank_settings(), re.MULTILINE) for each in named)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every file that the commands write, run one after another as a clerk would."""
    place = tmp_path_factory.mktemp("outputs") / "w"

    def run(*words: object) -> None:
        with quick_months.asking("FIL01", "ORG06"):
            done = CliRunner().invoke(commands, [*map(str, words), "--workspace", str(place)], standalone_mode=False)
        assert not done.exception, (words, done.exception)

    assert CliRunner().invoke(commands, ["init", str(place)], standalone_mode=False).exception is None
    registry = books.REGISTRY.assign(email="a@example.org")
    books.write_registry(place / "registry.xlsx", registry)
    decide(place, "经办意见")  # as the program does, below what stands there
    for period in ("2011-03", "2011-04"):
        path = books.write(place / "inbox" / period / "一小.xlsx", {"period": period, "phone": ""}, period=period)
        _rename_a_header(path)
        run("templates", "--period", period, "--workers", 0)
        with quick_months.writing_only_data():
            run("consolidate", "--period", period, "--workers", 0)
    now = {"period": "2011-04", "phone": "", "filled_by": "王芳"}
    _rename_a_header(books.write(place / "inbox" / "2011-04" / "一小.xlsx", now, period="2011-04"))
    run("consolidate", "--period", "2011-04", "--workers", 0, "--again")
    run("templates", "--period", "2011-05", "--passwords", "new", "--workers", 0)
    run("forms", "--period", "2011-04", "--word", "--workers", 0)
    run("year", "S1", "--year", 2011)
    (place / "pledgebatch.toml").write_text(
        '[mail]\naddress = "office@example.org"\nsmtp_host = "example.org"\n', "utf-8"
    )
    run("send", "--period", "2011-04", "--dry-run")
    run("rollup", place / "output" / "2011-04", "--workers", 0)
    with keeping_log(place):
        logging.getLogger("pledgebatch").error("a rule crashed")
    found = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    return found | {LIST_NAME}  # the demo's, beside the workspace's own


def _rename_a_header(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    (cell,) = [cell for row in book["党员承诺"].iter_rows(max_row=5) for cell in row if cell.value == "文化程度"]
    cell.value = "学历"
    book.save(path)


OUTPUTS = (DOCS / "outputs.md").read_text("utf-8").partition("\n## ")[0]
"""The table of files; what stands in them comes below."""


def patterns() -> dict[str, re.Pattern[str]]:
    """The files of docs/outputs.md, each as a pattern."""
    rows = re.findall(r"^\| `([^`]+)` \|", OUTPUTS, re.MULTILINE)
    words = {
        r"\{month\}": r"20\d\d-\d\d", r"\{year\}": r"20\d\d", r"\{organisation\}": "[^/]+", r"\{superior\}": "[^/]+",
        r"\*\*": ".+", r"\*": "[^/]+",
    }  # fmt: skip
    found = {}
    for row in rows:
        told = re.escape(row)
        for word, pattern in words.items():
            told = told.replace(word, pattern)
        found[row] = re.compile(told)
    return found


def test_every_file_written_stands_in_the_table_of_outputs_and_no_other(written: set[str]) -> None:
    known = patterns()
    unknown = [path for path in sorted(written) if not any(each.fullmatch(path) for each in known.values())]
    assert not unknown
    never = [row for row, each in known.items() if row not in BY_HAND and not any(map(each.fullmatch, written))]
    assert not never
    assert LIST_NAME in known


def test_the_table_of_outputs_says_who_reads_each_and_where_it_comes_from() -> None:
    rows = re.findall(r"^\| `[^`]+` \| (.+?) \| (.+?) \| `([^`]+)` \|$", OUTPUTS, re.MULTILINE)
    assert len(rows) == len(patterns())
    assert all((ROOT / "pledgebatch" / module).is_file() for _, _, module in rows)


def test_files_that_the_handbook_names_are_written(written: set[str]) -> None:
    names = {Path(path).name for path in (*written, *BY_HAND)}
    for word in code_of(HANDBOOK):
        file = re.fullmatch(r"(?:[^ ]*[\\/])?([^ \\/]+\.(?:xlsx|html|csv|docx|toml|log|sqlite3))", word)
        if file and file[1] not in ("工作簿.xlsx", "index.html"):
            wanted = re.sub(r"20\d\d-\d\d", "(2011-0[34])", re.escape(file[1]).replace(r"\-", "-"))
            assert any(re.fullmatch(wanted, name) for name in names), word


def test_the_handbook_says_what_a_table_of_findings_says(tmp_path: Path) -> None:
    """The waiver that the handbook describes: five columns, and the finding stays but does not count."""
    place = books.workspace(tmp_path / "w")
    books.write(place / "inbox" / "2011-03" / "一小.xlsx", {"phone": ""})
    before = quick_months.consolidate(place, "2011-03", all_rules=True)
    code = before.findings.loc[before.findings["field"] == "phone", "rule"].iloc[0]
    headers = re.search(r"填一行：(.+?)、规则编号（.+?）、\n?(.+?)、(.+?)、(.+?)，五项都要填", HANDBOOK)
    assert headers
    assert headers.groups() == ("组织编码", "有效期至", "理由", "批准人")
    waiver = {"unit_code": "S1", "rule": code, "until": "2011-12-31", "reason": "没有电话", "approved_by": "周敏"}
    books.write_registry(place / "registry.xlsx", books.REGISTRY, pd.DataFrame([waiver], dtype="str"))
    after = quick_months.consolidate(place, "2011-03", all_rules=True)
    assert len(after.findings) == len(before.findings)
    assert after.coverage["error"].sum() == before.coverage["error"].sum() - 1
