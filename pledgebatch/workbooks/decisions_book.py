"""decisions.xlsx, blank or filled: the sheets in which the office decides."""

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from pledgebatch.schema.decisions import (
    CORRECTIONS,
    DECISION_SHEETS,
    EXPLANATIONS,
    EXTENSIONS,
    FILES,
    NOTHING_THERE,
    TRANSFERS,
    WORDS,
)
from pledgebatch.workbooks.registry_book import write_office_book

STEPS = (
    "这是办公室的决定，只由办公室填写，不发给单位。一行一个决定，从表头下面一行填起，不要改表名和表头；深色表头的栏目必填。",
    "填好后再汇总一次才起作用；删去一行再汇总，就和没有这个决定一样。收到的文件始终照原样保存。",
    f"《{EXPLANATIONS.name}》由程序把各单位的说明列进来，办公室只填“审定”“审定意见”“审定人”；采纳的不再计数，也不再问。",
    f"《{CORRECTIONS.name}》从“月份起”那个月起，只要那一格仍是“原来填的”，就按“改为”汇总；单位自己改过的不再套用，会提示。"
    f"要清空的，“改为”写{NOTHING_THERE}。",
    f"《{FILES.name}》写明一份文件采用不采用、是哪个组织的；文件名照《收件清单》抄，或写它的 SHA-256。",
    f"《{EXTENSIONS.name}》写明哪个组织哪个月的报送可以延到哪一天；《{WORDS.name}》写给单位的话，会印在报告、退回件和信里。",
    f"《{TRANSFERS.name}》由程序把像是转走又转来的党员列进来，办公室填“处理”。",
    "有一行填错，只有那一行不起作用，汇总时会写明哪张表、哪一行、哪一格。程序添加新行时不改动已有的内容，原来的一份另存。",
)


def write_decisions(target: Path | BinaryIO, lines: Mapping[str, pd.DataFrame] | None = None) -> None:
    """Write decisions.xlsx, blank or with ``lines`` by sheet key; the frames hold texts, with field keys for columns."""
    tables = [(sheet, (lines or {}).get(sheet.key)) for sheet in DECISION_SHEETS]
    write_office_book(target, "办公室决定", STEPS, tables)
