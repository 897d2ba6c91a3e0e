"""The settings changed key by key: comments stay, and nothing else of the file is touched."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgebatch.engine.cache import digest
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.pipeline.change_settings import change_settings, settings_text, with_key
from pledgebatch.pipeline.settings import blank_settings
from pledgebatch.pipeline.workspace import Workspace
from tests import books

WRITTEN = "passwords = [\n  '1',\n  '2',\n]\n[mail]\naddress = 'a@b.cn' # ours\n\n[parameters]\n#late_after_day=5\n"


@given(st.text())
def test_whatever_is_typed_is_read_back_and_nothing_else_changes(text):
    changed = with_key(blank_settings(), "mail", "name", text)
    assert tomllib.loads(changed) == {"parameters": {}, "mail": {"name": text}, "protection": {}, "door": {}}
    assert len(set(blank_settings().split("\n")) - set(changed.split("\n"))) == 1


@pytest.mark.parametrize(
    ("section", "key", "value", "there"),
    [
        ("mail", "address", "c@d.cn", 'address = "c@d.cn"  # 发件邮箱\n'),
        ("mail", "address", None, "# address = 'a@b.cn' # ours\n"),
        ("mail", "encrypt", True, "# ours\nencrypt = true  # "),
        ("parameters", "late_after_day", 8, "late_after_day = 8  # "),
        ("protection", "direct_mask", ["name"], '[protection]\ndirect_mask = ["name"]  # '),
        ("parameters", "due_soon_days", None, WRITTEN),
    ],
)
def test_a_key_is_changed_where_it_stands(section, key, value, there):
    assert there in with_key(WRITTEN, section, key, value)


def test_a_value_over_several_lines_is_left_to_the_office():
    with pytest.raises(OfficeMistake, match="写法特殊"):
        with_key(WRITTEN, "", "passwords", ["3"])


def test_a_value_out_of_range_changes_nothing(tmp_path):
    place = Workspace(books.workspace(tmp_path / "w"))
    (place.root / "pledgebatch.toml").write_text(WRITTEN, "utf-8")
    with pytest.raises(OfficeMistake, match=r"设置文件 pledgebatch.toml：parameters.deadline_month = 13 不对"):
        change_settings(place, {("parameters", "deadline_month"): 13})
    assert settings_text(place) == WRITTEN
    with pytest.raises(OfficeMistake, match="刚刚在别处改过"):
        change_settings(place, {("parameters", "deadline_month"): 4}, shown=digest("[mail]\n"))
    change_settings(place, {("parameters", "deadline_month"): 4}, shown=digest(WRITTEN))
    assert place.settings().parameters.deadline_month == 4
    assert place.settings().passwords == ("1", "2")
