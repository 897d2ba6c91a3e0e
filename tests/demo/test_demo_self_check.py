"""The demo's own workbooks, calculated anew: what 自查 shows is found by the office too, and it is most of it."""

from collections import Counter
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from pledgebatch.notice.periods import Period, stages_due
from pledgebatch.schema.sheets import SELF_CHECK_NAME
from pledgebatch.schema.states import LIVE, Severity
from pledgebatch.workbooks.checks import lines_due
from pledgebatch.workbooks.self_check import COUNT, FIRST
from tests import office
from tests.demo.conftest import Demo

OPENED = {"2010-12": 6, "2011-04": 12}
"""The months whose workbooks are opened, the year's end among them, each with how many errors the self-check shows at the
least; only what last month, the registry or people's words tell is left."""
SILENT = 3
"""Of the workbooks to which the self-check should have nothing to say, how many of a month are opened, the small ones with
grave findings first: they are much alike, and a large one takes as long as five others."""


def standard(place: Path, files: list[str]) -> list[str]:
    """The files that are workbooks with their self-check still in them."""
    kept = [file for file in files if file.endswith(".xlsx") and (place / file).is_file()]
    return [file for file in kept if SELF_CHECK_NAME in CalamineWorkbook.from_path(place / file).sheet_names]


def test_the_self_check_shows_most_of_what_the_office_finds_and_nothing_else(
    demo: Demo, capsys: pytest.CaptureFixture[str]
) -> None:
    office.require_office()
    months, asked = demo.months, []
    for period in OPENED:
        month = months[period]
        used = month.submissions[month.submissions["state"].isin(LIVE)]
        inbox = demo.place / "inbox" / period
        files = standard(inbox, used["file"].tolist())
        grave = set(month.findings.loc[month.findings["severity"] != Severity.NOTICE, "file"])
        lines = {
            (line.sheet.name, line.rule.code, str(line.severity))
            for line in lines_due(stages_due(Period.parse(period)))
        }
        places = month.findings[["sheet", "rule", "severity"]].astype("str").apply(tuple, axis=1)
        shown = set(month.findings.loc[places.isin(lines), "file"])
        silent = [file for file in files if file not in shown]
        silent.sort(key=lambda file, inbox=inbox, grave=grave: (file not in grave, (inbox / file).stat().st_size))
        opened = [file for file in files if file in shown] + silent[:SILENT]
        asked += [(period, file, inbox / file) for file in opened]
    told = office.counted([(path, [{}]) for *_, path in asked], SELF_CHECK_NAME)
    seen, more = Counter(), []
    for (period, file, _), [rows] in zip(asked, told, strict=True):
        findings = months[period].findings
        own = findings[findings["file"] == file]
        for line, row in zip(lines_due(stages_due(Period.parse(period))), rows[FIRST:], strict=True):
            here = own[(own["sheet"] == line.sheet.name) & (own["rule"] == line.rule.code)]
            found = int((here["severity"] == str(line.severity)).sum())
            if float(row[COUNT]) > found:
                more.append(f"{file} {line.sheet.name} {line.rule.code}: {row[COUNT]}, office {found}")
            seen[period] += int(float(row[COUNT])) if line.severity is Severity.ERROR else 0
    assert not more, "\n".join(more)
    for period, least in OPENED.items():
        assert seen[period] >= least
    with capsys.disabled():
        errors = {period: int((month.findings["severity"] == Severity.ERROR).sum()) for period, month in months.items()}
        print(f"\nself-check of the demo: {len(asked)} workbooks, errors shown {dict(seen)} of {errors}")
