"""The commands about several months, from the clerk's side."""

import json
import shutil

import pytest

from tests import books
from tests.cli.test_commands import run


@pytest.fixture(scope="module")
def two_months(tmp_path_factory):
    import pledgebatch

    place = books.workspace(tmp_path_factory.mktemp("cli") / "工作")
    pledgebatch.make_templates(place, "2011-03", workers=0)
    for period in ("2011-03", "2011-04"):
        books.write(place / "inbox" / period / "一小.xlsx", {"period": period}, period=period)
        pledgebatch.consolidate(place, period, workers=0)
    (place / "inbox" / "2011-05").mkdir()
    return place


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
    assert told["2011-05"]["next"] == "等各单位报来，放进收件文件夹"


def test_status_sees_what_came_in_since(capsys, place):
    books.write(place / "inbox" / "2011-04" / "又一份.xlsx", {"period": "2011-04"}, period="2011-04")
    books.write(place / "inbox" / "2011-05" / "一小.xlsx", {"period": "2011-05"}, period="2011-05")
    told = steps(capsys, place)
    assert told["2011-04"]["next"] == "收件文件夹有变动，请重新汇总"
    assert told["2011-05"]["next"] == "汇总：pledgebatch consolidate --period 2011-05"


def test_a_month_that_others_were_built_on_needs_again_and_then_they_need_it_too(capsys, place):
    books.write(place / "inbox" / "2011-03" / "一小.xlsx", {"phone": ""})
    asked = ("consolidate", "--period", "2011-03", "--workspace", place, "--workers", 0)
    status, _, err = run(capsys, *asked)
    assert (status, "--again" in err) == (2, True)
    status, out, _ = run(capsys, *asked, "--again")
    assert status == 1
    assert "与上报的不同" in out
    assert steps(capsys, place)["2011-04"]["next"] == "2011-03 已经重做，本月要接着重做：加 --again"


def test_status_of_a_new_workspace_says_how_to_begin(capsys, tmp_path):
    books.workspace(tmp_path / "新")
    (tmp_path / "新" / "inbox" / "2011-03").rmdir()
    assert "pledgebatch templates" in run(capsys, "status", "--workspace", tmp_path / "新")[1]


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
        (["year", "S1"], "没有写明选项 '--year'"),
        (["status", "--workspace", "没有这里"], "找不到工作目录"),
    ],
)
def test_bad_usage_is_one_sentence(capsys, place, monkeypatch, args, said):
    monkeypatch.chdir(place)
    status, out, err = run(capsys, *args)
    assert (status, out) == (2, "")
    assert said in err


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("command", ["status", "templates", "consolidate"])
def test_what_the_office_should_mend_is_told_after_the_result(capsys, place, command, form):
    books.write_registry(place / "registry.xlsx", books.REGISTRY.replace({"parent_code": {"P0": "P9"}}))
    asked = [command, "--workspace", place, "--format", form]
    asked += (
        [] if command == "status" else ["--workers", 0, "--period", "2011-05" if command == "templates" else "2011-04"]
    )
    status, out, err = run(capsys, *asked)
    assert status == 0
    told = out if form == "text" else err
    assert "单位名册要改的（1 处）：\n  registry.xlsx 单位名册!G3 上级组织编码“P9”不在单位名册中" in told
    if form == "json":
        json.loads(out)
