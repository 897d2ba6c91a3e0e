"""The demo workspace: its size, its sameness from run to run, its right organisations and its seeded mistakes."""

import io
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from rapidfuzz import fuzz, process

from pledgebatch.demo import PERIODS, build, long_year
from pledgebatch.demo.inbox import LIST_NAME
from pledgebatch.demo.items import pledges_of
from pledgebatch.demo.mistakes import faulty, mistakes
from pledgebatch.demo.organisations import CAME_FROM, Organisation, organisations, registry, reporting
from pledgebatch.demo.pledges import normalised_text
from pledgebatch.demo.year import book
from pledgebatch.intake.batch import read_batch
from pledgebatch.intake.find import find
from pledgebatch.intake.registry import read_office_book
from pledgebatch.months.events import settle_events
from pledgebatch.notice.lists import CATEGORIES, vocabulary
from pledgebatch.notice.periods import Period, pledge_deadline
from pledgebatch.rules.book import BY_CODE
from pledgebatch.schema.kinds import show
from pledgebatch.schema.sheets import BY_KEY, EVENTS, ITEMS

ALIKE = 85
"""Percent of similarity from which SIM02 speaks."""
RIGHT = [each for each in reporting() if each.code not in faulty()]
EVERY_BOOK = [(organisation, Period.parse(period)) for organisation in RIGHT for period in PERIODS]
LONG_YEAR = ("YX103", "YX105", "YX107", "YX108")
"""Where something happens in the long year."""
MUST_COVER = {
    *(f"FIL{n:02d}" for n in range(2, 6)),
    *(f"ORG{n:02d}" for n in range(1, 9)),
    *(f"MEM{n:02d}" for n in range(1, 13)),
    *("MEM16", "COV01", "COV02", "COV03", "ITM01", "ITM03", "ITM05", "ITM14", "ITM24", "ITM25"),
    *("TRK01", "TRK02", "TRK03", "CON03", "REV01", "PUB01", "DDL02"),
}


@pytest.fixture(scope="module")
def workspace(built: tuple[Path, pd.DataFrame]) -> Path:
    return built[0]


@pytest.fixture(scope="module")
def seeded(workspace: Path) -> pd.DataFrame:
    return pd.read_csv(workspace / LIST_NAME, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def as_files(workspace: Path) -> dict[str, bytes]:
    """Every file of the inbox by period and name, zips opened."""
    return {
        f"{period}/{arrival.file}": arrival.read()
        for period in PERIODS
        for arrival in find(workspace / "inbox" / period)
    }


def as_cells(data: bytes) -> dict[str, list[list[object]]]:
    """Every cell of a workbook by sheet."""
    read = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: read.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in read.sheet_names}


def test_has_all_five_categories_under_three_supervisors():
    supervisors = [each for each in organisations() if not each.sector]
    assert len(supervisors) == 3
    assert 22 <= len(reporting()) <= 26
    assert {each.category for each in reporting()} == set(CATEGORIES) == {each.category for each in RIGHT}
    parents = {each.registered["parent_code"] for each in reporting()}
    assert parents == {each.code for each in supervisors}
    assert registry()["unit_code"].is_unique


def test_about_half_of_the_organisations_are_wholly_right():
    assert len(RIGHT) == len(reporting()) // 2


@pytest.mark.parametrize("period", PERIODS)
def test_is_large_enough_to_look_like_a_district(period: str):
    books = [book(each, Period.parse(period)) for each in reporting()]
    assert 350 <= sum(len(each.rows["members"]) for each in books) <= 450
    assert 1_100 <= sum(len(each.rows["items"]) for each in books) <= 1_300


def test_nobody_is_listed_twice():
    names = [person.name for each in organisations() for person in each.people]
    assert len(names) == len(set(names))


def test_two_runs_give_the_same_cells(workspace: Path, tmp_path: Path):
    build(tmp_path)
    first, second = as_files(workspace), as_files(tmp_path)
    assert first.keys() == second.keys()
    assert all(first[file] == second[file] for file in first)
    assert (workspace / LIST_NAME).read_bytes() == (tmp_path / LIST_NAME).read_bytes()
    assert [path.name for path in workspace.glob("*.csv")] == [LIST_NAME]
    received = [[arrival.received for arrival in find(root / "inbox" / PERIODS[0])] for root in (workspace, tmp_path)]
    assert received[0] == received[1]


@pytest.mark.parametrize("year", [2010, 2011])
def test_no_two_pledges_of_a_year_are_alike(year: int):
    texts = [normalised_text(item["text"]) for items in pledges_of(year).values() for item in items]
    likeness = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype="uint8")
    assert int((likeness > 0).sum()) == len(texts)


def test_nobody_repeats_last_years_pledge():
    said = {
        year: {(code, item["responsible"], normalised_text(item["text"])) for code, items in pledges_of(year).items() for item in items}
        for year in (2010, 2011)
    }  # fmt: skip
    assert not said[2010] & said[2011]


def test_pledges_are_concrete_and_name_no_other_unit():
    units = {each.registered["unit_name"] for each in organisations()}
    pledged = [item for year in (2010, 2011) for items in pledges_of(year).values() for item in items]
    assert pledged
    for item in pledged:
        text = item["text"]
        assert re.search(r"\d", text)
        assert len(re.sub(r"\W", "", text)) >= 12, text
        assert not re.search("全部|所有|一律|100%|××|努力|争取|[{}]", text), text
        assert not any(unit in text + item["measures"] for unit in units)
        assert item["measures"] != text


@pytest.mark.parametrize(("organisation", "period"), EVERY_BOOK, ids=lambda value: getattr(value, "code", str(value)))
def test_right_organisations_take_the_steps_in_order(organisation: Organisation, period: Period):
    right = book(organisation, period)
    consulted = {row["opinion_no"]: row["date"] for row in right.rows["opinions"]}
    members = {row["member_no"]: row for row in right.rows["members"]}
    deadline = str(pledge_deadline(period.year))
    assert min(consulted.values()) <= min(row["signed_date"] for row in members.values() if "signed_date" in row)
    for row in members.values():
        assert row.get("signed_date", row["branch_date"]) <= row["branch_date"]
    assert right.answers["org_date"] <= right.answers["approval_date"]
    for item in right.rows["items"]:
        member = members.get(item.get("member_no", ""), {})
        pledged_on = member.get("signed_date", right.answers["org_date"])
        assert consulted.get(item.get("opinion_no", ""), "") <= pledged_on <= item["review_date"]
        assert item["review_date"] <= item["publicity_date"]
        assert item["publicity_date"] <= deadline or member.get("change") == "转入"
        assert pledged_on <= item["due"] <= f"{period.year}-12-31"
        assert item["reviewer"] not in (item.get("name"), item["responsible"])
        assert item["status"] != "已完成" or (item["done_date"] <= str(period.cutoff) and item["result"])


@pytest.mark.parametrize("organisation", RIGHT, ids=lambda each: each.code)
def test_right_organisations_pledge_all_that_is_asked(organisation: Organisation):
    for period in (Period(2010, 11), Period(2011, 3)):
        items = pd.DataFrame(book(organisation, period).rows["items"]).fillna("")
        pledgers = items.groupby("member_no")
        assert (pledgers["part"].nunique() == len(ITEMS["part"].choices)).all()
        deeds = (items["real_deed"] == "是").groupby(items["member_no"]).sum()
        assert deeds.min() >= 1
        assert deeds[""] >= 2
        assert (items.loc[items["real_deed"] == "是", "beneficiary"] != "").all()
        own = items[items["pledger"] == "组织"]
        assert set(own["virtue"]) <= set(vocabulary("five_goods"))
        assert set(items.loc[items["pledger"] == "党员", "virtue"]) <= set(vocabulary("five_leads"))
        directions = set(vocabulary("directions", organisation.category))
        assert set(own["direction"]) <= directions
        assert (own["opinion_no"] != "").any()
        if organisation.category.startswith("民"):
            assert set(own["direction"]) == directions
        sizes = pledgers.size()
        for person in organisation.people:
            number = str(person.number)
            assert (number in sizes) != person.pledges_orally
            if person.leads:
                assert sizes[number] > sizes.drop("").median()
            if person.seat.post_type == "无职党员":
                assert (items.loc[items["member_no"] == number, "duty"] != "").any()


def test_numbers_stay_and_nothing_goes_backwards():
    for organisation in RIGHT:
        for before, after in (("2010-11", "2010-12"), ("2011-03", "2011-04")):
            old, new = (
                {row["item_no"]: row for row in book(organisation, Period.parse(period)).rows["items"]}
                for period in (before, after)
            )
            assert old
            assert old.keys() <= new.keys()
            for number, item in old.items():
                assert (item["text"], item["due"]) == (new[number]["text"], new[number]["due"])
                assert (item["status"], new[number]["status"]) != ("进行中", "未开始")


def test_seeded_list_covers_the_rules_that_it_must(seeded: pd.DataFrame):
    assert set(seeded["rule"]) >= MUST_COVER
    assert len(seeded) >= 40
    for rule, severity in zip(seeded["rule"], seeded["severity"], strict=True):
        if rule in BY_CODE:
            assert severity in {str(case.severity) for case in BY_CODE[rule].cases}


def test_every_listed_cell_holds_what_was_typed(workspace: Path, seeded: pd.DataFrame):
    files = as_files(workspace)
    typed = {(each.period, each.organisation, each.note): each for each in mistakes()}
    assert len(typed) == len(seeded)
    checked = 0
    for line in seeded.itertuples():
        mistake = typed[line.period, line.organisation, line.note]
        if not line.cell:
            continue
        letters, row = re.fullmatch(r"([A-Z]+)(\d+)", line.cell).groups()
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - ord("A") + 1
        cells = as_cells(files[f"{line.period}/{line.file}"])[line.sheet]
        text = cells[int(row) - 1][column - 1] if column <= len(cells[int(row) - 1]) else ""
        header = BY_KEY[mistake.sheet][mistake.field].header
        labels = [cells[int(row) - 1][0]] if BY_KEY[mistake.sheet].form else [line[column - 1] for line in cells]
        assert header in labels
        assert row == line.row
        if mistake.action in ("", "other_month"):
            assert text == mistake.typed, line
            checked += 1
        else:
            assert text, line
    assert checked >= 40


def test_files_arrive_in_every_way(workspace: Path, seeded: pd.DataFrame):
    files = seeded.set_index("rule")["file"].to_dict()
    damaged = workspace / "inbox" / "2010-12" / files["FIL05"]
    assert damaged.read_bytes().startswith(b"PK")
    assert not zipfile.is_zipfile(damaged)
    names = [arrival.file for arrival in find(workspace / "inbox" / "2011-03")]
    assert files["FIL02"] in names
    assert f"补报/{files['FIL02']}" in names
    assert files["DDL03"] == ""
    codes = {"2010-11": 25, "2010-12": 24, "2011-03": 25, "2011-04": 23}
    assert {period: len(find(workspace / "inbox" / period)) for period in PERIODS} == codes


def test_zips_carry_names_in_gbk_without_saying_so(workspace: Path):
    path = next((workspace / "inbox" / "2010-11").glob("*.zip"))
    with zipfile.ZipFile(path, metadata_encoding="cp936") as container:
        assert all(not info.flag_bits & 0x800 for info in container.infolist())
        assert len(container.namelist()) > 1
        assert all("党支部_承诺台账_201011.xlsx" in name for name in container.namelist())
        assert container.testzip() is None


def test_habits_are_understood_as_what_they_mean(workspace: Path):
    """What people type in their own way reads as what the right book says."""
    for period in PERIODS:
        arrivals = list(enumerate(find(workspace / "inbox" / period)))
        tables = read_batch(arrivals, Period.parse(period).year).tables
        heads = tables["organisations"].set_index("unit_code")["submission"]
        for organisation in RIGHT:
            right = book(organisation, Period.parse(period))
            for sheet, asked in right.rows.items():
                read = tables[sheet][tables[sheet]["submission"] == heads[organisation.code]]
                for field in BY_KEY[sheet].fields:
                    shown = [show(field, value) for value in read[field.key].tolist()]
                    assert shown == [row.get(field.key, "") for row in asked], (organisation.code, field.header)


def test_the_long_year_takes_the_months_in_order_and_rebuilds_one():
    months = [str(period) for period in long_year.PERIODS]
    assert (months[0], months[-1], len(months)) == ("2010-11", "2011-12", 14)
    assert {event.action for event in long_year.events()} >= {
        "",
        "gone",
        "join",
        "order",
        "sent_twice",
        "missing",
        "nil",
    }
    known = {each.code for each in reporting()}
    assert {event.organisation for event in long_year.events()} <= known


@pytest.mark.parametrize(
    "organisation", [each for each in reporting() if each.code in LONG_YEAR], ids=lambda each: each.code
)
def test_the_long_year_keeps_numbers_and_never_reopens_what_is_done(organisation: Organisation):
    said: dict[str, str] = {}
    for period in (each for each in long_year.PERIODS if each >= Period(2011, 3)):
        told = long_year.report_of(organisation, period)
        for row in told.rows["items"] if told else []:
            before = said.get(row["item_no"])
            assert before not in ("已完成", "撤销") or row["status"] == before, (period, row["item_no"])
            said[row["item_no"]] = row["status"]
    assert said


def test_one_of_each_move_is_written_down_from_the_month_after_the_last(workspace: Path):
    read = read_office_book(workspace / "registry.xlsx")
    events, remarks = settle_events(read.events, read.registry, workspace / "output")
    assert remarks.empty
    assert sorted(events["event"]) == sorted(EVENTS["event"].choices)
    assert set(events["from_period"]) == {"2011-05"}


def test_who_leaves_one_organisation_arrives_in_another():
    (code, came_from), *_ = CAME_FROM.items()
    there = {each.code: each for each in reporting()}
    rows = [
        {row["name"]: row for row in book(there[each], Period(2011, 4)).rows["members"]} for each in (came_from, code)
    ]
    (name,) = rows[0].keys() & rows[1].keys()
    assert [each[name]["change"] for each in rows] == ["转出", "转入"]
    assert rows[0][name]["birth_month"] == rows[1][name]["birth_month"]
