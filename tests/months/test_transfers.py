"""转移: who left here and came there is proposed as one person; confirmed, the open pledges go along, and count once."""

import pandas as pd
import pytest

import pledgebatch
from pledgebatch.intake.decisions import read_decisions
from pledgebatch.months.transfers import confirmed, find_pairs, undecided
from pledgebatch.notice.periods import Period
from pledgebatch.schema.archive_tables import read_table
from pledgebatch.schema.decisions import TRANSFERS
from pledgebatch.schema.frames import EVENT, HANDOVER, empty
from tests import books, decided, quick_months

MARCH, APRIL, MAY = "2011-03", "2011-04", "2011-05"
NAMES = {"S1": "云溪一小党支部", "S2": "云溪二小党支部"}
OTHER_NAMES = {"李明": "孙平", "王芳": "钱进", "赵强": "周扬"}
CAME = {"member_no": "4", "branch": NAMES["S2"], "change": "转入"}


def send(place, code, period, members, items):
    head = {"unit_code": code, "org_name": NAMES[code], "unit_name": NAMES[code][:4], "period": period}
    head["relation"] = "直属" if code == "S1" else "指导"
    head["member_count"] = str(sum(row["change"] in ("在册", "转入") for row in members))
    file = place / "inbox" / period / f"{NAMES[code]}_承诺台账_{period.replace('-', '')}.xlsx"
    return books.write(file, head, members, items, period=period)


def of_the_second(rows):
    renamed = [row | {"name": OTHER_NAMES[row["name"]]} if row.get("name") else row for row in rows]
    return [row | {"branch": NAMES["S2"]} if "branch" in row else row for row in renamed]


def send_back(place, period):
    """Every workbook as it was sent out."""
    pledgebatch.make_templates(place, period, workers=0)
    (place / "inbox" / period).mkdir(exist_ok=True)
    for sent in (place / "input_templates" / period).glob("*.xlsx"):
        (place / "inbox" / period / sent.name).write_bytes(sent.read_bytes())


def workspace(folder, left="进行中"):
    """March: 王芳 is 转出 in the first school, whose items of hers stand as ``left``, and 转入 in the second."""
    place = books.workspace(folder)
    gone = books.changed(books.MEMBERS, 1, change="转出")
    items = [
        row | {"status": left, "change_reason": "本人调出"} if row.get("name") == "王芳" else row for row in books.ITEMS
    ]
    send(place, "S1", MARCH, gone, items)
    send(place, "S2", MARCH, [*of_the_second(books.MEMBERS), books.MEMBERS[1] | CAME], of_the_second(books.ITEMS))
    quick_months.consolidate(place, MARCH)
    return place


def decide(place, word):
    """The office's word on the line that the program added."""
    decided.type_cell(place, TRANSFERS.name, "F2", word)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = workspace(tmp_path_factory.mktemp("transfers") / "w")
    proposed = read_decisions(place / "decisions.xlsx", ["S1", "S2"]).transfers
    assert proposed[["name", "from_code", "to_code", "decision"]].values.tolist() == [["王芳", "S1", "S2", ""]]
    decide(place, "确认")
    send_back(place, APRIL)
    pledgebatch.consolidate(place, APRIL, workers=0)
    return place


def numbers(place, period, code):
    items = read_table(place / "output" / period, "items")
    items = items[(items["organisation"] == code) & items["set_aside"].isna()]
    return items.loc[items["name"].isin(["王芳"]), ["item_no", "member_no", "status"]].values.tolist()


def test_the_open_pledges_go_along_under_numbers_of_their_own(place):
    assert len(numbers(place, MARCH, "S1")) == 3
    assert numbers(place, APRIL, "S1") == []
    assert numbers(place, APRIL, "S2") == [[f"S1-D2{word}", 4, "进行中"] for word in "甲乙丙"]


def test_nothing_is_counted_twice_or_lost_and_nothing_else_moved(place):
    before, after = (read_table(place / "output" / month, "coverage") for month in (MARCH, APRIL))
    assert before["items"].tolist() == [9, 9]
    assert after["items"].tolist() == [6, 12]
    assert before["members"].sum() == after["members"].sum() == 2 + 4
    assert read_table(place / "output" / APRIL, "movements").empty
    handed = read_table(place / "output" / APRIL, "handed")
    assert handed.groupby(["organisation", "kind"]).size().to_dict() == {
        ("S1", "transferred"): 4,
        ("S2", "transferred"): 4,
    }
    rules = set(read_table(place / "output" / APRIL, "findings")["rule"])
    assert not rules & {"TRK04", "TRK05", "TRK06", "TRK07", "PUB03"}


def test_both_registers_and_the_page_name_the_transfer(place):
    output = place / "output" / APRIL
    page = (output / "index.html").read_text("utf-8")
    assert "S1 云溪一小党支部：转移 云溪二小党支部（S2）：党员承诺 1 行、承诺事项 3 行" in page
    told = (output / "organisations" / "S2_云溪二小党支部" / "合规报告.html").read_text("utf-8")
    assert "转移自 云溪一小党支部（S1）：党员承诺 1 行、承诺事项 3 行" in told


def test_what_is_left_behind_is_set_aside_and_a_finding_of_the_giving_branch_alone(place, tmp_path):
    gone = books.changed(books.MEMBERS, 1, change="转出")
    send(place, "S1", MAY, gone, books.ITEMS)
    pledgebatch.make_templates(place, MAY, workers=0)
    name = "云溪二小党支部_承诺台账_201105.xlsx"
    (place / "inbox" / MAY / name).write_bytes((place / "input_templates" / MAY / name).read_bytes())
    month = pledgebatch.consolidate(place, MAY, workers=0)
    told = month.findings[month.findings["message"].str.contains("随党员本人转到")]
    assert set(told["organisation"]) == {"S1"}
    assert len(told) == 3
    assert "云溪二小党支部（S2）" in told["message"].iloc[0]
    assert month.coverage["items"].tolist() == [6, 12]
    aside = month.set_aside[month.set_aside["sheet"] == "承诺事项"]
    assert set(aside["reason"]) == {"已随本人转到 云溪二小党支部（S2）"}


def test_the_month_is_the_same_made_again(place):
    before = books.digests(place / "output" / APRIL)
    pledgebatch.consolidate(place, APRIL, workers=0, again=True)
    assert books.digests(place / "output" / APRIL) == before


def test_pledges_withdrawn_only_for_the_move_are_open_again(tmp_path):
    """A branch that did what it was told, and withdrew them, has not undone the pledge: it stands as it did before."""
    place = books.workspace(tmp_path / "w")
    send(place, "S1", MARCH, books.MEMBERS, books.ITEMS)
    send(place, "S2", MARCH, of_the_second(books.MEMBERS), of_the_second(books.ITEMS))
    quick_months.consolidate(place, MARCH)
    gone = books.changed(books.MEMBERS, 1, change="转出")
    items = [
        row | {"status": "撤销", "change_reason": "本人调出"} if row.get("name") == "王芳" else row
        for row in books.ITEMS
    ]
    send(place, "S1", APRIL, gone, items)
    send(place, "S2", APRIL, [*of_the_second(books.MEMBERS), books.MEMBERS[1] | CAME], of_the_second(books.ITEMS))
    quick_months.consolidate(place, APRIL)
    decide(place, "确认")
    send_back(place, MAY)
    month = quick_months.consolidate(place, MAY, "TRK04", "TRK06")
    assert [status for *_, status in numbers(place, MAY, "S2")] == ["进行中"] * 3
    backwards = (month.findings["rule"] == "TRK04") & (month.findings["field"] == "status")
    assert not (backwards | (month.findings["rule"] == "TRK06")).any()


# Who is proposed


def members(*rows):
    columns = ["organisation", "name", "birth_month", "change"]
    frame = pd.DataFrame(list(rows), columns=columns)
    return frame.astype({"organisation": "str", "name": "str", "birth_month": "Int64", "change": "str"})


def pairs(folder, *rows):
    found = find_pairs(folder, Period.parse(MARCH), members(*rows), empty(EVENT), empty(HANDOVER))
    return found[["name", "from_code", "to_code"]].values.tolist()


BORN = 1982 * 12 + 10


def test_the_same_name_and_month_of_birth_are_one_person(tmp_path):
    found = pairs(
        tmp_path, ("S1", "王　芳", BORN, "转出"), ("S2", "王芳", BORN, "转入"), ("S3", "王芳", BORN + 1, "转入")
    )
    assert found == [["王　芳", "S1", "S2"]]


def test_nobody_is_proposed_without_a_month_of_birth_nor_within_one_organisation(tmp_path):
    assert pairs(tmp_path, ("S1", "王芳", None, "转出"), ("S2", "王芳", None, "转入")) == []
    assert pairs(tmp_path, ("S1", "王芳", BORN, "转出"), ("S1", "王芳", BORN, "转入")) == []


def lines(*rows):
    columns = ["row", "period", "name", "birth_month", "from_code", "to_code", "decision"]
    typed = pd.DataFrame(list(rows), columns=columns).assign(file="decisions.xlsx")
    return typed.assign(
        **{f"{key}_cell": typed["row"].map("F{}".format) for key in columns}, to_code_raw=typed["to_code"]
    )


MONTH = Period.parse(MARCH).ordinal


@pytest.mark.parametrize("decision", ["确认", "不是同一人"])
def test_a_decision_ends_the_question(tmp_path, decision):
    found = find_pairs(
        tmp_path,
        Period.parse(MARCH),
        members(("S1", "王芳", BORN, "转出"), ("S2", "王芳", BORN, "转入")),
        empty(EVENT),
        empty(HANDOVER),
    )
    assert len(undecided(found, lines((2, MONTH, "王芳", BORN, "S1", "S2", "")), empty(HANDOVER))) == 1
    assert undecided(found, lines((2, MONTH, "王芳", BORN, "S1", "S2", decision)), empty(HANDOVER)).empty


def test_a_person_confirmed_twice_is_told_with_row_and_cell():
    kept, told = confirmed(
        lines((2, MONTH, "王芳", BORN, "S1", "S2", "确认"), (3, MONTH + 1, "王芳", BORN, "S1", "S3", "确认"))
    )
    assert kept["row"].tolist() == [2]
    ((sheet, row, cell, message),) = told[["sheet", "row", "cell", "message"]].itertuples(index=False, name=None)
    assert (sheet, row, cell) == ("转移确认", 3, "F3")
    assert "第 2 行已确认由 S1 转入 S2" in message


def test_who_moves_on_or_comes_back_is_confirmed_each_time():
    kept, told = confirmed(
        lines(
            (2, MONTH, "王芳", BORN, "S1", "S2", "确认"),
            (3, MONTH + 1, "王芳", BORN, "S2", "S3", "确认"),
            (4, MONTH + 2, "王芳", BORN, "S3", "S1", "确认"),
            (5, MONTH + 3, "王芳", BORN, "S1", "S2", "确认"),
        )
    )
    assert kept["row"].tolist() == [2, 3, 4, 5]
    assert told.empty
