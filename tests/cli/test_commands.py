"""The command line: what it says, where it says it, and its exit status."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from pledgebatch.cli import main
from pledgebatch.engine.kept import RECORD
from pledgebatch.pipeline import assess_part, conclude
from pledgebatch.pipeline.lock import LOCK
from pledgebatch.rules.book import BY_CODE
from tests import books, quick_months

NAME = "云溪一小党支部_承诺台账_201103.xlsx"


def run(capsys, *args):
    with pytest.raises(SystemExit) as stop:
        main([str(arg) for arg in args])
    out, err = capsys.readouterr()
    return stop.value.code, out, err


@pytest.fixture
def place(tmp_path):
    folder = books.workspace(tmp_path / "工作")
    books.write(folder / "inbox" / "2011-03" / NAME)
    return folder


def test_a_month_is_consolidated(capsys, place):
    status, out, err = run(capsys, "consolidate", "--period", "2011-03", "--workspace", place, "--workers", 0)
    assert (status, "Traceback" in err) == (0, False)
    assert "应报 2 个组织，已报 1 个" in out
    output = place / "output" / "2011-03"
    expected = {
        "index.html",
        "findings.csv",
        "问题清单.csv",
        "manifest.json",
        "data",
        "汇总台账_2011-03.xlsx",
        "督办清单_2011-03.xlsx",
        "打印_2011-03.xlsx",
        "催报名单.csv",
        "organisations",
        "supervisors",
        RECORD,
    }
    assert {path.name for path in output.iterdir()} == expected
    assert {path.name for path in (output / "organisations" / "S1_云溪一小党支部").iterdir()} >= {
        "合规报告.html",
        "回执.html",
    }


def test_json_has_the_contract_names(capsys, place):
    books.write(place / "inbox" / "2011-03" / NAME, {"phone": ""})
    status, out, _ = run(
        capsys, "consolidate", "--period", "2011-03", "--workspace", place, "--workers", 0, "--format", "json"
    )
    told = json.loads(out)
    assert status == 1
    assert told["findings"] == [
        {
            "organisation": "S1", "file": NAME, "sheet": "组织承诺", "row": 15, "field": "phone", "cell": "B15", "rule": "ORG06",
            "clause": "附件1", "severity": "error", "value": None, "message": told["findings"][0]["message"],
        }
    ]  # fmt: skip
    assert told["reconciliation"][1] == {
        "organisation": "S1", "file": NAME, "sheet": "党员承诺", "read": 3, "ledger": 3, "set_aside": 0, "blank": 0,
    }  # fmt: skip
    assert told["submissions"][0]["state"] == "returned"


def test_one_workbook_is_checked_alone(capsys, place):
    status, out, _ = run(capsys, "check", place / "inbox" / "2011-03" / NAME, "--workers", 0)
    assert status == 0
    assert "共 错误 0 处" in out
    assert "ORG01" in out  # not evaluated without a registry, and said so


def test_a_new_workspace_and_its_templates(capsys, tmp_path):
    assert run(capsys, "init", tmp_path / "新")[0] == 0
    books.write_registry(tmp_path / "新" / "registry.xlsx", books.REGISTRY)
    status, out, _ = run(
        capsys, "templates", "--period", "2011-03", "--workspace", tmp_path / "新", "--workers", 0, "--format", "json"
    )
    assert status == 0
    assert [row["file"] for row in json.loads(out)] == [
        "云溪一小党支部_承诺台账_201103.xlsx",
        "云溪二小党支部_承诺台账_201103.xlsx",
    ]
    made = tmp_path / "新" / "input_templates" / "2011-03"
    assert len(list(made.glob("*.xlsx"))) == 2
    assert "2011年3月" in (made / "填报须知.html").read_text("utf-8")


def test_the_rules_as_a_table_and_as_json(capsys):
    assert "MEM07" in run(capsys, "rules")[1]
    names = [
        "code",
        "clause",
        "sentence",
        "ground",
        "modal",
        "severity",
        "basis",
        "scope",
        "stage",
        "asks",
        "mend",
        "breaks",
        "passes",
        "in_workbook",
        "source",
    ]
    assert {tuple(rule) for rule in json.loads(run(capsys, "rules", "--format", "json")[1])} == {tuple(names)}


def write_toml(place):
    (place / "pledgebatch.toml").write_text("[parameters]\ndue_soon = 3\n", "utf-8")


def block_output(place):
    (place / "output").write_text("not a folder")


def empty_inbox(place):
    (place / "inbox" / "2011-03" / NAME).unlink()


def no_month(place):
    shutil.rmtree(place / "inbox")


def lose_registry(place):
    (place / "registry.xlsx").unlink()


def damage_registry(place):
    (place / "registry.xlsx").write_bytes(b"PK\x03\x04 not really")


def repeat_in_registry(place):
    books.write_registry(place / "registry.xlsx", books.REGISTRY.iloc[[0, 1, 1]])


def blank_registry(place):
    books.write_registry(place / "registry.xlsx")


@pytest.mark.parametrize(
    ("spoil", "args", "said"),
    [
        (None, ["consolidate", "--period", "2011-13"], "“2011-13”不是月份"),
        (no_month, ["consolidate"], "还没有月份文件夹"),
        (None, ["consolidat"], "没有 'consolidat' 这个命令"),
        (None, ["consolidate", "--perod", "x"], "没有 '--perod' 这个选项"),
        (None, ["check"], "没有写明参数"),
        (None, ["check", "没有这个文件.xlsx"], "找不到文件 没有这个文件.xlsx"),
        (empty_inbox, ["consolidate", "--period", "2011-03"], "中没有文件"),
        (lose_registry, ["consolidate", "--period", "2011-03"], "没有单位名册"),
        (lose_registry, ["templates", "--period", "2011-03"], "没有单位名册"),
        (damage_registry, ["consolidate", "--period", "2011-03"], "无法读取"),
        (blank_registry, ["consolidate", "--period", "2011-03"], "是空的"),
        (repeat_in_registry, ["consolidate", "--period", "2011-03"], "第 3、4 行的组织编码重复"),
        (write_toml, ["consolidate", "--period", "2011-03"], "parameters.due_soon"),
        (block_output, ["consolidate", "--period", "2011-03"], "无法写入"),
        (None, ["init", "."], "已有单位名册"),
    ],
)
def test_bad_usage_is_one_sentence_and_changes_nothing(capsys, place, monkeypatch, spoil, args, said):
    monkeypatch.chdir(place)
    if spoil:
        spoil(place)
    before = what_stands_in(place)
    status, out, err = run(capsys, *args)
    assert (status, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    assert what_stands_in(place) == before


def what_stands_in(place):
    """Every path, but for the lock, which is empty."""
    return sorted(path.relative_to(place) for path in place.rglob("*") if path.name != LOCK)


def test_a_workspace_that_is_not_there(capsys, tmp_path):
    status, _, err = run(capsys, "consolidate", "--period", "2011-03", "--workspace", tmp_path / "无")
    assert status == 2
    assert "找不到工作目录" in err


def test_help_is_chinese_and_the_program_starts_from_a_shell():
    done = subprocess.run(
        [sys.executable, "-c", "from pledgebatch.cli import main; main()", "consolidate", "--help"],
        capture_output=True, text=True, encoding="utf-8", check=False, env={"PYTHONUTF8": "1", "LANG": "C"},
    )  # fmt: skip
    assert done.returncode == 0
    assert "用法：" in done.stdout
    assert "显示帮助" in done.stdout


def forms(text):
    """A message as it is said of one thing and of several."""
    return (text,) if isinstance(text, str) else tuple(text)


def test_the_compiled_messages_are_those_of_the_source():
    folder = files("pledgebatch.cli") / "locale" / "zh_CN" / "LC_MESSAGES"
    with open(folder / "messages.po", "rb") as source, open(folder / "messages.mo", "rb") as made:
        source_says, made_says = (
            # The header, which has no id, names a version of Babel.
            {forms(message.id): forms(message.string) for message in each if message.id}
            for each in (read_po(source, locale="zh_CN"), read_mo(made))
        )
    assert made_says
    assert source_says == made_says


def crash(members):
    raise ZeroDivisionError("a mistake of ours")


@pytest.mark.parametrize("command", ["consolidate", "check"])
def test_a_rule_that_crashes_is_told_as_not_evaluated_and_the_run_goes_on(place, capsys, monkeypatch, command):
    """Exit status 1, no traceback on the terminal, and the traceback in the log."""
    broken = replace(BY_CODE["MEM07"], cases=[replace(case, breach=crash) for case in BY_CODE["MEM07"].cases])
    for assessing in (assess_part, conclude):
        monkeypatch.setattr(assessing, "RULES", [broken])
    asked = ["--period", "2011-03"] if command == "consolidate" else [str(place / "inbox" / "2011-03" / NAME)]
    status, out, err = run(capsys, command, "--workspace", str(place), "--workers", "0", "--format", "json", *asked)
    told = json.loads(out)
    assert status == 1
    assert {"rule": "MEM07", "reason": "核验时程序出错，未得出结论"} in told["not_evaluated"]
    assert not any(one["rule"] == "MEM07" for one in told["findings"])
    assert "Traceback" not in err
    assert "ZeroDivisionError: a mistake of ours" in (place / "pledgebatch.log").read_text("utf-8")
    if command == "consolidate":
        report = place / "output" / "2011-03" / "organisations" / "S1_云溪一小党支部" / "合规报告.html"
        assert "未能核验" in report.read_text("utf-8")


def test_forms_are_written_and_those_of_others_left_alone(capsys, place):
    at = ("--period", "2011-03", "--workspace", place, "--workers", 0)
    status, _, err = run(capsys, "forms", *at)
    assert (status, "2011-03 还没有汇总" in err) == (2, True)
    quick_months.consolidate(place, "2011-03")
    assert run(capsys, "forms", *at)[0] == 0
    own, record = sorted((place / "forms" / "2011-03").iterdir(), key=lambda path: path.name == RECORD)
    assert record.name == RECORD
    kept = sorted(path.name for path in own.iterdir())
    assert kept == ["承诺书_公示.html", "承诺书_存档.html"]
    other = own.with_name("别的单位")
    other.mkdir()
    code = own.name.partition("_")[0]
    assert run(capsys, "forms", *at, "--organisation", code, "--word")[0] == 0
    assert other.is_dir()
    assert len([path for path in own.iterdir() if path.name != RECORD]) == 4
    status, _, err = run(capsys, "forms", *at, "--organisation", "没有")
    assert (status, "没有组织编码 没有" in err) == (2, True)
