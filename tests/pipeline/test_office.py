"""Files and folders that stand where nothing reads them are named, with what to do."""

import re
import shutil

import pytest

import pledgebatch
from pledgebatch.pipeline.office import list_misplaced
from pledgebatch.pipeline.workspace import Workspace
from tests import books


@pytest.fixture
def place(tmp_path):
    return books.workspace(tmp_path / "w")


def put(place, path):
    (place / path).parent.mkdir(parents=True, exist_ok=True)
    (place / path).write_bytes(b"x")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("inbox/一小.xlsx", "没有放进月份文件夹"),
        ("inbox/2011年3月/一小.xlsx", "里面的文件移到 inbox/2011-03"),
        ("inbox/2011年4月/一小.xlsx", "文件夹改名为 2011-04"),
        ("inbox/201104/一小.xlsx", "文件夹改名为 2011-04"),
        ("inbox/2011.4/甲/一小.xlsx", "文件夹改名为 2011-04"),
        ("inbox/3月/一小.xlsx", "请改成年和月，如 2011-03"),
        ("inbox/各校/一小.xlsx", "不是月份文件夹"),
        ("单位名册.xlsx", "程序只读 registry.xlsx"),
        ("registry.xls", "程序只读 registry.xlsx"),
        ("~$registry.xlsx", "没有保存的改动读不到"),
        ("~$layouts.xlsx", "没有保存的改动读不到"),
        (
            "decisions.xls",
            "没有 decisions.xlsx，“decisions.xls”没有读，里面写的都不起作用；请打开它，另存为 decisions.xlsx",
        ),
        ("decisions(1).xlsx", "没有 decisions.xlsx"),
        ("layouts.et", "没有 layouts.xlsx"),
        ("2011-04/一小.xlsx", "不在收件文件夹里，里面的文件不会读取；是收到的，请移到 inbox/2011-04"),
        ("output/2011年2月/manifest.json", "是 2011-02 的结果，改了名字，后面的月份不再和它比较；请改回 2011-02"),
    ],
)
def test_what_nothing_reads_is_named_with_what_to_do(place, path, said):
    put(place, path)
    (told,) = pledgebatch.office_remarks(place, "2011-03").to_dict("records")
    assert path.startswith(told["file"])
    assert said in told["message"]


@pytest.mark.parametrize("path", ["inbox/~$一小.xlsx", "inbox/Thumbs.db", "inbox/.DS_Store", "inbox/2011-03/一小.xlsx"])
def test_what_programs_leave_and_what_is_in_its_place_is_not(place, path):
    put(place, path)
    (place / "inbox" / "2011年5月").mkdir()
    assert pledgebatch.office_remarks(place, "2011-03").empty


@pytest.mark.parametrize(
    "name", ["decisions - 副本.xlsx", "registry(1).xlsx", "decisions_上一份.xlsx", "layouts_旧.xlsx"]
)
def test_a_copy_beside_the_book_itself_is_only_a_copy(place, name):
    for book in ("decisions.xlsx", "layouts.xlsx"):
        shutil.copy(place / "registry.xlsx", place / book)
    put(place, name)
    told = pledgebatch.office_remarks(place, "2011-03")
    assert name not in set(told["file"])


def test_a_copy_of_a_month_beside_it_is_only_a_copy(place):
    for name in ("2011-02", "2011年2月", "2011-02 - 副本"):
        put(place, f"output/{name}/manifest.json")
    assert not list_misplaced(Workspace(place)).shape[0]


def test_an_empty_month_names_the_folder_that_was_meant(place):
    put(place, "inbox/2011年3月/一小.xlsx")
    with pytest.raises(pledgebatch.OfficeMistake, match=r"没有文件.*inbox/2011年3月.*移到 inbox/2011-03"):
        pledgebatch.consolidate(place, "2011-03", workers=0)


@pytest.mark.parametrize(
    ("name", "todo"),
    [
        ("单位名册.xlsx", "改名为 registry.xlsx"),
        ("registry(1).xlsx", "改名为 registry.xlsx"),
        ("registry.xlsx.xlsx", "改名为 registry.xlsx"),
        ("registry.csv", "另存为 registry.xlsx"),
    ],
)
def test_a_registry_under_another_name_is_named(place, name, todo):
    (place / "registry.xlsx").rename(place / name)
    with pytest.raises(pledgebatch.OfficeMistake, match=f"“{re.escape(name)}”.*{todo}"):
        pledgebatch.consolidate(place, "2011-03", workers=0)
