"""The measure sees what it is for: each thing that can become of a cell is told apart from the others."""

from dataclasses import replace

import pytest

from pledgebatch.schema.kinds import RAW, understand
from pledgebatch.schema.sheets import BY_KEY
from tests.layouts.corpus import Made, sketches
from tests.layouts.inventing import YEAR
from tests.layouts.kinds import KINDS
from tests.layouts.sketch import IDENTITY, Fact
from tests.layouts.truth import Account, Messages, Outcome, account


@pytest.fixture
def made() -> Made:
    """A roster and a ledger with columns of the branch's own, 职称 among them."""
    return sketches(1, [kind for kind in KINDS if kind.name == "every_trap"])[0]


def shown(made: Made, **more: list[dict[str, object]]) -> Messages:
    nothing: dict[str, list[dict[str, object]]] = {
        name: [] for name in ("set_aside", "extras", "changes", "findings", "unread", "layouts")
    }
    return Messages("accepted", made.sketch.filling.code, **(nothing | more))


def ledgers(made: Made) -> dict[str, list[dict[str, object]]]:
    """The ledgers as they must be."""
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for fact in made.sketch.facts:
        blank = {each.key: None for each in BY_KEY[fact.sheet].fields} | {
            each.key + RAW: "" for each in BY_KEY[fact.sheet].fields
        }
        line = rows.setdefault((fact.sheet, fact.row), blank | {"row": fact.place[0] + 1})
        line[fact.field] = understand(BY_KEY[fact.sheet][fact.field], fact.typed, YEAR)
        line[fact.field + RAW] = fact.typed
    return {sheet: [line for (each, _), line in rows.items() if each == sheet] for sheet in IDENTITY}


def first(made: Made, field: str, sheet: str = "members") -> Fact:
    return next(fact for fact in made.sketch.facts if (fact.sheet, fact.field) == (sheet, field))


def changed(account: Account) -> dict[Outcome, int]:
    return {outcome: count for outcome, count in account.counts.items() if count and outcome is not Outcome.RIGHT}


def test_what_arrives_as_it_was_written_is_right(made):
    done = account(made, ledgers(made), shown(made))
    assert changed(done) == {}
    assert done.counts[Outcome.RIGHT] == len(made.sketch.facts)


def test_another_value_is_wrong_and_a_value_of_another_field_too(made):
    read = ledgers(made)
    read["members"][0] |= {"sex": "女" if read["members"][0]["sex"] == "男" else "男"}
    assert changed(account(made, read, shown(made))) == {Outcome.WRONG: 1}
    read = ledgers(made)
    read["members"][0] |= {"self_check": "上公开课", "self_check" + RAW: "上公开课"}
    assert changed(account(made, read, shown(made))) == {Outcome.WRONG: 1}


def test_a_value_that_is_nowhere_is_lost_until_something_names_it(made):
    fact = first(made, "ethnicity")
    read = ledgers(made)
    read["members"][0] |= {"ethnicity": None, "ethnicity" + RAW: ""}
    assert changed(account(made, read, shown(made))) == {Outcome.LOST: 1}
    missing = {"sheet": "党员承诺", "header": "民族", "kind": "missing_column", "found": "", "cell": ""}
    assert changed(account(made, read, shown(made, changes=[missing]))) == {Outcome.ASKED: 1}
    line = {"原表头": fact.header, "把握": "", "读作栏目": "", "处理": ""}
    assert changed(account(made, read, shown(made, layouts=[line]))) == {Outcome.ASKED: 1}


def test_a_row_that_is_set_aside_with_its_words_is_held_back(made):
    fact = first(made, "name")
    read = ledgers(made)
    gone = [each for each in made.sketch.facts if (each.sheet, each.row) == ("members", fact.row)]
    read["members"].pop(0)
    assert changed(account(made, read, shown(made))) == {Outcome.LOST: len(gone)}
    aside = {
        "sheet": "党员承诺",
        "row": fact.place[0] + 1,
        "content": "；".join(each.typed for each in gone),
        "reason": "没有姓名",
    }
    assert changed(account(made, read, shown(made, set_aside=[aside]))) == {Outcome.ASKED: len(gone)}
    elsewhere = aside | {"row": fact.place[0] + 9}
    assert changed(account(made, read, shown(made, set_aside=[elsewhere]))) == {Outcome.LOST: len(gone)}


def test_what_may_be_refused_is_held_back_rightly(made):
    made.sketch.facts = [replace(fact, refusable=True) for fact in made.sketch.facts]
    done = account(made, {}, replace(shown(made), state="unreadable"))
    assert changed(done) == {Outcome.HELD: len(made.sketch.facts)}


def test_a_column_of_the_branch_s_own_that_is_read_as_ours_is_a_trap(made):
    own = next(
        each
        for each in made.sketch.owns
        if each.sheet == "members" and each.header in ("党内职务", "毕业院校", "参加工作时间", "参加工作年月")
    )
    read = ledgers(made)
    line = next(line for line in read["members"] if line["name" + RAW].replace("　", "") == own.row)
    line |= {"leader_comment": own.typed, "leader_comment" + RAW: own.typed}
    assert changed(account(made, read, shown(made))) == {Outcome.TRAP: 1}


def test_a_row_that_nobody_wrote_and_one_that_is_there_twice_are_wrong(made):
    read = ledgers(made)
    header = dict.fromkeys(read["members"][0]) | {"name" + RAW: "姓名", "row": 9}
    read["members"] += [header, dict(read["members"][0])]
    assert changed(account(made, read, shown(made))) == {Outcome.WRONG: 2}


def test_a_wrong_value_that_is_marked_as_doubtful_is_not_silent(made):
    read = ledgers(made)
    read["members"][0] |= {"post": "别的", "post" + RAW: "别的"}
    line = {"原表头": "职称", "把握": "待确认", "读作栏目": "职务或职业", "处理": ""}
    assert changed(account(made, read, shown(made, layouts=[line]))) == {Outcome.DOUBTED: 1}


def test_a_workbook_that_is_taken_for_another_s_is_wrong(made):
    done = account(made, ledgers(made), replace(shown(made), organisation="SL9"))
    assert changed(done) == {Outcome.WRONG: 1}
