"""Which copy counts: by when its bytes were first seen, whatever becomes of the file later."""

import os
import random
import shutil
import zipfile

import pandas as pd
import pytest

import pledgebatch
from pledgebatch.intake.receipts import NAME
from tests import books, quick_months
from tests.intake.files import edited

MONTH = "2011-03"
S2 = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "relation": "指导"}
S2_MEMBERS = [
    row | {"branch": "云溪二小党支部", "birth_month": f"19{60 + n}-01"} for n, row in enumerate(books.MEMBERS)
]
FAULTY = [*books.ITEMS, books.ITEM | {"item_no": "Z9", "text": "按时完成任务", "due": ""}]
MONDAY = 1_301_000_000
ASKED = "ITM03"
"""The rule that ``FAULTY`` breaks; of the others nothing depends here."""


def at(path, moment):
    os.utime(path, (moment, moment))
    return path


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """What a month brings, by path: copies that replace others, a zip with more, what cannot be read, litter."""
    folder = tmp_path_factory.mktemp("sent")
    at(books.write(folder / "一小" / "先报.xlsx"), MONDAY)
    at(books.write(folder / "一小" / "补报.xlsx", items=FAULTY), MONDAY + 500)
    shutil.copy2(folder / "一小" / "先报.xlsx", folder / "一小" / "先报 - 副本.xlsx")
    at(books.write(folder / "二小.xlsx", S2, S2_MEMBERS[:2]), MONDAY + 700)
    made = books.write(folder / "made.xlsx", S2, S2_MEMBERS)
    with zipfile.ZipFile(folder / "汇总.zip", "w") as archive:
        archive.write(made, "二小.xlsx")
        archive.writestr("坏.xlsx", b"PK\x03\x04broken")
        archive.writestr("__MACOSX/._二小.xlsx", b"\0\x05\x16\x07")
    made.unlink()
    at(folder / "汇总.zip", MONDAY + 900)
    (folder / "云溪二小党支部.pdf").write_bytes(b"%PDF-1.4")
    at(folder / "云溪二小党支部.pdf", MONDAY + 100)
    (folder / "~$先报.xlsx").write_bytes(b"\x04User")
    return {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}


def put(place, sent, names):
    for name in names:
        target = place / "inbox" / MONTH / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(sent[name], target)


@pytest.fixture(scope="module")
def begun(tmp_path_factory, sent):
    """A workspace with all of it, consolidated: its folder, what was published, and the month."""
    folder = books.workspace(tmp_path_factory.mktemp("begun") / "w")
    put(folder, sent, sent)
    return folder, *published(folder)


@pytest.fixture(scope="module")
def shown(tmp_path_factory, begun):
    """The same with all that people open."""
    place = shutil.copytree(begun[0], tmp_path_factory.mktemp("shown") / "w")
    return with_pages(place)


@pytest.fixture
def place(tmp_path, begun):
    return shutil.copytree(begun[0], tmp_path / "w")


def published(place, period=MONTH, **more):
    month = quick_months.consolidate(place, period, ASKED, **more)
    return books.digests(place / "output" / period), month


def with_pages(place):
    with quick_months.asking(ASKED):
        pledgebatch.consolidate(place, MONTH, workers=0)
    return place / "output" / MONTH


def times(month):
    return dict(month.submissions[["sha256", "received"]].dropna().itertuples(index=False, name=None))


def used(month):
    live = month.submissions[month.submissions["state"].isin(["accepted", "returned"])]
    return dict(live[["organisation", "file"]].itertuples(index=False, name=None))


def unchanged(place):
    return "变动" not in pledgebatch.status(place)["next"].iloc[0]


def test_a_month_built_up_bit_by_bit_in_any_order_comes_to_the_same_bytes(tmp_path, sent, begun, shown):
    *names, lock = sorted(sent, key=lambda name: name.name.startswith("~$"))
    folder = books.workspace(tmp_path / "two by two")
    mixed = random.Random(5).sample(names, len(names))
    for start in range(0, len(mixed), 2):
        put(folder, sent, mixed[start : start + 2])
        data = published(folder)[0]
    assert data == begun[1]
    folder = books.workspace(tmp_path / "backwards")
    backwards = [lock, *names[::-1]]
    for step in (backwards[:5], backwards[5:]):
        put(folder, sent, step)
        output = with_pages(folder)
    assert books.digests(output) == books.digests(shown)


def touch(inbox):
    for path in inbox.rglob("*.*"):
        at(path, MONDAY - 9_000_000)


def copy(inbox):
    shutil.copy(inbox / "一小" / "先报.xlsx", inbox / "最新.xlsx")


def rename(inbox):
    at((inbox / "一小" / "先报.xlsx").rename(inbox / "zz最终版.xlsx"), MONDAY + 90_000)


def save_unchanged(inbox):
    path = inbox / "一小" / "先报.xlsx"
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data)


def zip_again(inbox):
    with zipfile.ZipFile(inbox / "汇总.zip") as archive:
        data = archive.read("二小.xlsx")
    (inbox / "汇总.zip").unlink()
    with zipfile.ZipFile(inbox / "又一次.zip", "w") as archive:
        archive.writestr("二小/二小.xlsx", data)
        archive.write(inbox / "一小" / "先报.xlsx", "先报.xlsx")


def unzip(inbox):
    with zipfile.ZipFile(inbox / "汇总.zip") as archive:
        archive.extractall(inbox)
    at(inbox / "二小.xlsx", MONDAY - 5)


@pytest.mark.parametrize(
    "deeds", [(copy, save_unchanged, zip_again), (rename, unzip)], ids=["copied, saved, zipped", "renamed, unzipped"]
)
def test_nothing_done_to_a_file_later_alters_when_it_was_received(place, begun, deeds):
    before = begun[2]
    for done in deeds:
        done(place / "inbox" / MONTH)
    after = published(place)[1]
    assert {sha256: moment for sha256, moment in times(after).items() if sha256 in times(before)}.items() <= times(
        before
    ).items()
    assert used(after)["S1"] == "一小/补报.xlsx"
    assert times(after)[after.submissions.set_index("file").loc[used(after)["S2"], "sha256"]] == "2011-03-25 05:08:20"


def test_touched_files_give_the_same_bytes(place, begun):
    touch(place / "inbox" / MONTH)
    assert unchanged(place)
    assert published(place)[0] == begun[1]


def test_a_copied_workspace_is_the_same_workspace(place, tmp_path):
    books.write(place / "inbox" / "2011-04" / "一小.xlsx", {"period": "2011-04"}, period="2011-04")
    published(place, "2011-04")
    twin = shutil.copytree(place, tmp_path / "twin", copy_function=shutil.copy)
    told = [pledgebatch.status(each).to_csv() for each in (place, twin)]
    assert told[0] == told[1]
    assert "变动" not in told[0]
    assert books.digests(twin / "output") == books.digests(place / "output")
    published(twin, again=True)
    assert books.digests(twin / "output") == books.digests(place / "output")


def test_a_workspace_from_before_there_was_a_book_goes_by_what_was_published(place, begun):
    (place / "inbox" / NAME).unlink()
    touch(place / "inbox" / MONTH)
    assert unchanged(place)
    assert published(place)[0] == begun[1]


def test_what_status_says_is_not_written_down(place, tmp_path):
    (place / "inbox" / NAME).unlink()
    shutil.rmtree(place / "output")
    pledgebatch.status(place)
    assert not (place / "inbox" / NAME).exists()


def test_a_time_that_the_clerk_corrects_counts(place):
    book = place / "inbox" / NAME
    late = next(line for line in book.read_text("utf-8-sig").splitlines() if "/一小/先报" in line)
    text = book.read_text("utf-8-sig")
    book.write_text(text.replace(late, "2011-03-30 09:00:00" + late[19:]), "utf-8-sig")
    assert not unchanged(place)
    month = published(place)[1]
    assert used(month)["S1"] in ("一小/先报.xlsx", "一小/先报 - 副本.xlsx")
    assert unchanged(place)


def test_a_file_replaced_by_another_of_its_size_and_time_is_a_change(place):
    path = place / "inbox" / MONTH / "云溪二小党支部.pdf"
    stat = path.stat()
    path.write_bytes(b"%PDF-1.5")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert not unchanged(place)


def test_a_file_moved_to_the_folder_of_another_month_keeps_its_time(place, begun):
    inbox = place / "inbox"
    (inbox / "2011-04").mkdir()
    shutil.copy(inbox / MONTH / "一小" / "先报.xlsx", inbox / "2011-04" / "先报.xlsx")
    month = published(place, "2011-04")[1]
    assert month.submissions["received"].tolist() == [times(begun[2])[month.submissions["sha256"][0]]]


def test_a_damaged_book_stops_the_month_with_a_sentence_and_loses_nothing(place):
    book, output = place / "inbox" / NAME, books.digests(place / "output")
    data = book.read_bytes()[:-40]
    book.write_bytes(data)
    for told in (lambda: published(place), lambda: pledgebatch.status(place)):
        with pytest.raises(pledgebatch.OfficeMistake, match=NAME):
            told()
    assert book.read_bytes() == data
    assert books.digests(place / "output") == output


def test_received_in_the_same_second_the_later_day_filled_in_counts_then_the_name(tmp_path):
    place = books.workspace(tmp_path / "w")
    for name, head in (
        ("z.xlsx", {"filled_on": "2011-03-20", "phone": "0519-85501231"}),
        ("a.xlsx", {"filled_on": "2011-03-21", "phone": "0519-85501232"}),
        ("y.xlsx", S2 | {"filled_on": "2011-03-20", "phone": "0519-85501231"}),
        ("b.xlsx", S2 | {"filled_on": "2011-03-21", "phone": "0519-85501232"}),
        ("c.xlsx", S2 | {"filled_on": "2011-03-21", "phone": "0519-85501233"}),
    ):
        at(books.write(place / "inbox" / MONTH / name, head), MONDAY)
    month = published(place)[1]
    assert used(month) == {"S1": "a.xlsx", "S2": "c.xlsx"}
    reasons = month.submissions.set_index("file")["reason"]
    assert reasons["z.xlsx"].startswith("收到时间相同，以填表日期较晚的“a.xlsx”为准")
    assert "以文件名排在后面的“c.xlsx”为准" in reasons["b.xlsx"]


def test_the_page_says_first_that_a_copy_with_errors_replaced_one_without(shown):
    page = (shown / "index.html").read_text("utf-8")
    first, rest = page.split('<section id="delivery">')
    assert "采用的“一小/补报.xlsx”有" in first
    assert "没有采用的“一小/先报 - 副本.xlsx”、“一小/先报.xlsx”没有错误" in first
    copies = rest.partition("报了几份的党组织")[2].partition("</table>")[0]
    assert "一小/补报.xlsx（2011-03-25 05:01:40 收到）" in copies
    assert "汇总.zip/二小.xlsx（2011-03-25 05:08:20 收到）" in copies
    submissions = pd.read_parquet(shown / "data" / "submissions.parquet")
    for reason in submissions.loc[submissions["state"] == "superseded", "reason"]:
        assert reason in copies


def test_a_copy_no_worse_is_not_said_first(tmp_path):
    place = books.workspace(tmp_path / "w")
    at(books.write(place / "inbox" / MONTH / "a.xlsx", items=FAULTY), MONDAY)
    at(books.write(place / "inbox" / MONTH / "b.xlsx"), MONDAY + 1)
    page = (with_pages(place) / "index.html").read_text("utf-8")
    assert "请先看" not in page
    assert "以后报的“b.xlsx”为准" in page


def test_the_row_conservation_holds_whichever_copy_counts(begun):
    counted = begun[2].reconciliation
    assert (counted["read"] == counted["ledger"] + counted["set_aside"] + counted["blank"]).all()


def test_a_copy_that_excel_saved_with_other_bytes_is_another_file(place):
    """Not the same bytes: it is seen anew, at the time it has."""
    path = place / "inbox" / MONTH / "一小" / "先报.xlsx"
    path.write_bytes(edited(lambda book: None))
    at(path, MONDAY + 9000)
    assert used(published(place)[1])["S1"] == "一小/先报.xlsx"
