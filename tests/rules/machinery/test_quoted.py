"""Texts quote the figure that is in force, not the one that is usual."""

import pytest

from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.settings import declared
from pledgebatch.publish.rule_book import render_rules
from pledgebatch.rules.book import BY_CODE, RULES, catalogue
from pledgebatch.rules.machinery.examples import Example
from tests.cli.test_commands import run
from tests.rules import cases

QUOTED = [
    ("deadline_month", 4, "DDL02", "4 月 15 日"),
    ("deadline_day", 11, "DDL02", "3 月 11 日"),
    ("due_soon_days", 47, "TRK03", "47 天以内"),
    ("real_deeds_organisation", 7, "ITM19", "不少于 7 件"),
    ("real_deeds_member", 6, "ITM19", "不少于 6 件"),
    ("dissatisfaction", 0.125, "EVA05", "超过 12.5% "),
    ("near_duplicate", 0.93, "SIM02", "相似度 93% 以上"),
    ("late_after_day", 5, "DDL03", "次月 5 日以后收到的算迟报"),
]


def test_every_setting_is_quoted_somewhere():
    """All but the days of the school terms, which stand in 原文对照 as the days they were taken for."""
    figures = [key for key, (setting, *_) in declared(Parameters).items() if not setting.day]
    assert [key for key, *_ in QUOTED] == figures


@pytest.mark.parametrize(("key", "value", "rule", "text"), QUOTED)
def test_the_catalogue_quotes_the_setting(key, value, rule, text):
    usual, changed = (catalogue(each).set_index("code").loc[rule] for each in (None, Parameters(**{key: value})))
    assert text in changed["asks"] + changed["mend"]
    assert text not in usual["asks"] + usual["mend"]
    assert changed["breaks"] == "（按默认设置举例）" + usual["breaks"]
    assert text in render_rules(Parameters(**{key: value}))
    assert text not in render_rules()


def test_no_text_shows_the_name_of_a_figure():
    for rule in RULES:
        assert "{" not in BY_CODE[rule.code].asks + BY_CODE[rule.code].mend + BY_CODE[rule.code].office
        # The workbook's self-check shows what a rule asks, whatever figures are in force.
        assert not rule.checks or "{" not in rule.asks


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_the_command_quotes_the_settings_of_the_workspace(capsys, tmp_path, monkeypatch, form):
    (tmp_path / "pledgebatch.toml").write_text("[parameters]\ndeadline_month = 4\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert "（4 月 15 日）" in run(capsys, "rules", "--format", form)[1]
    (tmp_path / "pledgebatch.toml").unlink()
    assert "（3 月 15 日）" in run(capsys, "rules", "--format", form)[1]


VOTES = {"satisfied": "10", "dissatisfied": "5"}
NEARLY = {"other": {"items": {"D2甲": {"text": "每天放学护送二年级学生过马路，每次20分钟"}}}}


@pytest.mark.parametrize(
    ("rule", "period", "changes", "figures", "quoted"),
    [
        ("EVA05", "2011-12", {"assessments": {"1": VOTES}}, {"dissatisfaction": 0.125}, "，超过 12.5%，应当限期整改"),
        ("EVA05", "2011-12", {"assessments": {"1": VOTES}}, {}, "，超过 20%，应当限期整改"),
        ("SIM02", "2011-03", NEARLY, {"near_duplicate": 0.8}, "相似度 80% 以上"),
        ("SIM02", "2011-03", NEARLY, {}, "相似度 85% 以上"),
        ("ITM19", "2011-03", {}, {"real_deeds_organisation": 9}, "一般不少于 9 件"),
        ("ITM19", "2011-03", {}, {"real_deeds_member": 8}, "一般不少于 8 件"),
        ("DDL02", "2011-03", {"items": {"Z1": {"publicity_date": "2011-03-22"}}}, {"deadline_day": 17}, "2011-03-17"),
    ],
)
def test_findings_quote_the_setting(tmp_path, rule, period, changes, figures, quoted):
    found = cases.found_in(Example(rule, (), period, changes | {"parameters": figures}), tmp_path, [BY_CODE[rule]])
    found = found[found["rule"] == rule]
    assert len(found)
    assert found["message"].str.contains(quoted, regex=False).all()
