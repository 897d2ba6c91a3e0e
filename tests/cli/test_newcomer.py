"""Every command as somebody types it who never did: one Chinese sentence each, with the line to type instead."""

import re
import shutil

import pytest

from pledgebatch.cli.commands import pledgebatch as group
from pledgebatch.cli.usage import EXAMPLES, IN_CHINESE
from tests import books, quick_months
from tests.cli.test_commands import run

WITH_MONTH = ["templates", "consolidate", "send", "collect", "forms"]
ENGLISH = re.compile(r"\b(?:Error|Usage|Try|No such|Missing|Invalid|Got|requires|unexpected|value|argument|command)\b")
LINE = re.compile(r"(?<=请输入：)pledgebatch .+|(?<=输入 )pledgebatch [^；，]+")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    place = books.workspace(tmp_path_factory.mktemp("newcomer") / "w")
    shutil.rmtree(place / "inbox")
    return place


def refused(capsys, *words):
    """The one sentence with which a line is refused."""
    status, out, err = run(capsys, *words)
    assert (status, out, len(err.splitlines())) == (2, "", 1), err
    assert err.startswith("错误：")
    assert not ENGLISH.search(err), err
    return err.strip()


def test_every_command_has_a_line_that_it_takes():
    assert set(EXAMPLES) == set(group.commands)
    assert set(IN_CHINESE.values()) == set(group.commands)
    for name, line in EXAMPLES.items():
        assert group.commands[name].make_context(name, line.split()[1:])


def test_without_a_command_there_is_the_help_and_the_line_to_begin_with(capsys):
    status, out, err = run(capsys)
    assert (status, out) == (2, "")
    assert "用法： pledgebatch [选项] 命令 [内容]…" in err
    assert err.splitlines()[-1].startswith("错误：没有写明命令；第一次用请输入：pledgebatch init 文件夹")


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_the_help_of_every_command_is_chinese(capsys, name):
    status, out, _ = run(capsys, name, "--help")
    assert status == 0
    assert out.startswith(f"用法： pledgebatch {name} [选项]")
    assert not ENGLISH.search(re.sub(r"[a-z]+://\S+", "", out))


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_a_misspelt_option_names_the_line(capsys, name):
    own = EXAMPLES[name].split()[1:]
    told = refused(capsys, name, *own, "--helq")
    assert f"没有 '--helq' 这个选项（是不是：'--help'？）；请输入：pledgebatch {name}" in told
    told = refused(capsys, name, *own, "--xyzxyz", "3")
    assert told.endswith(f"没有 '--xyzxyz' 这个选项；请输入：pledgebatch {EXAMPLES[name]}")


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_a_misspelt_command_is_mended(capsys, name):
    words = EXAMPLES[name].split()
    for typed in (name[:-1] + "x", name.capitalize(), name + "，"):
        told = refused(capsys, typed, *words[1:])
        assert told.endswith(f"请输入：pledgebatch {EXAMPLES[name]}"), told


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("汇总 --period 2011-03", "consolidate --period 2011-03"),
        ("consolidate 2011-03", "consolidate --period 2011-03"),
        ("templates 2011年3月 --quiet", "templates --period 2011年3月 --quiet"),
        ("consolidate —period 2011-03", "consolidate --period 2011-03"),
        ("consolidate ——period：2011-03", "consolidate --period=2011-03"),
        ("consolidate －－period＝2011-03", "consolidate --period=2011-03"),
        ("consolidate --period：2011-03", "consolidate --period=2011-03"),
        ("consolidate -period 2011-03", "consolidate --period 2011-03"),
        ("consolidate --Period 2011-03", "consolidate --period 2011-03"),
        ("consolidate --perod 2011-03 --agian", "consolidate --period 2011-03 --again"),
        ("consoldate —perod 2011-03", "consolidate --period 2011-03"),
        ("--period 2011-03", "consolidate --period 2011-03"),
        ("2011-03", "consolidate --period 2011-03"),
        ("send ——dry-run", "send --dry-run"),
        ("check _甲.xlsx -Period 2011-03", "check _甲.xlsx --period 2011-03"),
        ("rules --fromat json", "rules --format json"),
        ("--versoin", "--version"),
        ("-H", "-h"),
    ],
)
def test_what_a_chinese_keyboard_and_a_hurried_hand_type_is_mended(capsys, typed, line):
    assert refused(capsys, *typed.split()).endswith(f"；请输入：pledgebatch {line}")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("什么", "没有 '什么' 这个命令；命令有 init、templates、"),
        ("year", "没有写明参数 '组织编码'；请输入：pledgebatch year 组织编码 --year 2011"),
        ("year S1 --year 二〇", "“二〇”不是年度，应写成 2011 这样"),
        ("year S1 --year 2009", "“2009”不是年度，应写成 2011 这样，从 2010 年起"),
        ("rollup", "没有写明参数 '输出文件夹…'；请输入：pledgebatch rollup 甲/output/2011-03"),
        ("rollup 没有", "请指明到月份，如 pledgebatch rollup 甲/output/2011-03"),
        ("check", "没有写明参数 '文件…'；请输入：pledgebatch check 工作簿.xlsx"),
        ("check 没有.xlsx", "再输入 pledgebatch check 文件名.xlsx"),
        ("init", "没有写明参数 '文件夹'；请输入：pledgebatch init"),
        ("init 甲 乙", "多写了：乙；请输入：pledgebatch init"),
        ("demo", "没有写明参数 '文件夹'；请输入：pledgebatch demo"),
        (
            "consolidate --period 上个月 --workspace 甲",
            "；请输入：pledgebatch consolidate --period 2011-03 --workspace 甲",
        ),
        ("consolidate --workspace 甲 --period=13", "；请输入：pledgebatch consolidate --workspace 甲 --period 2011-03"),
        ("consolidate --period --workspace 甲", "；请输入：pledgebatch consolidate --period 2011-03 --workspace 甲"),
        ("status 甲", "多写了：甲；请输入：pledgebatch status"),
        ("status --workspace", "选项 '--workspace' 后面应写明内容；请输入：pledgebatch status"),
        ("send --to 大家", "'大家' 不在可选的"),
        ("consolidate --period 2011-03 --workers 三", "“三”应是 0 至 256 的个数"),
        ("consolidate --quiet=3", "选项 '--quiet' 后面不写内容"),
        ("check --period 2011-03 --helq", "请输入：pledgebatch check --period 2011-03 --help"),
    ],
)
def test_what_cannot_be_mended_names_a_line_of_the_command(capsys, tmp_path, monkeypatch, typed, said):
    monkeypatch.chdir(tmp_path)
    told = refused(capsys, *typed.split())
    assert said in told
    assert "pledgebatch" in told


@pytest.mark.parametrize("name", ["check 甲.xlsx", "status", *WITH_MONTH])
@pytest.mark.parametrize("typed", ["2011-13", "三月", "2011-03-31", "11-3", "去年"])
def test_what_is_no_month_names_the_line(capsys, name, typed):
    told = refused(capsys, *name.split(), "--period", typed)
    assert f"“{typed}”不是月份，应写成 2011-03 这样" in told
    assert f"；请输入：pledgebatch {name.split()[0]}" in told


@pytest.mark.parametrize("name", WITH_MONTH)
def test_a_new_workspace_names_the_line_to_begin_with(capsys, fresh, monkeypatch, name):
    monkeypatch.chdir(fresh)
    assert refused(capsys, name).endswith("输入 pledgebatch templates --period 2011-03")
    assert not [path for path in fresh.iterdir() if path.name.startswith("2011")]


@pytest.mark.parametrize("name", ["status", "year S1", "rules", *WITH_MONTH])
def test_a_wrong_folder_names_the_line(capsys, tmp_path, name):
    told = refused(capsys, *name.split(), "--workspace", tmp_path / "无 此")
    assert f"找不到工作目录 {tmp_path / '无 此'}" in told
    assert f'请输入 pledgebatch init "{tmp_path / "无 此"}"' in told
    if name != "rules":
        assert f"请输入 pledgebatch init {tmp_path}" in refused(capsys, *name.split(), "--workspace", tmp_path)


@pytest.mark.parametrize("name", ["status", "consolidate"])
def test_a_folder_inside_the_workspace_and_a_file_of_it_name_the_workspace(capsys, tmp_path, name):
    place = books.workspace(tmp_path / "w")
    assert f"请加上 --workspace {place}" in refused(capsys, name, "--workspace", place / "inbox" / "2011-03")
    assert f"如 --workspace {place}" in refused(capsys, name, "--workspace", place / "registry.xlsx")


def test_a_folder_of_workbooks_is_no_workbook(capsys, tmp_path):
    assert f"{tmp_path} 是文件夹，请写明其中的工作簿，如 pledgebatch check" in refused(capsys, "check", tmp_path)


@pytest.mark.parametrize("typed", ["2011-3", "201103", "2011.3", "2011年3月", "二〇一一年三月"])
@pytest.mark.parametrize("name", WITH_MONTH)
def test_a_month_spelt_in_any_way_is_that_month(capsys, fresh, monkeypatch, name, typed):
    monkeypatch.chdir(fresh)
    if name == "templates":
        assert run(capsys, name, "--period", typed, "--workers", 0)[0] == 0
        assert (fresh / "input_templates" / "2011-03").is_dir()
        shutil.rmtree(fresh / "input_templates" / "2011-03")
        return
    told = refused(capsys, name, "--period", typed)
    assert "2011-03" in told or "imap_host" in told
    assert typed not in told or typed == "2011-03"


@pytest.mark.parametrize("name", ["consolidate", "forms", "send"])
def test_a_month_of_which_nothing_is_there_names_the_line(capsys, fresh, monkeypatch, name):
    monkeypatch.chdir(fresh)
    assert LINE.search(refused(capsys, name, "--period", "2011-07"))
    assert "pledgebatch templates --period 2011-07" in refused(capsys, "status", "--period", "2011-07")


def test_the_month_that_nobody_named_is_named_on_the_screen(capsys, tmp_path):
    place = books.workspace(tmp_path / "w")
    books.write(place / "inbox" / "2011-03" / "一小.xlsx")
    at = ("--workspace", place, "--workers", 0)
    for name, month in (("consolidate", "2011-03（2011年3月）"), ("templates", "2011-04（2011年4月）")):
        with quick_months.asking("ORG06"), quick_months.writing_only_data():
            status, out, err = run(capsys, name, *at, "--quiet")
        assert status == 0
        assert err.splitlines()[0] == f"没有写明月份，按 {month}办理"
        assert month[:7] in out
    status, out, err = run(capsys, "year", "S1", "--workspace", place)
    assert (status, err.strip()) == (0, "没有写明年度，按 2011 年办理")
    assert run(capsys, "year", "S1", "--year", "二〇一一年", "--workspace", place)[:1] == (0,)
    assert "2011-04 还没有汇总，请先汇总，输入 pledgebatch consolidate --period 2011-04" in run(capsys, "forms", *at)[2]
