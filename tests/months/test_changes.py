"""What moved between two months, row by row."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pledgebatch.months.changes import movements
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import BY_KEY
from pledgebatch.schema.states import Movement
from tests import books
from tests.months.ledgers import ledgers

MARCH = {"members": books.MEMBERS, "items": books.ITEMS, "opinions": books.OPINIONS}


def told(moved):
    return [tuple("" if pd.isna(cell) else cell for cell in line) for line in moved.itertuples(index=False, name=None)]


def moved_to(**april):
    return told(movements(ledgers(S1=MARCH), ledgers(S1=MARCH | april)))


def test_nothing_moved():
    assert moved_to() == []


def test_a_field_changed_from_what_to_what():
    items = books.changed(books.ITEMS, 1, status="已完成", done_date="4月15日")
    assert moved_to(items=items) == [
        ("S1", "", "承诺事项", "Z2", "changed", "status", "进行中", "已完成"),
        ("S1", "", "承诺事项", "Z2", "changed", "done_date", "", "2011-04-15"),
    ]


def test_the_same_said_otherwise_is_no_change():
    members = books.changed(books.MEMBERS, 1, birth_month="82.11", ethnicity="汉", sex="女 ")
    assert moved_to(members=members, items=books.changed(books.ITEMS, 2, due="5月31日")) == []


def test_what_was_not_understood_is_compared_as_typed():
    assert moved_to(items=books.changed(books.ITEMS, 0, due="长期坚持")) == [
        ("S1", "", "承诺事项", "Z1", "changed", "due", "2011-12-20", "长期坚持")
    ]


def test_rows_come_and_go_under_their_numbers():
    newcomer = books.MEMBER | {"member_no": "4", "name": "孙立"}
    assert moved_to(members=[books.MEMBERS[2], books.MEMBERS[0], newcomer]) == [
        ("S1", "", "党员承诺", "2", "gone", "", "王芳", ""),
        ("S1", "", "党员承诺", "4", "added", "", "", "孙立"),
    ]


def test_records_have_no_number_and_are_known_by_what_they_say():
    record = {"date": "2011-04-08", "activity": "分析例会", "summary": "分析进度", "attendance": "9"}
    before, after = ledgers(S1={"records": [record]}), ledgers(S1={"records": [record | {"attendance": "12"}, record]})
    assert [line[2:6] for line in told(movements(before, after))] == [
        ("工作记录", "2011-04-08　分析例会　分析进度", "changed", "attendance"),
        ("工作记录", "2011-04-08　分析例会　分析进度", "added", ""),
    ]


def test_only_organisations_that_stand_in_both_months_are_compared():
    assert movements(ledgers(S1=MARCH), ledgers(S1=MARCH, S2=MARCH)).empty
    assert movements(ledgers(S1=MARCH, S2=MARCH), ledgers(S1=MARCH)).empty


def test_answers_given_anew_each_month_do_not_move():
    said = [{"period": "2011-03", "filled_on": "2011-03-25", "nil_return": "否", "phone": "0519-85501234"}]
    anew = [{"period": "2011-04", "filled_on": "2011-04-25", "nil_return": "是", "phone": "0519-85501239"}]
    moved = movements(ledgers(S1={"organisations": said}), ledgers(S1={"organisations": anew}))
    assert told(moved) == [("S1", "", "组织承诺", "", "changed", "phone", "0519-85501234", "0519-85501239")]


def test_a_column_that_is_not_there_says_nothing():
    without = dict(ledgers(S1=MARCH))
    without["items"] = without["items"].assign(plan=pd.NA, **{"plan" + RAW: pd.NA}).astype({"plan_raw": "str"})
    assert movements(ledgers(S1=MARCH), without).empty
    assert movements(without, ledgers(S1=MARCH)).empty


def test_a_new_year_compares_what_is_asked_for_only():
    after = ledgers(S1={"members": books.changed(books.MEMBERS[:2], 0, post="书记", signed="")})
    moved = told(movements(ledgers(S1=MARCH), after, {"members": ("name", "post")}))
    assert [line[3:6] for line in moved] == [("1", "changed", "post"), ("3", "gone", "")]


ITEM = st.fixed_dictionaries(
    {
        "item_no": st.sampled_from(["Z1", "Z2", "Z10", ""]),
        "text": st.sampled_from(["装雨棚", "听课20节", "=1+1"]),
        "status": st.sampled_from(["", "进行中", "已完成", "乱填"]),
        "due": st.sampled_from(["", "5月底前", "2011-05-31", "长期"]),
    }
)
RECORD = st.fixed_dictionaries(
    {
        "date": st.sampled_from(["2011-04-01", ""]),
        "summary": st.sampled_from(["开会", "检查"]),
        "attendance": st.sampled_from(["", "9"]),
    }
)
MONTH = st.fixed_dictionaries({"items": st.lists(ITEM, max_size=5), "records": st.lists(RECORD, max_size=4)})
TURNED = {Movement.ADDED: Movement.GONE, Movement.GONE: Movement.ADDED, Movement.CHANGED: Movement.CHANGED}


TRIED = {key: [field.key for field in BY_KEY[key].fields] for key in ("items", "records")}


@settings(max_examples=25, deadline=None)
@given(MONTH, MONTH)
def test_reversing_the_months_reverses_the_differences_and_every_row_is_accounted_for(one, other):
    before, after = ledgers(S1=one), ledgers(S1=other)
    forth, back = movements(before, after, TRIED), movements(after, before, TRIED)
    turned = back.assign(kind=back["kind"].map(TURNED).astype("str"), before=back["after"], after=back["before"])
    assert sorted(told(forth)) == sorted(told(turned))
    for sheet, name in (("items", "承诺事项"), ("records", "工作记录")):
        kinds = forth.loc[forth["sheet"] == name, "kind"]
        assert len(one[sheet]) - (kinds == "gone").sum() + (kinds == "added").sum() == len(other[sheet])


@settings(max_examples=5, deadline=None)
@given(MONTH)
def test_a_month_does_not_differ_from_itself(month):
    assert movements(ledgers(S1=month), ledgers(S1=month)).empty


def test_a_row_whose_number_could_not_be_read_is_known_by_what_it_says():
    for key, number in (("items", "item_no"), ("members", "member_no"), ("opinions", "opinion_no")):
        lost = dict(ledgers(S1=MARCH))
        lost[key] = lost[key].copy()
        lost[key].loc[0, [number, number + RAW]] = pd.NA
        assert movements(ledgers(S1=MARCH), lost).empty
        assert movements(lost, ledgers(S1=MARCH)).empty


def test_of_two_rows_that_say_the_same_without_a_number_nothing_is_guessed():
    twice = [books.ITEMS[0], books.ITEMS[0] | {"item_no": "Z9"}]
    before = ledgers(S1={"items": twice})
    lost = dict(before) | {"items": before["items"].copy()}
    lost["items"][["item_no", "item_no_raw"]] = pd.NA
    lost["items"] = lost["items"].astype(before["items"].dtypes)
    assert sorted(kind for *_, kind, _, _, _ in told(movements(before, lost))) == ["added", "added", "gone", "gone"]
