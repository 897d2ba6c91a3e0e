"""The pages' templates, compiled once a process, and what several pages say alike."""

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from pledgebatch.notice.clauses import CLAUSES, NO_CLAUSE
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.frames import counting
from pledgebatch.schema.month import Month

COLOURS = {
    "accent": "#8c1d18", "ink": "#262220", "line": "#ddd6cc", "soft": "#f8f5f0", "grey": "#5f5851", "bad": "#a3130d",
    "warn": "#7a5200", "good": "#1d6b34", "info": "#1f4e79",
}  # fmt: skip
"""Written out in each page: browsers in a mode of compatibility know no variables, and would show white on white."""
MOST_UNDECIDED = 5
"""Organisations named for which a rule could not be evaluated."""
NOTHING = "'none'"
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that nobody sees and that turn the direction of all that follows, our own words too."""
_MISREAD = re.compile(r"[^\w/.()（）·-]")
"""What a browser would take for something else than part of a path; Chinese is read as it stands, and is three times as short."""


@cache
def template(name: str) -> Template:
    """A page's template; everything put into it is escaped."""
    return environment("pledgebatch.publish").get_template(name)


@cache
def environment(*packages: str) -> Environment:
    """What pages are made in, from the templates in the folder ``pages`` of ``packages``, the first that has one."""
    made = Environment(
        autoescape=True,
        loader=ChoiceLoader([PackageLoader(package, "pages") for package in packages]),
        undefined=StrictUndefined,
        finalize=remove_turns,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(script=script, policy=policy, colour=COLOURS)
    return made


def policy(scripts: Iterable[str]) -> str:
    """What a page may do, for browsers: show itself in its own style and run these ``scripts`` of ours, no others."""
    hashes = " ".join(f"'sha256-{b64encode(sha256(_source(name).encode()).digest()).decode()}'" for name in scripts)
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src {hashes or NOTHING}; base-uri {NOTHING}; form-action {NOTHING}"


def script(name: str) -> Markup:
    """A script of ours as it stands in a page."""
    return Markup(f"<script>{_source(name)}</script>")  # nothing that was typed is in it


@cache
def _source(name: str) -> str:
    return files(__package__).joinpath("pages", name).read_text("utf-8")


def remove_turns(value: Any) -> Any:
    """A value without the marks that turn the direction of text; the frames keep what was typed."""
    return _TURNS.sub("", value) if isinstance(value, str) and not value.isascii() and _TURNS.search(value) else value


def href(path: str) -> str:
    """A path as a link beside the page."""
    return _MISREAD.sub(lambda found: quote(found[0]), path)


def render(page: str, month: Month, **values: Any) -> str:
    """A page about ``month``."""
    return template(page).render(period=month.period.label, cutoff=month.period.cutoff.isoformat(), **values)


def count_by_clause(month: Month, most: int = 10) -> list[dict[str, Any]]:
    """The clauses with most findings, for a chart."""
    counts = counting(month.findings)["clause"].value_counts()
    titles = {clause.number: f"{clause.number} {clause.title}" for clause in CLAUSES} | {NO_CLAUSE: "表格与报送"}
    order = sorted(counts.items(), key=lambda pair: (-int(pair[1]), str(pair[0])))
    return [{"label": titles.get(str(clause), str(clause)), "count": int(count)} for clause, count in order[:most]]


def reasons_not_evaluated(month: Month, organisation: str = "") -> list[tuple[str, str]]:
    """Why rules were not evaluated for anybody, or for one ``organisation``, each reason once with its rules."""
    own = month.undecided[month.undecided["organisation"] == organisation]
    by_reason: dict[str, list[str]] = {}
    for code, reason in (*month.not_evaluated.items(), *zip(own["rule"], own["reason"], strict=True)):
        by_reason.setdefault(reason, []).append(code)
    return [(reason, "、".join(codes)) for reason, codes in by_reason.items()]


def list_undecided(month: Month) -> list[str]:
    """The rules that were not evaluated for some organisations, each with the reason and their names."""
    names = shown_names(month.registry)
    lines = []
    for (reason, code), rows in month.undecided.groupby(["reason", "rule"]):
        who = [str(names.get(each, each or "未登记的文件")) for each in rows["organisation"]]
        more = f"等 {len(who)} 个组织" if len(who) > MOST_UNDECIDED else ""
        lines.append(f"{code}：{'、'.join(who[:MOST_UNDECIDED])}{more}（{reason}）")
    return lines
