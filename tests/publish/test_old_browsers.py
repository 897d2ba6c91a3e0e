"""Pages as the browsers of offices show them: 360 and Edge in a mode of compatibility know neither new colours nor new script."""

import re
from pathlib import Path

import pytest

from tests.publish.conftest import Made

NEW_STYLE = r"var\(|oklch\(|oklab\(|lch\(|color-mix\(|light-dark\(|:is\(|:where\(|:has\(|@layer|@container|clamp\(|[^-]inset:|&:hover"
"""What an old engine drops together with the declaration, or the whole rule, in which it stands."""
NEW_SCRIPT = r"=>|\blet\b|\bconst\b|\bclass\s+\w|`|\?\.|\?\?|\.\.\.|\basync\b|\.includes\(|\.startsWith\(|\bof\s+\w+\)"


@pytest.fixture(scope="module")
def pages(made: Made) -> dict[str, str]:
    return {name: Path(path).read_text("utf-8") for name, path in made.pages().items()}


def parts(page: str, tag: str) -> str:
    return "\n".join(re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", page, re.DOTALL))


def test_every_page_asks_for_the_newest_engine_there_is(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        head = page.partition("</head>")[0]
        assert '<meta http-equiv="X-UA-Compatible" content="IE=edge">' in head, name
        assert '<meta name="renderer" content="webkit">' in head, name
        assert head.index("X-UA-Compatible") < head.index("<style"), name


def test_no_style_or_script_is_newer_than_old_engines(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        assert not re.search(NEW_STYLE, parts(page, "style")), name
        assert not re.search(NEW_SCRIPT, parts(page, "script")), name
        assert "{{" not in parts(page, "style")
