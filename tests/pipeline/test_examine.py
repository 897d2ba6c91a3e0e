"""Workbooks as the office will see them, before they are sent: several at once, each by itself."""

from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.examine import Brought, Examined, examine
from pledgebatch.pipeline.workspace import Workspace
from tests import books, quick_months

PERIOD = Period(2011, 3)
OTHER = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "relation": "指导"}


def brought(tmp_path, name: str, code: str, head: dict[str, str]) -> Brought:
    folder = tmp_path / f"{name} {code}"
    folder.mkdir()
    return Brought(books.write(folder / "in" / f"{name}.xlsx", head), f"邮件/{name}.xlsx", code, folder)


def told(one: Examined) -> tuple[object, ...]:
    return one.state, one.counts, one.causes, one.questions, one.waits, one.written


def test_judged_together_is_judged_alone_and_nobody_takes_another_s_place(tmp_path):
    place = Workspace(books.workspace(tmp_path / "w"))
    one = brought(tmp_path, "一小", "S1", {"phone": ""})
    two = brought(tmp_path, "二小", "S2", OTHER)
    stolen = brought(tmp_path, "偷来的", "S1", OTHER | {"phone": "5"})
    first, second, third = examine(place, PERIOD, [one, two, stolen])
    assert (first.state, second.fit, third.fit) == ("returned", True, False)
    assert "不是本组织（S1）的" in third.refused
    assert (third.causes, third.questions, third.written) == ((), (), ())
    for each, among_others in ((one, first), (two, second)):
        (alone,) = examine(place, PERIOD, [each])
        assert told(alone) == told(among_others)
        assert {path.name for path in each.folder.iterdir()} == {"in", *among_others.written}
    (refused,) = examine(place, PERIOD, [stolen])
    assert refused == third


def test_two_of_one_name_are_two(tmp_path):
    place = Workspace(books.workspace(tmp_path / "w"))
    one, two = brought(tmp_path, "承诺", "S1", {"phone": ""}), brought(tmp_path, "承诺", "S2", OTHER)
    with quick_months.asking("ORG06"):
        first, second = examine(place, PERIOD, [one, two])
        assert [told(first), told(second)] == [
            told(each) for brings in (one, two) for each in examine(place, PERIOD, [brings])
        ]
    assert [any("联系电话" in cause.message for cause in each.causes) for each in (first, second)] == [True, False]
    assert "退回修改.xlsx" in first.written
    assert "“联系电话”未填写" not in (two.folder / "合规报告.html").read_text("utf-8")
