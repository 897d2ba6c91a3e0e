"""Every page says to browsers what it may do: run the scripts that are ours, and nothing else."""

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

import pytest

from pledgebatch.publish.index import render_index
from pledgebatch.publish.render import policy, template
from tests.publish.months import county

PAGES = sorted(path.name for path in files("pledgebatch.publish").joinpath("pages").iterdir())


def test_the_scripts_of_the_board_are_those_that_its_policy_allows():
    page = render_index(county(), {}, {})
    (allowed,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 2
    for script in scripts:
        assert b64encode(sha256(script.encode()).digest()).decode() in allowed
    assert allowed.count("sha256-") == 2


def test_a_page_without_scripts_runs_none():
    assert "script-src 'none'" in policy([])


@pytest.mark.parametrize("name", [name for name in PAGES if name.endswith(".html.j2")])
def test_every_template_is_a_part_of_a_page_with_a_policy(name):
    source = files("pledgebatch.publish").joinpath("pages", name).read_text("utf-8")
    assert "<script" not in source
    assert not re.search(r"\son\w+=", source)
    if "<!doctype" in source:
        assert 'http-equiv="Content-Security-Policy"' in source
        template(name)
