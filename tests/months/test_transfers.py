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

FEBRUARY, MARCH, APRIL, MAY = "2011-02", "2011-03", "2011-04", "2011-05"
NAMES = {"S1": "云溪一小党支部", "S2": "云溪二小党支部", "S3": "云溪三小党支部", "S4": "云溪四小党支部"}
PEOPLE = {
    "S1": {}, "S2": {"李明": "孙平", "王芳": "钱进", "赵强": "周扬"}, "S3": {"李明": "冯远", "王芳": "何静", "赵强": "许诺"},
    "S4": {"李明": "郭凯", "王芳": "唐敏", "赵强": "韩松"},
}  # fmt: skip
"""How each school calls the three members of its workbook."""
REGISTRY = pd.concat(
    [
        books.REGISTRY,
        pd.DataFrame(
            [(code, NAMES[code], "党支部", NAMES[code][:4], "公办学校", "指导", "P0", "是") for code in ("S3", "S4")],
            columns=books.REGISTRY.columns,
        ),
    ]
)


def called(rows, code):
    """The rows with the school's own people."""
    names = PEOPLE[code]
    return [row | {"name": names.get(row["name"], row["name"])} if row.get("name") else row for row in rows]


def send(place, code, period, members=books.MEMBERS, items=books.ITEMS, more=()):
    """A school's workbook with its own people, and some who came."""
    head = {"unit_code": code, "org_name": NAMES[code], "unit_name": NAMES[code][:4], "period": period}
    head["relation"] = "直属" if code == "S1" else "指导"
    members = [row | {"branch": NAMES[code]} for row in (*called(members, code), *more)]
    head["member_count"] = str(sum(row["change"] in ("在册", "转入") for row in members))
    file = place / "inbox" / period / f"{NAMES[code]}_承诺台账_{period.replace('-', '')}.xlsx"
    return books.write(file, head, members, called(items, code), period=period)


def send_back(place, period):
    """Every workbook as it was sent out."""
    pledgebatch.make_templates(place, period, workers=0)
    (place / "inbox" / period).mkdir(exist_ok=True)
    for sent in (place / "input_templates" / period).glob("*.xlsx"):
        (place / "inbox" / period / sent.name).write_bytes(sent.read_bytes())


GONE = books.changed(books.MEMBERS, 1, change="转出")
CAME = books.MEMBERS[1] | {"member_no": "4", "change": "转入"}
WITHDRAWN = [
    row | {"status": "撤销", "change_reason": "本人调出"} if row.get("name") == "王芳" else row for row in books.ITEMS
]


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """In March 王芳 goes from the first school to the second, and 何静 from the third, which withdraws her pledges, to the
    fourth; in May the first still lists what went along. April is made twice; its digests of both times, and May."""
    place = books.workspace(tmp_path_factory.mktemp("transfers") / "w", REGISTRY)
    for code in ("S3", "S4"):
        send(place, code, FEBRUARY)
    quick_months.consolidate(place, FEBRUARY)
    send(place, "S1", MARCH, GONE)
    send(place, "S2", MARCH, more=[CAME])
    send(place, "S3", MARCH, GONE, WITHDRAWN)
    send(place, "S4", MARCH, more=[CAME | {"name": "何静"}])
    quick_months.consolidate(place, MARCH)
    proposed = read_decisions(place / "decisions.xlsx", list(NAMES)).transfers
    assert proposed[["name", "from_code", "to_code", "decision"]].values.tolist() == [
        ["何静", "S3", "S4", ""],
        ["王芳", "S1", "S2", ""],
    ]
    for cell in ("F2", "F3"):
        decided.type_cell(place, TRANSFERS.name, cell, "确认")

    send_back(place, APRIL)
    digests = []
    with quick_months.asking("PUB03", "TRK04", "TRK05", "TRK06", "TRK07"):
        for again in (False, True):
            pledgebatch.consolidate(place, APRIL, workers=0, again=again)
            digests.append(books.digests(place / "output" / APRIL))

    send_back(place, MAY)
    send(place, "S1", MAY, GONE)
    return place, digests, quick_months.consolidate(place, MAY, "TRK06")


@pytest.fixture(scope="module")
def place(year):
    return year[0]


def numbers(place, period, code, name="王芳"):
    items = read_table(place / "output" / period, "items")
    items = items[(items["organisation"] == code) & items["set_aside"].isna()]
    return items.loc[items["name"].isin([name]), ["item_no", "member_no", "status"]].values.tolist()


def of_schools(place, period, name, *codes):
    table = read_table(place / "output" / period, name)
    return table[table["organisation"].isin(codes)]


def test_the_open_pledges_go_along_under_numbers_of_their_own(place):
    assert len(numbers(place, MARCH, "S1")) == 3
    assert numbers(place, APRIL, "S1") == []
    assert numbers(place, APRIL, "S2") == [[f"S1-D2{word}", 4, "进行中"] for word in "甲乙丙"]


def test_nothing_is_counted_twice_or_lost_and_nothing_else_moved(place):
    before, after = (of_schools(place, month, "coverage", "S1", "S2") for month in (MARCH, APRIL))
    assert before["items"].tolist() == [9, 9]
    assert after["items"].tolist() == [6, 12]
    assert before["members"].sum() == after["members"].sum() == 2 + 4
    assert of_schools(place, APRIL, "movements", "S1", "S2").empty
    handed = of_schools(place, APRIL, "handed", "S1", "S2")
    assert handed.groupby(["organisation", "kind"]).size().to_dict() == {
        ("S1", "transferred"): 4,
        ("S2", "transferred"): 4,
    }
    rules = set(of_schools(place, APRIL, "findings", "S1", "S2")["rule"])
    assert not rules & {"TRK04", "TRK05", "TRK06", "TRK07", "PUB03"}


def test_both_registers_and_the_page_name_the_transfer(place):
    output = place / "output" / APRIL
    page = (output / "index.html").read_text("utf-8")
    assert "S1 云溪一小党支部：转移 云溪二小党支部（S2）：党员承诺 1 行、承诺事项 3 行" in page
    told = (output / "organisations" / "S2_云溪二小党支部" / "合规报告.html").read_text("utf-8")
    assert "转移自 云溪一小党支部（S1）：党员承诺 1 行、承诺事项 3 行" in told


def test_what_is_left_behind_is_set_aside_and_a_finding_of_the_giving_branch_alone(year):
    _, _, month = year
    told = month.findings[month.findings["message"].str.contains("随党员本人转到")]
    assert set(told["organisation"]) == {"S1"}
    assert len(told) == 3
    assert "云溪二小党支部（S2）" in told["message"].iloc[0]
    assert month.coverage["items"].tolist() == [6, 12, 6, 12]
    aside = month.set_aside[month.set_aside["sheet"] == "承诺事项"]
    assert set(aside["reason"]) == {"已随本人转到 云溪二小党支部（S2）"}


def test_the_month_is_the_same_made_again(year):
    before, after = year[1]
    assert after == before


def test_pledges_withdrawn_only_for_the_move_are_open_again(place):
    """A branch that did what it was told, and withdrew them, has not undone the pledge: it stands as it did before."""
    assert [status for *_, status in numbers(place, FEBRUARY, "S3", "何静")] == ["进行中"] * 3
    assert [status for *_, status in numbers(place, MARCH, "S3", "何静")] == ["撤销"] * 3
    assert [status for *_, status in numbers(place, APRIL, "S4", "何静")] == ["进行中"] * 3
    found = of_schools(place, APRIL, "findings", "S3", "S4")
    backwards = (found["rule"] == "TRK04") & (found["field"] == "status")
    assert not (backwards | (found["rule"] == "TRK06")).any()


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
