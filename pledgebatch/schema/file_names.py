"""What the workbooks that we send out are called, and what programs on their way add to a name."""

import html
import re
from collections.abc import Collection
from urllib.parse import unquote_to_bytes

from pledgebatch.schema.texts import decode_text, squeeze

WORKBOOK, RETURN = "承诺台账", "退回修改"
RETURN_FILE = f"{RETURN}.xlsx"
"""A return in the folder of its organisation."""
LEAST_CUT = 40
"""A name so long may have been cut where a disk or a mail program takes no more."""
_SUFFIX = r"\.(?:xlsx|xlsm|xlsb|xls|et|ett|ods)"
_STATE = r"副本|复件|拷贝|copy|已自动还原|自动恢复|自动保存的?|autosaved|recovered|repaired|已修复|兼容模式|只读"
_BEHIND = re.compile(
    rf"(?i)(?:{_SUFFIX}|[\s_]*[(（\[【]\s*(?:\d{{1,3}}|{_STATE})\s*[)）\]】]|[-_—–\s]*(?:的?副本|复件|拷贝|copy)\s*\d{{0,3}}"
    r"|[\s_-]+\d{1,3}|[\s_-]+\d{8,17})$"
)
_BEFORE = re.compile(
    r"(?i)^(?:(?:副本|复件|拷贝|copy)\s*(?:[(（]\s*\d{1,3}\s*[)）])?\s*(?:of\b)?[\s_-]*|[(（\[【]\d{1,3}[)）\]】]\s*)"
)
_ENCODED = re.compile("%[0-9A-Fa-f]{2}.*%[0-9A-Fa-f]{2}")
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def as_given(file: str) -> str:
    """The name that a file was given, without what browsers, mails and copying add: 甲(1).xlsx, 副本甲 - 副本.xlsx.xlsx."""
    name = html.unescape(file)
    for _ in range(2):
        if _ENCODED.search(name):
            name = decode_text(unquote_to_bytes(name))
    while (bare := _BEFORE.sub("", _BEHIND.sub("", name.strip()))) != name:
        name = bare
    return name


def is_ours(given: str, code: str, names: Collection[str], month: str) -> bool:
    """Whether we called a file so, for an organisation that bears or bore these ``names``: a workbook sent out, or a return.

    Disks and mails take not every character, nor all of a long name; the code tells apart those of one name.
    """
    bare = _plain(given)
    if bare in (RETURN, f"{RETURN}_{month}"):
        return True
    bare = bare.removeprefix(f"{code}_")
    ours = [(_plain(name), f"_{kind}_{month}") for name in names for kind in (WORKBOOK, RETURN)]
    return any(bare == name + end or len(bare) >= LEAST_CUT and _is_cut(bare, name, end) for name, end in ours)


def _is_cut(bare: str, name: str, end: str) -> bool:
    """Whether ``name`` with ``end`` behind it was cut at the end, or in the name, which is how we cut, or in both."""
    front, found, rest = bare.rpartition(end[: len(WORKBOOK) + 1])
    return (name + end).startswith(bare) or bool(found) and name.startswith(front) and end.startswith(found + rest)


def _plain(name: str) -> str:
    return _UNSAFE.sub("", squeeze(name))
