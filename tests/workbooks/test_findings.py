"""Findings as records: in their cells, and those of one cause together."""

import pandas as pd
import pytest

from pledgebatch.schema.frames import FINDING, frame
from pledgebatch.schema.sheets import ITEMS, MEMBERS, ORGANISATION
from pledgebatch.schema.states import Severity
from pledgebatch.workbooks.causes import APART, find_causes, places_in_words, sort_causes
from pledgebatch.workbooks.findings import Finding, findings_of, gravest
from pledgebatch.workbooks.marks import marks_of


def findings(*rows: dict[str, object]) -> list[Finding]:
    usual = {"organisation": "S1", "file": "一小.xlsx", "rule": "ITM03", "severity": "error", "sheet": ITEMS.name}
    return findings_of(frame(FINDING, [usual | row for row in rows]))


def due(row: int, **more: object) -> dict[str, object]:
    return {"row": row, "field": "due", "cell": f"I{row}", "message": "“完成时限”未填写", "value": ""} | more


def test_what_a_frame_lacks_is_empty() -> None:
    (one,) = findings_of(pd.DataFrame({"severity": ["notice"], "message": ["请核对"]}))
    assert (one.sheet, one.row, one.value, one.severity) == ("", None, "", Severity.NOTICE)


@pytest.mark.parametrize(
    ("sheet", "row", "field", "spot"),
    [
        (ITEMS, 7, "due", (7, "due")),
        (ITEMS, 7, "", (7, ITEMS.identity[0])),
        (ITEMS, None, "due", None),
        (MEMBERS, 4, "no_such_field", (4, MEMBERS.identity[0])),
        (ORGANISATION, None, "phone", (None, "phone")),
        (ORGANISATION, None, "", None),
    ],
)
def test_a_finding_is_marked_in_its_cell(sheet, row, field, spot) -> None:
    (one,) = findings({"sheet": sheet.name, "row": row, "field": field, "message": "请核对"})
    assert one.spot(sheet) == spot
    assert list(marks_of(sheet, [one])) == [spot] * (spot is not None)


def test_what_says_the_same_is_noted_once() -> None:
    both = findings(due(4), due(4), due(4, severity="warning"))
    marks = marks_of(ITEMS, both)
    assert [each.severity for each in marks[4, "due"]] == [Severity.ERROR, Severity.WARNING]
    assert gravest(marks[4, "due"][::-1]) == Severity.ERROR


def test_what_differs_in_what_it_quotes_is_drawn_together_where_it_is_much() -> None:
    few, many = (
        [due(row, message=f"“完成时限”填的“{row}月份”不能识别") for row in range(4, 4 + n)] for n in (APART, APART + 1)
    )
    assert len(find_causes(findings(*few))) == APART
    (cause,) = find_causes(findings(*many))
    assert cause.message == "“完成时限”填的“…”不能识别"
    assert places_in_words(cause.findings, {}) == f"《承诺事项》I4–I{4 + APART} 共 {APART + 1} 处"


def test_the_gravest_cause_comes_first() -> None:
    causes = sort_causes(find_causes(findings(due(4, severity="notice"), due(5), due(6, severity="warning"))))
    assert [cause.severity for cause in causes] == list(Severity)
