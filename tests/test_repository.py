"""The repository seen as a workspace, and its documents."""

import re

import pytest
from click.testing import CliRunner

from pledgebatch.cli.commands import pledgebatch
from tests.generated import BLANK_REGISTRY, BLANK_WORKBOOK, CATALOGUE, ROOT, generate


@pytest.mark.parametrize("path", [CATALOGUE, BLANK_WORKBOOK, BLANK_REGISTRY])
def test_what_the_program_writes_into_the_repository_is_as_it_writes_it(path):
    assert (ROOT / path).read_bytes() == generate(path), "run `just generate`, which is python -m tests.generated"


def test_the_readme_names_every_command():
    readme = (ROOT / "README.md").read_text("utf-8")
    for command in pledgebatch.commands:
        assert f"`pledgebatch {command}" in readme


def test_the_readme_shows_pictures_that_are_there():
    readme = (ROOT / "README.md").read_text("utf-8")
    targets = re.findall(r"\]\(([^)#:]+)\)", readme)
    assert targets
    for target in targets:
        assert (ROOT / target).is_file(), target


def test_help_of_every_command_is_chinese():
    for command in pledgebatch.commands:
        told = CliRunner().invoke(pledgebatch, [command, "--help"]).output
        assert re.search("[\u4e00-\u9fff]", told)
