"""What is told of a command that was mistyped: one sentence, with the line to type instead."""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence

import click

from pledgebatch.pipeline.workspace import FIRST, quote
from pledgebatch.schema.periods import read_period

PROGRAM = "pledgebatch"
EXAMPLES = {
    "init": "init 承诺工作",
    "templates": "templates --period 2011-03",
    "send": "send --period 2011-03 --dry-run",
    "collect": "collect --period 2011-03",
    "consolidate": "consolidate --period 2011-03",
    "status": "status",
    "desk": "desk --workspace 承诺工作",
    "check": "check 工作簿.xlsx",
    "forms": "forms --period 2011-03",
    "year": "year 组织编码 --year 2011",
    "rollup": "rollup 甲/output/2011-03 乙/output/2011-03",
    "rules": "rules",
    "demo": "demo 演示",
}
"""Each command as it is typed, in the order in which they are needed."""
IN_CHINESE = {
    "新建": "init", "初始化": "init", "下发": "templates", "生成": "templates", "发送": "send", "发信": "send",
    "发邮件": "send", "收取": "collect", "收信": "collect", "收邮件": "collect", "汇总": "consolidate", "状态": "status",
    "进度": "status", "核验": "check", "检查": "check", "自查": "check", "打印": "forms", "承诺书": "forms", "年度": "year",
    "档案": "year", "工作台": "desk", "上级汇总": "rollup", "规则": "rules", "演示": "demo",
}  # fmt: skip
DASHES = re.compile(r"[-‐‑‒–—―−─﹣－~～]+(?=\w)")
MARKS = "，。；：、,;"
"""What a Chinese keyboard leaves at the end of a word."""
NAME = re.compile(r"(?P<name>--?[^=:\s]+)(?:[=:](?P<value>.*))?", re.DOTALL)


def in_one_sentence(mistake: click.UsageError, group: click.Group, args: Sequence[str]) -> str:
    """What is wrong with the line typed, and the line to type instead."""
    command = next((word for word in args if word in group.commands), None)
    line = next(_mended(group, args, command), None) or (EXAMPLES[command] if command else None)
    if line is None:
        return f"{_sentence(mistake)}；命令有 {'、'.join(EXAMPLES)}，要看说明请输入：{PROGRAM} --help"
    return f"{_sentence(mistake)}；请输入：{PROGRAM} {line}"


def _sentence(mistake: click.UsageError) -> str:
    return " ".join(mistake.format_message().split()).replace("。 （", "（").replace("。（", "（").rstrip("。.")


def _mended(group: click.Group, args: Sequence[str], command: str | None) -> Iterator[str]:
    """Lines like the one typed that can be carried out, the likeliest first."""
    words = [_option(word) if DASHES.match(word) else word for word in args]
    place = next((n for n, word in enumerate(words) if not word.startswith("-")), None)
    named = command or (_command(words[place], list(group.commands)) if place is not None else None)
    if named is None:
        own = [_closest(word, _options(group)) for word in words]
        if len(own) == 1 and own[0] in _options(group):
            yield own[0]
        named, rest = "consolidate", words
    else:
        rest = words[: place or 0] + words[(place or 0) + 1 :]
    rest = [_closest(word, _options(group.commands[named])) for word in rest]
    for each in (rest, _with_period(rest), _with_month(rest)):
        if each is not None and _is_right(group.commands[named], named, each):
            yield " ".join((named, *map(quote, each)))


def _options(command: click.Command) -> list[str]:
    return [
        name for each in command.get_params(click.Context(command)) for name in (*each.opts, "-h") if name[0] == "-"
    ]


def _option(word: str) -> str:
    """A word that begins with some dash, as an option is written: ——period：2011-03 → --period=2011-03."""
    plain = DASHES.sub("--", unicodedata.normalize("NFKC", word).strip(MARKS), count=1)
    match = NAME.fullmatch(plain)
    if not match or len(match["name"]) == 3:
        return plain.replace("--", "-", 1).lower()
    return match["name"].lower() + ("" if match["value"] is None else f"={match['value']}")


def _command(word: str, names: Sequence[str]) -> str | None:
    plain = unicodedata.normalize("NFKC", word).strip(MARKS).lower()
    close = difflib.get_close_matches(plain, names, 1)
    return IN_CHINESE.get(plain) or (close[0] if close else None)


def _closest(word: str, known: Sequence[str]) -> str:
    """An option as it is called, where it was misspelt."""
    name, equals, value = word.partition("=")
    if not name.startswith("--") or name in known:
        return word
    close = difflib.get_close_matches(name, known, 1)
    return close[0] + equals + value if close else word


def _with_period(words: Sequence[str]) -> list[str] | None:
    """``words`` with ``--period`` before the month, where that was left out."""
    place = next((n for n, word in enumerate(words) if read_period(word)), None)
    if place is None or any(word.startswith("--period") for word in words):
        return None
    return [*words[:place], "--period", *words[place:]]


def _with_month(words: Sequence[str]) -> list[str] | None:
    """``words`` with an example for what ``--period`` says, where that is no month; the rest stays as it was typed."""
    place = next((n for n, word in enumerate(words) if word.partition("=")[0] == "--period"), None)
    if place is None:
        return None
    value = words[place + 1 : place + 2] if "=" not in words[place] else []
    after = place + 1 + any(not word.startswith("-") for word in value)
    return [*words[:place], "--period", str(FIRST), *words[after:]]


def _is_right(command: click.Command, name: str, words: Sequence[str]) -> bool:
    """Whether a command takes these words."""
    if not {"--help", "-h"}.isdisjoint(words):
        return True  # whatever stands beside it
    try:
        command.make_context(name, list(words))
    except (click.ClickException, click.exceptions.Exit):
        return False
    return True
