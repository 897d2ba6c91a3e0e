"""One statement of what must be answered: the office's breach and the workbook's condition say the same."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledgebatch.rules.book import BY_CODE, RULES
from pledgebatch.rules.machinery.conditions import Blank, Condition, Is, Unlisted
from pledgebatch.rules.machinery.required import confirmed, required, required_together
from pledgebatch.rules.machinery.rule import ALWAYS, ERROR, FACT, ROW, Rule
from pledgebatch.schema.sheets import BY_KEY, ITEMS
from tests.rules.typed import findings, typed

KEYS = ("pledger", "status", "conclusion", "result", "advice", "due")
TEXTS = {
    "pledger": ["", "组织", "党员", "党 员", "谁"],
    "status": ["", "已完成", "撤销", "已 完 成", "快了"],
    "conclusion": ["", "通过", "退回完善", "？"],
    "result": ["", "有记录", " ", "\u200b"],
    "advice": ["", "写明数量"],
    "due": ["", "2011-06-30", "何时"],
}
ROWS = st.lists(
    st.fixed_dictionaries({key: st.sampled_from(texts) for key, texts in TEXTS.items()}), min_size=1, max_size=4
)
SIMPLE = st.one_of(
    st.sampled_from(KEYS).map(Blank),
    st.sampled_from(["pledger", "status", "conclusion"]).map(Unlisted),
    st.sampled_from(["已完成", "撤销"]).map(lambda value: Is("status", (value,))),
)
CONDITIONS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] & pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1]),
        inner.map(lambda one: ~one),
    ),
    max_leaves=4,
)


@settings(deadline=None, max_examples=60)
@given(ROWS, CONDITIONS)
def test_a_condition_is_the_same_of_texts_and_of_typed_rows(rows: list[dict[str, str]], condition: Condition) -> None:
    frame = typed(ITEMS, [rows], 2011)
    of_texts = condition.holds(ITEMS, lambda key: [row.get(key, "") for row in rows])
    assert condition.over(frame).tolist() == of_texts


def rule() -> Rule:
    return Rule("TST01", "-", "-", ERROR, FACT, ROW, ALWAYS, "", "")


def found(one: Rule, rows: list[dict[str, str]]) -> list[list[int]]:
    """The rows that each case finds, and those that each of its conditions does."""
    frame = typed(ITEMS, [rows], 2011)
    columns = lambda key: [row.get(key, "") for row in rows]  # noqa: E731
    of_office = [case.breach(rows=frame).notna().tolist() for case in one.cases]
    of_workbook = [
        condition.holds(ITEMS, columns)
        for case in one.cases
        for condition in (case.offline, case.offline_blanks, case.offline_sure)
        if condition
    ]
    return [[place for place, so in enumerate(each) if so] for each in (*of_office, *of_workbook)]


def test_a_blank_choice_and_one_not_understood_are_breaches_for_both():
    one = rule()
    required(one, "items", "status")
    assert found(one, [{"status": text} for text in TEXTS["status"]]) == [[0, 4], [0, 4]]


def test_of_a_day_the_workbook_counts_the_blanks_alone():
    one = rule()
    required(one, "items", "redo_by", Is("conclusion", ("退回完善",)))
    rows = [{"conclusion": "退回完善", "redo_by": text} for text in ("", "2011-06-30", "何时")]
    assert found(one, [*rows, {"conclusion": "通过"}]) == [[0, 2], [0]]


def test_where_another_rule_speaks_of_what_was_not_understood_only_blanks_are_breaches():
    one = rule()
    required(one, "items", "due", only_blank=True)
    assert found(one, [{"due": text} for text in TEXTS["due"]]) == [[0], [0], [0]]


def test_a_no_is_a_breach_that_says_what_to_do():
    one = rule()
    confirmed(one, "organisations", "org_sealed", "请盖章")
    frame = typed(BY_KEY["organisations"], [[{"org_sealed": text} for text in ("是", "否", "")]], 2011)
    hints = one.cases[0].breach(rows=frame)
    assert hints.isna().tolist() == [True, False, False]
    assert hints[1] == "“党组织盖章”填的是“否”，请盖章"


def test_fields_filled_in_together_are_reported_once_at_the_first():
    one = rule()
    required_together(one, "items", ("reviewer", "review_date", "conclusion"))
    rows = [{}, {"reviewer": "周敏"}, {"reviewer": "周敏", "review_date": "2011-03-05", "conclusion": "通过"}]
    assert found(one, rows)[:3] == [[0], [1], []]


@pytest.mark.parametrize(
    ("code", "tables", "expected"),
    [
        ("ITM03", {"items": [{"text": "每月上门走访3户", "due": ""}]}, ["error items.1.due"]),
        ("ITM03", {"items": [{"text": "每月上门走访3户", "due": "年底"}]}, []),
        ("TRK02", {"items": [{"status": "已完成", "done_date": "2011-03-05"}, {}]}, ["error items.1.result"]),
        ("MEM02", {"members": [{"name": "王芳", "sex": "女士"}, {"name": "李明", "sex": "男"}]}, ["error members.1.sex"]),
        ("ORG10", {"organisations": [{"org_date": "2011-03-05", "org_sealed": "否"}]}, ["error organisations.org_sealed"]),
        ("TRK06", {"items": [{"item_no": "Z2"}], "last_items": [{"item_no": "Z1"}, {"item_no": "Z2"}]}, ["error items"]),
    ],
)  # fmt: skip
def test_the_small_door(code, tables, expected):
    assert findings(code, **tables) == expected


@pytest.mark.parametrize("each", {one.scope: one for one in RULES}.values(), ids=lambda one: str(one.scope))
def test_rules_of_every_scope_can_be_asked_through_the_small_door(each):
    assert isinstance(findings(each.code, items=[{"text": "每月上门走访3户"}], members=[{"name": "王芳"}]), list)


def test_each_statement_names_its_field():
    for each in BY_CODE.values():
        for case in each.cases:
            if case.breach.__name__.endswith("_lacking"):
                assert case.breach.__name__ == f"{case.at}_lacking"
                assert not pd.isna(case.at)
