"""The commands about several months, from the clerk's side."""

import json
import re
import shutil

import pytest

from tests import books, quick_months
from tests.cli.test_commands import run


@pytest.fixture(scope="module", autouse=True)
def _few_rules():
    """Those that count among the errors here."""
    with quick_months.asking("FIL05", "ORG01", "ORG06"):
        yield


@pytest.fixture(scope="module")
def two_months(tmp_path_factory):
    import pledgebatch

    place = books.workspace(tmp_path_factory.mktemp("cli") / "工作")
    pledgebatch.make_templates(place, "2011-03", workers=0)
    for period in ("2011-03", "2011-04"):
        books.write(place / "inbox" / period / "一小.xlsx", {"period": period}, period=period)
        with quick_months.writing_only_data():
            pledgebatch.consolidate(place, period, workers=0)
    (place / "inbox" / "2011-05").mkdir()
    return place


@pytest.fixture
def only_data():
    """For those who look at no page."""
    with quick_months.writing_only_data():
        yield


@pytest.fixture
def place(two_months, tmp_path):
    return shutil.copytree(two_months, tmp_path / "工作")


def steps(capsys, place):
    out = run(capsys, "status", "--workspace", place, "--format", "json")[1]
    return {line["period"]: line for line in json.loads(out)}


def test_status_says_what_came_in_what_is_missing_and_what_is_next(capsys, place):
    status, out, _ = run(capsys, "status", "--workspace", place)
    assert status == 0
    assert out.splitlines()[0].split("\t") == [
        "月份",
        "已生成工作簿",
        "收到文件",
        "应报",
        "已报",
        "退回",
        "未报",
        "错误",
        "下一步",
    ]
    assert out.splitlines()[1].split("\t") == ["2011-03", "2", "1", "2", "1", "0", "1", "0", "已办结"]
    told = steps(capsys, place)
    assert told["2011-04"]["next"].startswith("按催报名单催报 1 个；下发下月工作簿")
    assert told["2011-05"]["next"] == (
        "下发工作簿：pledgebatch templates --period 2011-05；"
        "等各单位报来，放进收件文件夹 inbox/2011-05，再汇总：pledgebatch consolidate --period 2011-05"
    )


def test_what_is_returned_is_counted_apart_and_keeps_its_month_open(capsys, place, only_data):
    books.write(place / "inbox" / "2011-03" / "一小.xlsx", {"phone": ""})
    for period in ("2011-03", "2011-04"):
        run(capsys, "consolidate", "--period", period, "--again", "--workspace", place, "--workers", 0)
    told = steps(capsys, place)
    assert (told["2011-03"]["returned"], told["2011-03"]["missing"], told["2011-03"]["reported"]) == (1, 1, 1)
    assert told["2011-03"]["next"] == (
        "退回修改 1 个，改好的放进 inbox/2011-03，再汇总：pledgebatch consolidate --period 2011-03 --again"
    )
    assert told["2011-04"]["next"] == ("按催报名单催报 1 个；下发下月工作簿：pledgebatch templates --period 2011-05")
    run(capsys, "templates", "--workspace", place, "--workers", 0)
    assert steps(capsys, place)["2011-04"]["next"] == "按催报名单催报 1 个"


def test_status_the_page_and_the_screen_say_the_same(capsys, place):
    books.write(place / "inbox" / "2011-04" / "一小.xlsx", {"period": "2011-04", "phone": ""}, period="2011-04")
    stranger = {"period": "2011-04", "unit_code": "S9", "org_name": "某校党支部", "phone": ""}
    books.write(place / "inbox" / "2011-04" / "别家.xlsx", stranger, period="2011-04")
    (place / "inbox" / "2011-04" / "坏.xlsx").write_bytes(b"PK\x03\x04")
    screen = run(capsys, "consolidate", "--period", "2011-04", "--workspace", place, "--workers", 0)[1]
    page = (place / "output" / "2011-04" / "index.html").read_text("utf-8")
    told = steps(capsys, place)["2011-04"]
    shown = {label: int(count) for label, count in re.findall(r"<dt>([^<]+)</dt><dd>(\d+)", page)}
    assert [shown[label] for label in ("应报", "已报", "未报", "错误")] == [
        told[key] for key in ("expected", "reported", "missing", "errors")
    ]
    assert f"应报 {told['expected']} 个组织，已报 {told['reported']} 个" in screen
    assert f"问题：错误 {told['errors']} 处" in screen
    assert f"退回修改 {told['returned']}" in screen
    assert told["received"] == 3


def test_the_folder_that_people_named_their_way_is_a_month_and_is_named(capsys, place):
    (place / "inbox" / "2011-05").rmdir()
    books.write(place / "inbox" / "2011年5月" / "一小.xlsx", {"period": "2011-05"}, period="2011-05")
    assert "2011-05" in steps(capsys, place)
    out = run(capsys, "status", "--workspace", place)[1]
    assert "inbox/2011年5月 月份文件夹的名字不对，里面的文件不会读取；请把文件夹改名为 2011-05" in out
    status, _, err = run(capsys, "consolidate", "--workspace", place, "--workers", 0)
    assert status == 2
    assert "按 2011-05（2011年5月）办理" in err
    assert "文件夹改名为 2011-05" in err


def test_status_sees_what_came_in_since(capsys, place):
    books.write(place / "inbox" / "2011-04" / "又一份.xlsx", {"period": "2011-04"}, period="2011-04")
    books.write(place / "inbox" / "2011-05" / "一小.xlsx", {"period": "2011-05"}, period="2011-05")
    told = steps(capsys, place)
    assert told["2011-04"]["next"] == "收件文件夹有变动，请重新汇总：pledgebatch consolidate --period 2011-04"
    assert told["2011-05"]["next"] == "汇总：pledgebatch consolidate --period 2011-05"


def test_a_month_that_others_were_built_on_needs_again_and_then_they_need_it_too(capsys, place, only_data):
    books.write(place / "inbox" / "2011-03" / "一小.xlsx", {"phone": ""})
    asked = ("consolidate", "--period", "2011-03", "--workspace", place, "--workers", 0)
    status, _, err = run(capsys, *asked)
    assert (status, "--again" in err) == (2, True)
    status, out, _ = run(capsys, *asked, "--again")
    assert status == 1
    assert "与上报的不同" in out
    assert steps(capsys, place)["2011-04"]["next"] == (
        "2011-03 已经重做，本月要接着重做：pledgebatch consolidate --period 2011-04 --again"
    )


def test_a_month_made_later_between_others_asks_for_those_after_it_too(capsys, place, only_data):
    books.write(place / "inbox" / "2011-02" / "一小.xlsx", {"period": "2011-02"}, period="2011-02")
    run(capsys, "consolidate", "--period", "2011-02", "--again", "--workspace", place, "--workers", 0)
    told = steps(capsys, place)
    assert told["2011-03"]["next"] == (
        "2011-02 是后来补做或移走的，本月要接着重做：pledgebatch consolidate --period 2011-03 --again"
    )
    assert told["2011-04"]["next"].startswith("2011-02 是后来补做或移走的")


def test_a_workbook_of_somebody_s_own_is_none_of_those_to_send_out(capsys, place):
    (place / "input_templates" / "2011-03" / "样表.xlsx").write_bytes(b"PK")
    assert steps(capsys, place)["2011-03"]["templates"] == 2


def test_status_of_a_new_workspace_says_how_to_begin(capsys, tmp_path):
    books.workspace(tmp_path / "新")
    (tmp_path / "新" / "inbox" / "2011-03").rmdir()
    assert "pledgebatch templates --period 2011-03" in run(capsys, "status", "--workspace", tmp_path / "新")[1]


def test_rollup_and_year_say_where_to_look(capsys, place, tmp_path):
    status, out, _ = run(
        capsys, "rollup", place / "output" / "2011-03", "--workspace", tmp_path / "上级", "--workers", 0
    )
    assert status == 0
    assert "应报 2 个组织，已报 1 个" in out
    assert "rollup-2011-03" in out
    status, out, _ = run(capsys, "year", "S1", "--year", "2011", "--workspace", place)
    assert status == 0
    assert (place / "output" / "years" / "2011" / "S1_云溪一小党支部" / "年度档案_2011.html").is_file()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["rollup"], "没有写明参数"),
        (["rollup", "没有这里"], "不是某个月的输出"),
        (["year", "S9", "--year", "2011"], "没有组织编码 S9"),
        (["year", "S1", "--year", "2012"], "还没有汇总过"),
        (["status", "--workspace", "没有这里"], "找不到工作目录"),
    ],
)
def test_bad_usage_is_one_sentence(capsys, place, monkeypatch, args, said):
    monkeypatch.chdir(place)
    status, out, err = run(capsys, *args)
    assert (status, out) == (2, "")
    assert said in err


@pytest.mark.parametrize("command", ["status", "templates", "consolidate"])
def test_what_the_office_should_mend_is_told_after_the_result(capsys, place, only_data, command):
    books.write_registry(place / "registry.xlsx", books.REGISTRY.replace({"parent_code": {"P0": "P9"}}))
    asked = [command, "--workspace", place]
    asked += (
        [] if command == "status" else ["--workers", 0, "--period", "2011-05" if command == "templates" else "2011-04"]
    )
    line = "名册和决定要改的（1 处）：\n  registry.xlsx 单位名册!G3 上级组织编码“P9”不在单位名册中"
    status, out, _ = run(capsys, *asked)
    assert (status, line in out) == (0, True)
    status, out, err = run(capsys, *asked, "--format", "json")
    assert (status, line in err) == (0, True)
    json.loads(out)


def test_status_tells_of_mistakes_in_the_settings_after_all_else(capsys, place):
    (place / "pledgebatch.toml").write_text("[parameters]\nlate_after_day = 5.5\n", "utf-8")
    status, out, err = run(capsys, "status", "--workspace", place)
    assert status == 2
    assert "2011-04" in out
    assert "parameters.late_after_day = 5.5 不对" in err


@pytest.mark.parametrize("typed", ["s1", "Ｓ１", " S1"])
def test_a_code_on_the_command_line_is_read_as_in_the_registry(capsys, place, typed):
    status, out, _ = run(capsys, "year", typed, "--year", "2011", "--workspace", place)
    assert (status, "S1_云溪一小党支部" in out) == (0, True)
