"""The repository seen as a workspace, and its documents."""

import re
from pathlib import Path

from click.testing import CliRunner

from pledgebatch.cli.commands import pledgebatch
from pledgebatch.notice.periods import Period
from pledgebatch.publish.rule_book import render_rules
from pledgebatch.workbooks.registry_book import write_registry
from pledgebatch.workbooks.workbook import write_workbook

ROOT = Path(__file__).parents[1]
BLANK = ROOT / "input_templates"
PERIOD = Period(2011, 3)


def test_the_committed_templates_are_what_the_writer_makes(tmp_path):
    write_workbook(tmp_path / "承诺工作簿.xlsx", PERIOD, {})
    write_registry(tmp_path / "registry.xlsx")
    for name in ("承诺工作簿.xlsx", "registry.xlsx"):
        assert (BLANK / name).read_bytes() == (tmp_path / name).read_bytes(), f"make {name} again"


def test_the_readme_names_every_command():
    readme = (ROOT / "README.md").read_text("utf-8")
    for command in pledgebatch.commands:
        assert f"`pledgebatch {command}" in readme


def test_the_readme_shows_pictures_that_are_there():
    readme = (ROOT / "README.md").read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert (ROOT / target).is_file(), target


def test_the_rule_catalogue_is_what_the_rules_say():
    told = (ROOT / "docs" / "rules.md").read_text("utf-8")
    assert told == render_rules(), "run pledgebatch rules --format markdown > docs/rules.md"


def test_help_of_every_command_is_chinese():
    for command in pledgebatch.commands:
        told = CliRunner().invoke(pledgebatch, [command, "--help"]).output
        assert re.search("[\u4e00-\u9fff]", told)
