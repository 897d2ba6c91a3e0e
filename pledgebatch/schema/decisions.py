"""decisions.xlsx: the sheets in which the office decides, and what it decided, a frame for each of them."""

from dataclasses import dataclass, field

import pandas as pd

from pledgebatch.notice.periods import Stage
from pledgebatch.schema.fields import Field, Filler, Kind, Sheet
from pledgebatch.schema.frames import REMARK, columns_of, empty
from pledgebatch.schema.kinds import CELL

TEXT, CODE, CHOICE, PERSON, DATE, MONTH = Kind.TEXT, Kind.CODE, Kind.CHOICE, Kind.PERSON, Kind.DATE, Kind.MONTH
ALWAYS, OFFICE = Stage.ALWAYS, Filler.OFFICE
ACCEPTED, REJECTED = "采纳", "不采纳"
TAKEN, NOT_TAKEN = "采用", "不采用"
SAME, ANOTHER = "确认", "不是同一人"
NOTHING_THERE = "（空）"
"""What is written for a cell that is blank, or is to be."""
SAYS_WHOSE = frozenset((("organisations", "unit_code"), ("organisations", "period")))
"""The fields that say whose a file is and of which month, by sheet: settled before any cell is corrected."""

EXPLANATIONS = Sheet(
    "explanations",
    "说明审定",
    (
        Field("unit_code", "组织编码", CODE, ALWAYS, filler=OFFICE),
        Field("sheet", "工作表", TEXT, filler=OFFICE, width=10),
        Field("number", "编号", CODE, filler=OFFICE),
        Field("field", "栏目", TEXT, filler=OFFICE, width=12),
        Field("rule", "规则编号", CODE, ALWAYS, filler=OFFICE),
        Field("value", "原来填的", TEXT, filler=OFFICE),
        Field("message", "问题", TEXT, filler=OFFICE, width=30),
        Field("explanation", "单位说明", TEXT, filler=OFFICE, width=24),
        Field("period", "说明月份", MONTH, ALWAYS, filler=OFFICE),
        Field("decision", "审定", CHOICE, listed=f"{ACCEPTED}|{REJECTED}", filler=OFFICE, help="还没有审定的空着"),
        Field("opinion", "审定意见", TEXT, filler=OFFICE, width=20),
        Field("decided_by", "审定人", PERSON, filler=OFFICE),
    ),
    known_by=("unit_code", "sheet", "number", "field", "rule", "value", "message", "explanation", "period"),
)

CORRECTIONS = Sheet(
    "corrections",
    "更正单",
    (
        Field("unit_code", "组织编码", CODE, ALWAYS, filler=OFFICE),
        Field("from_period", "月份起", MONTH, ALWAYS, filler=OFFICE, help="从哪个月起，如 2011-03"),
        Field("sheet", "工作表", TEXT, ALWAYS, filler=OFFICE, help="如 党员承诺", width=10),
        Field("number", "编号", CODE, filler=OFFICE, help="这一行自己的序号、编号；《组织承诺》不填"),
        Field("field", "栏目", TEXT, ALWAYS, filler=OFFICE, help="表头上的字", width=12),
        Field("value", "原来填的", TEXT, filler=OFFICE, help=f"照单位填的写；原来空着的不填或写{NOTHING_THERE}"),
        Field("corrected", "改为", TEXT, ALWAYS, filler=OFFICE, help=f"要清空的写{NOTHING_THERE}"),
        Field("reason", "理由", TEXT, ALWAYS, filler=OFFICE, width=24),
        Field("decided_by", "经办人", PERSON, ALWAYS, filler=OFFICE),
    ),
    known_by=("unit_code", "from_period", "sheet", "number", "field", "value", "corrected"),
)

FILES = Sheet(
    "files",
    "文件处理",
    (
        Field("period", "月份", MONTH, ALWAYS, filler=OFFICE),
        Field("path", "文件", TEXT, ALWAYS, filler=OFFICE, help="《收件清单》中的文件名或 SHA-256", width=36),
        Field("belongs_to", "归属组织", CODE, filler=OFFICE, help="看不出是谁的，填组织编码"),
        Field("decision", "处理", CHOICE, ALWAYS, listed=f"{TAKEN}|{NOT_TAKEN}", filler=OFFICE),
        Field("reason", "理由", TEXT, ALWAYS, filler=OFFICE, width=24),
        Field("decided_by", "经办人", PERSON, ALWAYS, filler=OFFICE),
    ),
    known_by=("period", "path", "belongs_to", "decision"),
)

EXTENSIONS = Sheet(
    "extensions",
    "报送延期",
    (
        Field("unit_code", "组织编码", CODE, ALWAYS, filler=OFFICE),
        Field("period", "月份", MONTH, ALWAYS, filler=OFFICE),
        Field("until", "延至", DATE, ALWAYS, filler=OFFICE, help="这一天以内收到的不算迟报"),
        Field("reason", "理由", TEXT, ALWAYS, filler=OFFICE, width=24),
        Field("decided_by", "批准人", PERSON, ALWAYS, filler=OFFICE),
    ),
    known_by=("unit_code", "period", "until"),
)

WORDS = Sheet(
    "words",
    "经办意见",
    (
        Field("unit_code", "组织编码", CODE, ALWAYS, filler=OFFICE),
        Field("period", "月份", MONTH, ALWAYS, filler=OFFICE),
        Field("opinion", "意见", TEXT, ALWAYS, filler=OFFICE, help="写进这个月的报告、退回件和信", width=48),
    ),
    known_by=("unit_code", "period", "opinion"),
)

TRANSFERS = Sheet(
    "transfers",
    "转移确认",
    (
        Field("period", "月份", MONTH, ALWAYS, filler=OFFICE),
        Field("name", "姓名", PERSON, ALWAYS, filler=OFFICE),
        Field("birth_month", "出生年月", MONTH, filler=OFFICE),
        Field("from_code", "转出组织", CODE, ALWAYS, filler=OFFICE, help="组织编码"),
        Field("to_code", "转入组织", CODE, ALWAYS, filler=OFFICE, help="组织编码"),
        Field("decision", "处理", CHOICE, listed=f"{SAME}|{ANOTHER}", filler=OFFICE, help="还没有核对的空着"),
        Field("decided_by", "经办人", PERSON, filler=OFFICE),
    ),
    known_by=("period", "name", "birth_month", "from_code", "to_code"),
)

DECISION_SHEETS = (EXPLANATIONS, CORRECTIONS, FILES, EXTENSIONS, WORDS, TRANSFERS)
"""The sheets of decisions.xlsx in their order; each field that is ``known_by`` tells one line from another."""


PLACED = {"sheet_key": "str", "field_key": "str"}
"""What 工作表 and 栏目 mean, as keys of the declaration; empty for none."""


def _none(sheet: Sheet) -> pd.DataFrame:
    cells = {each.key + CELL: "str" for each in sheet.fields}
    return empty({**columns_of(sheet), **cells, **(PLACED if "sheet" in sheet.by_key else {})})


@dataclass(frozen=True)
class Decisions:
    """The lines of decisions.xlsx that hold, sheet by sheet: typed, with ``row`` and ``key_cell``, texts that are blank as
    empty texts, and ``PLACED``; undecided lines too.

    A line in which something is wrong is in none of the frames, but in the remarks.
    """

    explanations: pd.DataFrame = field(default_factory=lambda: _none(EXPLANATIONS))
    corrections: pd.DataFrame = field(default_factory=lambda: _none(CORRECTIONS))
    files: pd.DataFrame = field(default_factory=lambda: _none(FILES))
    extensions: pd.DataFrame = field(default_factory=lambda: _none(EXTENSIONS))
    words: pd.DataFrame = field(default_factory=lambda: _none(WORDS))
    transfers: pd.DataFrame = field(default_factory=lambda: _none(TRANSFERS))
    remarks: pd.DataFrame = field(default_factory=lambda: empty(REMARK))
    """What the office should mend in the book, whatever the month."""
    sha256: str = ""
    """Of the book; empty where there is none."""

    def files_of(self, ordinal: int) -> pd.DataFrame:
        """The lines of 文件处理 of a month."""
        return self.files[self.files["period"] == ordinal]
