"""The settings of a workspace: the file written for the office, and what is read of it, in range."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pledgebatch.mail.settings import NO_PASSWORDS, MailSettings
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.parameters import Parameters, no_such_day
from pledgebatch.notice.settings import declared, in_toml, made_of, mistakes_in, setting, written
from pledgebatch.pipeline.door_settings import OPENS_NOTHING, DoorSettings
from pledgebatch.publish.protection import Protection, meaning

SETTINGS_NAME = "pledgebatch.toml"
INTRODUCTION = "pledgebatch 的设置。每一项都有默认值；要改时去掉行首的“#”再改“=”后面的内容。"
SECTIONS: Mapping[str, tuple[type, str]] = {
    "parameters": (Parameters, ""),
    "mail": (MailSettings, NO_PASSWORDS),
    "protection": (Protection, meaning()),
    "door": (DoorSettings, OPENS_NOTHING),
}
"""The sections of the file, each with what stands above its keys."""
MEND = "；请改正后再运行"
NOT_UTF_8 = "不是 UTF-8 编码，读不出来；请用记事本打开，选“另存为”，“编码”选 UTF-8，保存后再运行"
NOT_OF_A_FILE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
CHINESE_MARKS = re.compile("[“”‘’＝，。；：、（）【】［］＃０-９．－％　]")


@dataclass(frozen=True)
class Settings:
    """The keys of ``pledgebatch.toml``; every one has a default."""

    passwords: tuple[str, ...] = setting(
        (), "有的单位给工作簿设了打开密码，把密码写在这里，逗号分开", example='["123456"]', secret=True
    )
    """Tried on workbooks that a branch has given a password to open."""
    contact: str = setting("", "办公室的联系人和电话，印在《填报须知》上；空着的，须知上留一条线")
    parameters: Parameters = Parameters()
    mail: MailSettings = MailSettings()
    protection: Protection = Protection()
    door: DoorSettings = DoorSettings()


def blank_settings() -> str:
    """The file that a new workspace gets."""
    sections = (
        f"\n[{name}]\n" + "".join(f"# {line}。\n" for line in above.split("。") if line) + written(section)
        for name, (section, above) in SECTIONS.items()
    )
    return f"# {INTRODUCTION}\n\n{written(Settings)}" + "".join(sections)


def read_settings(path: Path) -> Settings:
    """The settings in a file, defaults where it is absent. Raises OfficeMistake that tells all its mistakes at once."""
    if not path.exists():
        return Settings()
    tables = _parse(path)
    found = list(_mistakes(tables))
    if found:
        if len(found) == 1:
            raise OfficeMistake(f"设置文件 {path.name}：{found[0]}{MEND}")
        lines = "".join(f"\n  {number}. {one}" for number, one in enumerate(found, 1))
        raise OfficeMistake(f"设置文件 {path.name} 有 {len(found)} 处不对，请改正后再运行：{lines}")
    sections = {name: made_of(SECTIONS[name][0], table) for name, table in tables.items() if name in SECTIONS}
    own: Settings = made_of(Settings, {key: value for key, value in tables.items() if key not in SECTIONS})
    return replace(own, **sections)


def _mistakes(tables: dict[str, Any]) -> Iterator[str]:
    """What the file says that it may not, a sentence each."""
    own = {key: value for key, value in tables.items() if key not in SECTIONS}
    yield from _mistakes_of("", Settings, own, list(SECTIONS))
    for name, (section, _) in SECTIONS.items():
        for one in _mistakes_of(name, section, tables.get(name, {})):
            yield _no_password(one) if name == "mail" else one
    yield from _no_such_deadline(tables.get("parameters", {}))


def _mistakes_of(name: str, section: type, table: Any, others: Sequence[str] = ()) -> Iterator[str]:
    """Those of one section; a key that stands in the wrong one is told with the right one."""
    astray = {key: _home(key) for key in table if key not in declared(section)} if isinstance(table, dict) else {}
    for key, home in astray.items():
        if home is not None:
            yield f"“{key}”写错了地方，应写在" + (f" [{home}] 一行的下面" if home else "所有 [ ] 行的上面")
    right = {key: value for key, value in table.items() if astray.get(key) is None} if astray else table
    yield from mistakes_in(name, section, right, others)


def _home(key: str) -> str | None:
    """The section that a key belongs to, empty above all sections; None where it belongs nowhere."""
    homes = {"": Settings, **{name: section for name, (section, _) in SECTIONS.items()}}
    return next((name for name, section in homes.items() if key in declared(section)), None)


def _no_password(sentence: str) -> str:
    """A password in the section of mail belongs elsewhere, which is more than that there is no such key."""
    key = re.match(r"没有“(mail\.[^”]*(?:pass|密码|口令)[^”]*)”这一项", sentence, re.IGNORECASE)
    if not key:
        return sentence
    return f"“{key[1]}”写的是密码，设置文件中不要写邮箱密码：请删去这一行，改放进环境变量 PLEDGEBATCH_MAIL_PASSWORD 或系统的密码箱"


def _no_such_deadline(table: Any) -> Iterator[str]:
    if not isinstance(table, dict):
        return
    known = declared(Parameters)
    month, day = (table.get(key, known[key][2]) for key in ("deadline_month", "deadline_day"))
    fine = all(known[key][0].allows(value, int) for key, value in (("deadline_month", month), ("deadline_day", day)))
    if fine and no_such_day(month, day):
        yield (
            f"parameters.deadline_month = {in_toml(month)}、parameters.deadline_day = {in_toml(day)} 不对，"
            f"不是每年都有 {month} 月 {day} 日（2011 年起公开承诺的截止日期）"
        )


def _parse(path: Path) -> dict[str, Any]:
    """The tables of a TOML file. Raises OfficeMistake where it is none."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise OfficeMistake(f"设置文件 {path.name} {NOT_UTF_8}") from None
    except OSError:
        raise OfficeMistake(f"设置文件 {path.name} 无法打开，请检查是否正被占用或无权读取") from None
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as mistake:
        raise OfficeMistake(f"设置文件 {path.name} {_in_chinese(str(mistake), text)}") from None


def _in_chinese(mistake: str, text: str) -> str:
    """Where TOML is not well formed, and what is the likely reason."""
    place, lines = NOT_OF_A_FILE.search(mistake), text.splitlines()
    number = int(place[1]) if place and place[1] else max(len(lines), 1)
    line = lines[number - 1].strip() if number <= len(lines) else ""
    value = line.split("#")[0]
    shown = f"“{line}”" if line and "pass" not in line.lower() else ""
    where, reason = (
        f"第 {number} 行{shown}写法不对",
        "每行应是“名称 = 值”，文字放在英文双引号里，数字不加单位，说明写在“#”后面",
    )
    if "\x00" in text:
        return NOT_UTF_8
    if any(word in mistake for word in ("overwrite", "twice", "already")):
        reason = "同一项或同一节写了两遍，只留一遍"
    elif marks := CHINESE_MARKS.findall(value):
        reason = f"有中文或全角的 {' '.join(dict.fromkeys(marks))} ，应改成英文的"
    elif "%" in value:
        reason = "百分数要写成小数，20% 写作 0.2"
    elif "\\" in value:
        reason = "路径中的“\\”应改成“/”"
    return f"{where}：{reason}{MEND}"
