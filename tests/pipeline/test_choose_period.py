"""The month that a command is about where nobody says."""

import shutil

import pytest

import pledgebatch
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.choose_period import choose_period, last_year
from pledgebatch.pipeline.workspace import Workspace
from tests import books


@pytest.fixture
def place(tmp_path):
    folder = books.workspace(tmp_path / "工 作")
    (folder / "inbox" / "2011-03").rmdir()
    return folder


def consolidated(place, *periods):
    for period in periods:
        (place / "output" / period / "data").mkdir(parents=True)


def refused(place, command):
    with pytest.raises(pledgebatch.OfficeMistake) as told:
        choose_period(Workspace(place), command)
    return str(told.value)


OTHERS = ["consolidate", "send", "collect", "forms"]


@pytest.mark.parametrize("command", ["templates", *OTHERS])
def test_a_new_workspace_has_no_month_and_the_line_to_type_is_named(place, command):
    assert f'pledgebatch templates --period 2011-03 --workspace "{place}"' in refused(place, command)


@pytest.mark.parametrize("command", ["templates", *OTHERS])
def test_where_there_is_no_workspace_that_is_told_first(tmp_path, command):
    assert f"找不到工作目录 {tmp_path / '无'}" in refused(tmp_path / "无", command)
    assert f"pledgebatch init {tmp_path}" in refused(tmp_path, command)


def test_templates_take_the_month_after_the_last_one_consolidated(place):
    (place / "inbox" / "2011-08").mkdir()
    assert "templates --period 2011-08" in refused(place, "templates")
    consolidated(place, "2010-12", "2011-03")
    assert choose_period(Workspace(place), "templates") == Period(2011, 4)
    consolidated(place, "2011-12")
    assert choose_period(Workspace(place), "templates") == Period(2012, 1)


@pytest.mark.parametrize("command", OTHERS)
@pytest.mark.parametrize(
    ("folders", "period"),
    [
        (["inbox/2011-03", "inbox/2011-04", "input_templates/2011-03"], "2011-04"),
        (["inbox/2011-03", "input_templates/2011-05"], "2011-05"),
        (["input_templates/2010-12"], "2010-12"),
        (["inbox/2011-03", "inbox/2011年4月"], "2011-04"),
        (["inbox/2011-03", "inbox/各校", "inbox/2011-13", "inbox/3月"], "2011-03"),
    ],
)
def test_others_take_the_latest_month_with_a_folder(place, command, folders, period):
    for folder in folders:
        (place / folder).mkdir(parents=True)
    (place / "inbox" / "2012-01").write_bytes(b"no folder")
    consolidated(place, "2013-01")
    assert str(choose_period(Workspace(place), command)) == period


def test_the_year_is_that_of_the_last_month_consolidated(place):
    with pytest.raises(pledgebatch.OfficeMistake, match="pledgebatch consolidate --period 2011-03"):
        last_year(Workspace(place))
    consolidated(place, "2010-12", "2011-01")
    assert last_year(Workspace(place)) == 2011


def test_the_workspace_is_named_in_the_line_where_it_is_not_the_current_folder(place, monkeypatch):
    assert Workspace(place).line("status") == f'pledgebatch status --workspace "{place}"'
    monkeypatch.chdir(place)
    assert Workspace(place).line("consolidate", Period(2011, 3)) == "pledgebatch consolidate --period 2011-03"


def test_a_new_registry_never_costs_the_settings(place):
    (place / "registry.xlsx").unlink()
    shutil.rmtree(place / "inbox")
    (place / "pledgebatch.toml").write_text("[parameters]\ndeadline_day = 9\n", "utf-8")
    from pledgebatch.pipeline.send_out import begin

    begin(place)
    assert Workspace(place).settings().parameters.deadline_day == 9
    assert (place / "registry.xlsx").is_file()
