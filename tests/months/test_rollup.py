"""Closure: offices rolled up one level, in any grouping, and the numbers are the sums of those below."""

from dataclasses import fields, replace
from functools import cache

import pandas as pd
import pytest

import pledgebatch
from pledgebatch.engine.kept import RECORD
from pledgebatch.months.rollup import merge, read_office
from pledgebatch.notice.parameters import Parameters
from pledgebatch.pipeline.rollup import rollup
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.figures import count_figures
from pledgebatch.schema.month import Month
from pledgebatch.schema.states import State
from tests import books, quick_months
from tests.publish.months import Unit, finding, item, member, month_of

S2 = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "relation": "指导"}


@cache
def office(number, states, count):
    """The month of an office: one organisation for each of ``states``, each with ``count`` items."""
    units = [
        Unit(f"{number}{place}", f"第{number}{place}小学党支部", state=State(state), rows={
            "organisations": [{"org_name": f"第{number}{place}小学党支部"}],
            "members": [member(n, f"甲{number}{place}{n}") for n in range(1, count + 1)],
            "items": [item(f"Z{n}", f"第{n}件") for n in range(count, 0, -1)],
        })
        for place, state in enumerate(states)
    ]  # fmt: skip
    told = [finding("ITM03", unit.code, "没有时限", row=4) for unit in units if unit.state is State.RETURNED]
    strays = [{"file": f"{number}.pdf", "state": "unreadable"}]
    month = month_of(units, told, strays, not_evaluated={"SIM03": f"原因{count}"} if count > 1 else {})
    return replace(month, offices={f"第{number}办": f"{number}"}, parameters=Parameters(due_soon_days=30 + count))


IN, OUT = ("accepted", "returned"), ("missing", "nil")
MIXED = [(IN, IN, IN), (OUT, OUT, OUT), (IN, OUT, IN), (OUT, IN, OUT)]
"""Of three offices, whether anything came in."""


def offices_of(mixed):
    return [office(number, states, 2) for number, states in zip("甲乙丙", mixed, strict=True)]


def same(one: Month, other: Month) -> None:
    for each in fields(Month):
        mine, theirs = getattr(one, each.name), getattr(other, each.name)
        if isinstance(mine, pd.DataFrame):
            pd.testing.assert_frame_equal(mine, theirs, obj=each.name)
        elif each.name == "tables":
            for key, rows in mine.items():
                pd.testing.assert_frame_equal(rows, theirs[key], obj=key)
        else:
            assert mine == theirs, each.name


@pytest.mark.parametrize("mixed", MIXED)
def test_merging_is_associative_and_the_order_of_the_offices_is_no_matter(mixed):
    one, two, three = offices_of(mixed)
    together = merge([one, two, three])
    same(together, merge([merge([one, two]), three]))
    same(together, merge([one, merge([two, three])]))
    same(together, merge([three, one, two]))
    same(merge([together]), together)


@pytest.mark.parametrize("mixed", MIXED)
def test_a_superiors_numbers_are_the_sums_of_those_below(mixed):
    offices = offices_of(mixed)
    whole, parts = count_figures(merge(offices)), [count_figures(month) for month in offices]
    for name in ("expected", "received", "members", "written", "oral", "items", "published"):
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts), name
    for name in ("states", "severities"):
        told = {key for part in parts for key in getattr(part, name)}
        assert getattr(whole, name) == {key: sum(getattr(p, name).get(key, 0) for p in parts) for key in told}
    assert whole.parts.equals(sum(part.parts for part in parts))


def test_rows_and_files_stay_with_their_submission():
    month = merge([office("甲", ("accepted", "returned"), 2), office("乙", ("accepted",), 2)])
    files = month.submissions.set_index("submission")["file"]
    received = [rows.dropna(subset=["submission"]) for rows in month.tables.values() if "submission" in rows]
    assert sum(map(len, received)) > 0
    for known in received:
        assert known["file"].tolist() == known["submission"].map(files).tolist()


@pytest.fixture(scope="module")
def offices(tmp_path_factory):
    """Two offices under one committee, each with its own workspace; their branches' files have the same name."""
    made = []
    for head, code in (({}, "S1"), (S2, "S2")):
        folder = books.workspace(
            tmp_path_factory.mktemp("office") / code,
            books.REGISTRY[books.REGISTRY["unit_code"] == code].assign(parent_code=""),
        )
        books.write(folder / "inbox" / "2011-03" / "台账.xlsx", head | {"phone": "=1+1"})
        quick_months.consolidate(folder, "2011-03", "ORG06")
        made.append(folder / "output" / "2011-03")
    return made


def test_outputs_are_rolled_up_and_rolled_up_again(offices, tmp_path):
    months = [read_office(folder) for folder in offices]
    month, folder = rollup(Workspace(tmp_path), offices, 0)
    assert folder == tmp_path / "output" / "rollup-2011-03"
    assert month.submissions["file"].tolist() == ["S1/台账.xlsx", "S2/台账.xlsx"]
    assert len(month.findings) == sum(len(each.findings) for each in months)
    assert {path.name for path in folder.iterdir()} == {
        "index.html", "汇总台账_2011-03.xlsx", "督办清单_2011-03.xlsx", "打印_2011-03.xlsx", "催报名单.csv", "findings.csv", "问题清单.csv", "manifest.json", "data",
        RECORD,
    }  # fmt: skip
    same(read_office(folder), merge(months))
    again, _ = rollup(Workspace(tmp_path / "up"), [folder], 0)
    same(again, merge(months))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda one, two, tmp: [one, tmp], "不是某个月的输出"),
        (lambda one, two, tmp: [one, one], "收件清单中有同名文件"),
        (lambda one, two, tmp: [], "请指明要汇总的"),
    ],
)
def test_what_does_not_fit_together_is_refused(offices, tmp_path, spoil, said):
    with pytest.raises(pledgebatch.OfficeMistake, match=said):
        rollup(Workspace(tmp_path), spoil(*offices, tmp_path), 0)
    assert not (tmp_path / "output").exists()


def test_one_organisation_cannot_report_to_two_offices():
    one, other = office("甲", ("accepted",), 1), office("甲", ("missing",), 1)
    with pytest.raises(pledgebatch.OfficeMistake, match="同一党组织报给了两处：甲0"):
        merge([one, replace(other, submissions=other.submissions.iloc[:0], offices={"乙": ""})])


def test_two_months_cannot_be_one():
    one = office("甲", ("accepted",), 1)
    with pytest.raises(pledgebatch.OfficeMistake, match="不是同一个月：2011-05、2011-06"):
        merge([one, replace(office("乙", ("accepted",), 1), period=one.period.following)])
