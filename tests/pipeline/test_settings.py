"""The settings: one declaration for the file that is written and for what is read; each mistake is one sentence."""

import re
import tomllib
from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pledgebatch
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.settings import declared
from pledgebatch.pipeline.settings import SECTIONS, Settings, blank_settings, read_settings
from tests import books


@pytest.fixture
def file(tmp_path):
    return tmp_path / "pledgebatch.toml"


def mistake(file, text):
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(pledgebatch.OfficeMistake) as told:
        read_settings(file)
    return str(told.value)


def test_without_a_file_with_an_empty_one_and_with_the_new_one_the_defaults_hold(file):
    assert read_settings(file) == Settings()
    for text in ("", "\ufeff[parameters]\r\n", blank_settings()):
        file.write_text(text, "utf-8")
        assert read_settings(file) == Settings()


def test_the_new_file_holds_every_setting_and_each_line_may_be_taken_into_force(file):
    """The hosts and the address have no default that anybody could use: an example stands there."""
    file.write_text(re.sub(r"(?m)^# (?=\w+ = )", "", blank_settings()), "utf-8")
    said, defaults = asdict(read_settings(file)), asdict(Settings())
    examples = {key: defaults["mail"][key] for key in ("address", "smtp_host", "imap_host")}
    assert said | {"mail": said["mail"] | examples} == defaults
    tables = tomllib.loads(file.read_text("utf-8"))
    assert {name: set(tables[name]) for name in SECTIONS} == {
        name: {each.name for each in fields(section)} for name, (section, _) in SECTIONS.items()
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[parameters]\ndeadline_month = 13", "parameters.deadline_month = 13 不对，应是 1 至 12 的整数"),
        ("[parameters]\ndeadline_day = 45", "parameters.deadline_day = 45 不对，应是 1 至 31 的整数"),
        ("[parameters]\ndeadline_day = 3.5", "deadline_day = 3.5 不对，应是 1 至 31 的整数"),
        ("[parameters]\ndeadline_day = '15'", 'deadline_day = "15" 不对，应是 1 至 31 的整数'),
        ("[parameters]\ndeadline_day = true", "deadline_day = true 不对"),
        ("[parameters]\ndeadline_month = 2\ndeadline_day = 30", "不是每年都有 2 月 30 日"),
        ("[parameters]\ndeadline_month = 2\ndeadline_day = 29", "不是每年都有 2 月 29 日"),
        ("[parameters]\ndeadline_month = 4\ndeadline_day = 31", "不是每年都有 4 月 31 日"),
        *[
            (f"[parameters]\nfirst_term_begins = {day}", f"first_term_begins = {day} 不对，应是每年都有的一天")
            for day in ('"02-29"', '"13-01"', '"6-30"', '""', "901")
        ],
        ("[parameters]\ndissatisfaction = 20", "dissatisfaction = 20 不对，应是 0 至 1 的数，20% 写作 0.2"),
        ("[parameters]\ndissatisfaction = nan", "dissatisfaction = nan 不对"),
        ("[parameters]\nnear_duplicate = -inf", "near_duplicate = -inf 不对，应是 0.5 至 1 的数"),
        ("[parameters]\nreal_deeds_member = -1", "real_deeds_member = -1 不对，应是 0 至 99 的整数"),
        ("[parameters]\ndue_soon = 3", "没有“parameters.due_soon”这一项，是不是“due_soon_days”"),
        ("[parameters]\nxyz = 3", "没有“parameters.xyz”这一项，可以有的是：deadline_month、"),
        ("parameters = 3", "写作 [parameters]"),
        ("[[parameters]]", "写作 [parameters]"),
        ("[Parameters]", "没有“Parameters”这一项，是不是“parameters”"),
        ("deadline_day = 3", "“deadline_day”写错了地方，应写在 [parameters] 一行的下面"),
        ("[mail]\npasswords = ['geheim']", "“passwords”写错了地方，应写在所有 [ ] 行的上面"),
        ("[protection]\nsmtp_host = 'x'", "“smtp_host”写错了地方，应写在 [mail] 一行的下面"),
        ("passwords = 'abc'", "passwords 不对，应是写在方括号里的文字"),
        ("[mail]\nencrypt = 'yes'", "mail.encrypt = \"yes\" 不对，应是 true 或 false"),
        ("[mail]\nsmtp_security = 'ssl'", "应是 tls、starttls、none 之一"),
        ("[mail]\nmax_mb = inf", "mail.max_mb = inf 不对"),
        ("[mail]\nsmtp_password = 'geheim'", "不要写邮箱密码"),
        ("[protection]\ndirect_mask = ['birth_month']", 'protection.direct_mask = ["birth_month"] 不对'),
        ("[parameters]\n\ndeadline_day = 20 %", "第 3 行“deadline_day = 20 %”写法不对：百分数要写成小数"),
        ("[parameters]\ndeadline_day ＝ 20", "第 2 行“deadline_day ＝ 20”写法不对：有中文或全角的 ＝"),
        ("[mail]\nname = “甲”", "第 2 行“name = “甲””写法不对：有中文或全角的 “ ”"),
        ("[parameters]\ndeadline_day = 3\ndeadline_day = 4", "第 3 行“deadline_day = 4”写法不对：同一项或同一节写了两遍"),
        ("[mail]\nca_file = \"C:\\Users\\x.pem\"", "路径中的“\\”应改成“/”"),
        ("[mail", "第 1 行“[mail”写法不对：每行应是“名称 = 值”"),
        ("# 设置\n".encode("gbk"), "不是 UTF-8 编码"),
        ("[mail]".encode("utf-16"), "不是 UTF-8 编码"),
        ("[mail]".encode("utf-16-le"), "不是 UTF-8 编码"),
    ],
)  # fmt: skip
def test_each_mistake_is_one_sentence_that_says_where_and_what_is_right(file, text, said):
    told = mistake(file, text)
    assert told.startswith("设置文件 pledgebatch.toml")
    assert said in told
    assert told.endswith("后再运行")
    assert "\n" not in told
    assert "geheim" not in told


def test_all_mistakes_are_told_at_once(file):
    told = mistake(
        file,
        "[parameters]\ndeadline_month = 2\ndeadline_day = 30\ndissatisfaction = 20\nnear_duplicate = nan\n"
        "[mail]\nsmtp_port = -1\nfoldr = 3\n[elsewhere]\n",
    ).splitlines()
    assert told[0] == "设置文件 pledgebatch.toml 有 6 处不对，请改正后再运行："
    for each in ("2 月 30 日", "dissatisfaction", "near_duplicate", "smtp_port", "mail.foldr", "elsewhere"):
        assert len([line for line in told[1:] if each in line]) == 1


def test_a_password_that_is_mistyped_is_never_shown(file):
    assert "geheim" not in mistake(file, "passwords = 'geheim'")
    assert "geheim" not in mistake(file, "passwords = [“geheim”]")


KEYS = [(name, key) for name, (section, _) in SECTIONS.items() for key in declared(section)]
VALUES = st.one_of(
    st.integers(-(10**20), 10**20), st.floats(), st.booleans(), st.dates(), st.lists(st.sampled_from(["a", "name"])),
    st.text("ab“=.0#", max_size=5),
)  # fmt: skip


@given(st.sampled_from(KEYS), VALUES)
def test_whatever_stands_behind_a_key_is_in_its_range_or_told(tmp_path_factory, key, value):
    file = tmp_path_factory.getbasetemp() / "any.toml"
    text = str(value).lower() if isinstance(value, bool | float) else repr(value)
    if not isinstance(value, int | float | str | list):
        text = value.isoformat()
    file.write_text(f"[{key[0]}]\n{key[1]} = {text}\n", "utf-8")
    try:
        settings = read_settings(file)
    except pledgebatch.OfficeMistake as mistake_made:
        told = str(mistake_made)
    else:
        told = ""
    if told:
        assert f"{key[0]}.{key[1]}" in told or "第 2 行" in told
        return
    one, kind, _ = declared(SECTIONS[key[0]][0])[key[1]]
    taken = getattr(getattr(settings, key[0]), key[1])
    assert type(taken) is kind
    assert one.allows(list(taken) if kind is tuple else taken, kind)


def test_a_day_that_the_calendar_has_is_a_deadline(file):
    file.write_text("[parameters]\ndeadline_month = 2\ndeadline_day = 28\n", "utf-8")
    assert read_settings(file).parameters == Parameters(deadline_month=2, deadline_day=28)


@pytest.mark.parametrize("name", ["pledgebatch.toml.txt", "Pledgebatch.TOML", "设置.txt", "settings.toml"])
def test_settings_under_another_name_are_named(tmp_path, name):
    place = books.workspace(tmp_path / "w")
    (place / name).write_text("[parameters]\n", "utf-8")
    (told,) = pledgebatch.office_remarks(place).to_dict("records")
    assert (told["file"], "设置只读 pledgebatch.toml" in told["message"]) == (name, True)
