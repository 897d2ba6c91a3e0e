"""The rows of a table that are no data: repeated headers, titles, subtotals, end marks, signatures, other tables.

A row is only taken for one of these where nothing in it speaks for a row of the table: a number of its own, or a choice
that its column offers.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property

from pledgebatch.intake.fitting import ANY_YEAR, STRICT, is_name
from pledgebatch.intake.labels import header_words, label
from pledgebatch.intake.match import Match
from pledgebatch.notice.periods import Stage
from pledgebatch.readers.book import Cells
from pledgebatch.schema import numbers
from pledgebatch.schema.cells import LOST, Cell, as_typed
from pledgebatch.schema.fields import Field, Kind, Sheet
from pledgebatch.schema.kinds import understand
from pledgebatch.schema.texts import squeeze

REPEATED_HEADER, TITLE, FOOTER, SUBTOTAL_ROW, SAMPLE_ROW = "重复的表头", "标题行", "结束语", "合计行", "示例行"
NO_NUMBER, LONE_TEXT, ONLY_EXTRAS = "编号栏里是文字，不是编号", "只有一格文字，不成一行", "只填了附加栏目"
OTHER_TABLE = "另一张表"
NOTHING_TO_TELL = "写明没有内容"

SUBTOTAL = re.compile(r"(?:本页|本表|全部|以上|本支部|总)?(?:合计|小计|总计|共计)(?:[::]?[\d.]*[人项条个件名]*)?")
SAMPLE = re.compile(r"[(【\[]?(?:示例|样例|例子|填写示例|填表示例|范例|例)\d*(?:[)】\]:].*)?")
END = re.compile(
    r"(?:以下|下面|此行以下|本页以下|以下各?行)(?:均|皆|为|全)*(?:空白|空|无正文|无内容|无|作废)|(?:本页|本表|全文|全表|正文|填写|名单)?(?:完毕|完结|完|结束|止|终)"
    r"|(?:此|本)(?:页|处|行|表)(?:以下)?(?:无正文|空白)|到此(?:为止|结束)|(?:the)?end|(?:此|本|该)?(?:表|承诺书|台账).{0,6}一式.{1,3}份.*", re.I
)  # fmt: skip
CERTAIN = re.compile("空|无正文|无内容|一式|到此")
"""What an end mark says that is nobody's name, even behind a number."""
SIGNING = re.compile(
    r"(?:(?:填表|填报|制表|审核|审批|审查|复核|经办|报送|联系|统计|录入|单位|部门|党组织|党支部|支部|总支|党委|学校|医院|主要|分管)*(?:人|者|员|单位|负责人|领导|书记|校长|院长|组织|支部|日期|时间|电话|意见)?"
    r"|(?:本|承诺|签[字名]|责任|记录|主持|监督|见证|代理|代填|负责)人|组长|日期|时间|电话)(?:[(\[](?:签字|签名|签章|盖章|公章|章)*[)\]]|签字|签名|签章|盖章|公章)*:.*"
    r"|.{0,12}[(\[](?:签字|签名|签章|盖章|公章|章)[)\]].{0,8}|(?:填表|填报|制表|审核|审批|复核|经办|联系|负责|单位负责|党组织负责)人|(?:填表|填报|制表)(?:日期|时间)|制表|审核|复核"
)
NOTE = re.compile(
    r"[*※#]*[(\[【]?(?:备?注|说明|附注|附|填表说明|填写说明|填表须知|注意|注意事项|提示|温馨提示)\d*[)\]】]?[:、.].*|[*※].+"
)
PAGE = re.compile(
    r"-*第?\d+页?[,，]?[/共]\d+页?-*|-*第\d+页[,，]?(?:共\d+页)?-*|共\d+页|page\d+(?:/|of)?\d*|-+\d+-+", re.I
)
DAY = re.compile(
    r"(?:\d{2,4}|[〇○零Oo一二三四五六七八九]{4}|_*)年(?:\d{1,2}|[元正一二三四五六七八九十]{1,2}|_*)月"
    r"(?:(?:\d{1,2}|[一二三四五六七八九十廿]{1,3}|_*)[日号])?"
)
HEADING = re.compile(
    r".*(?:承诺|党员|支部|组织|意见|问题|记录|评议|整改).*(?:登记表|一览表|汇总表|统计表|明细表|情况表|花名册|名册|台账|承诺书|表)(?:[(].*[)])?"
    r"|[(]?续(?:表|上表|前表|上页)?\d*[)]?|接上(?:表|页)|(?:填报|填表|报送)?(?:单位|党组织|党支部|时间|日期|月份)(?:名称)?:.*"
)
POINT = re.compile(r"[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)]?[.、:].+")
NUMERAL = re.compile(r"[(]?第?(?:\d+|[一二三四五六七八九十百]+)号?[.、:)]*")
NOTHING = re.compile(
    r"(?:本月|本年度?|目前|暂时?|均|尚)*[无没]有?(?:此项|内容|情况|(?:遗留)?问题|意见(?:和?建议)?|建议|评议|整改|记录)?[。.]?|[-/\\.*×—_]+",
    re.I,
)
"""What says in every cell of a row that there is nothing to tell."""
LONGEST_NOTHING = 12
PLAIN_CODE = re.compile(r"[A-Za-z]{0,6}[-.#]?\d[A-Za-z\d\-./#]{0,11}")
SHAPES = ((re.compile(r"\d+"), "9"), (re.compile(r"[a-zA-Z]+"), "A"), (re.compile(r"[\u4e00-\u9fff]+"), "甲"))
Filled = Mapping[int, str]
"""By column the texts of a row, folded."""


def rows_without_data(placed: Match, cells: Cells) -> dict[int, str]:
    """By 0-based row the rows below the header that hold something but no data, each with the reason."""
    table = _Table(placed, cells)
    found: dict[int, str] = {}
    for row in table.suspects():
        if why := table.why(row, found):
            found[row] = why
    if OTHER_TABLE in found.values():
        _spread_other(found, cells)
    table.find_ends(found)
    return dict(sorted(found.items()))


def _spread_other(found: dict[int, str], cells: Cells) -> None:
    """Another table goes on until the header of this one is repeated; what stands alone above it is its title."""
    inside = False
    for row in range(min(found), len(cells)):
        why = found.get(row)
        if why == OTHER_TABLE and not inside:
            above = next((each for each in range(row - 1, -1, -1) if any(cells[each])), row)
            if found.get(above) in (NO_NUMBER, LONE_TEXT):
                found[above] = OTHER_TABLE
        inside = (inside or why == OTHER_TABLE) and why != REPEATED_HEADER
        if inside and why is None and any(as_typed(cell).strip() for cell in cells[row]):
            found[row] = OTHER_TABLE


class _Table:
    """A table whose headers are known, looked over for rows that are none of its own."""

    def __init__(self, placed: Match, cells: Cells) -> None:
        sheet = placed.sheet
        self.cells, self.first = cells, placed.header_row + 1
        self.fields: dict[int, Field] = {column: sheet[key] for key, column in placed.columns.items()}
        self.number = placed.columns.get(sheet.number) if sheet.number else None
        self.identity = {placed.columns[key] for key in sheet.identity if key in placed.columns}
        self.heads = sorted({min(self.fields), *self.identity, *([] if self.number is None else [self.number])})
        self.probes = [placed.columns[key] for key in _probes(sheet) if key in placed.columns]

    @cached_property
    def above(self) -> list[frozenset[str]]:
        """By column the labels of what stands above the data."""
        return [frozenset(map(label, column)) for column in zip(*self.cells[: self.first], strict=True)]

    @cached_property
    def headers(self) -> list[str]:
        return [label(cell) for cell in self.cells[self.first - 1]]

    @cached_property
    def shapes(self) -> frozenset[str]:
        """How the numbers look of the rows that say something themselves."""
        rows = (line for line in self.cells[self.first :] if any(as_typed(line[column]) for column in self.identity))
        return (
            frozenset(_shape(squeeze(as_typed(line[self.number]))) for line in rows)
            if self.number is not None
            else frozenset()
        )

    def suspects(self) -> Iterable[int]:
        """The rows that are not plainly rows of the table, by a glance at columns that every row fills in."""
        if not self.probes:
            return range(self.first, len(self.cells))
        suspects: set[int] = set()
        lines = self.cells[self.first :]
        for column in self.probes:
            cells = [line[column] for line in lines]
            odd = set(cells)
            odd.difference_update(filter(_plain(self.fields[column], column == self.number), tuple(odd)))
            if odd:
                suspects.update(row for row, cell in enumerate(cells, self.first) if cell in odd)
        return sorted(suspects)

    def why(self, row: int, found: Mapping[int, str]) -> str | None:
        """Why a row is no data; None for a row of the table, and for a blank one."""
        line = self.cells[row]
        typed = [(column, as_typed(cell)) for column, cell in enumerate(line) if cell is not None and cell != ""]
        filled = {column: folded for column, text in typed if (folded := squeeze(text))}
        if not filled:
            return None
        if heads := self._of_headers(filled):
            return heads
        if LOST in line:
            return None
        has_number = self._has_number(line, len(filled) == 1)
        texts = [text for column, text in filled.items() if not (has_number and column == self.number)]
        if self._tells_nothing(filled, texts):
            return NOTHING_TO_TELL
        if self._is_chosen(line, filled):
            return None
        if texts and self.fields.keys().isdisjoint(filled.keys() - {self.number if has_number else None}):
            return _of_words(texts) or ONLY_EXTRAS
        if not texts or (has_number and not (_is_end(texts) and all(map(CERTAIN.search, texts)))):
            return None
        return _of_words(texts) or self._of_place(filled, row, found) or self._of_numbered(filled)

    def _of_numbered(self, filled: Filled) -> str | None:
        """Whether nothing is told besides what stands where the number should."""
        texts = [text for column, text in filled.items() if column != self.number]
        return NOTHING_TO_TELL if self._tells_nothing(filled, texts) else None

    def _of_headers(self, filled: Filled) -> str | None:
        """Whether the row repeats what stands above the data, or is made of the same headers in another order."""
        labels = {column: label(text) for column, text in filled.items()}
        same = [column for column, word in labels.items() if word and word in self.above[column]]
        if same and len(same) * 2 >= len(filled):
            again = [column for column in same if labels[column] == self.headers[column]]
            return REPEATED_HEADER if len(again) * 2 >= len(same) else TITLE
        words = set(labels.values()) & {word for word in self.headers if word}
        return OTHER_TABLE if len(words) >= 3 and len(words) * 2 >= len(filled) else None

    def _of_place(self, filled: Filled, row: int, found: Mapping[int, str]) -> str | None:
        """What a row without a number is by where its words stand."""
        words = header_words()
        known = sum(label(text) in words for text in filled.values())
        before = self.cells[row - 1]
        parted = row - 1 in found or not any(as_typed(cell).strip() for cell in before)
        if known >= 2 and known * 2 >= len(filled) or (parted and self._is_other_header(filled, row)):
            return OTHER_TABLE
        if len(filled) > 1:
            return None
        (column, text), *_ = filled.items()
        if column in self.identity:
            if found.get(row - 1) == FOOTER and POINT.fullmatch(text):
                return FOOTER
            return None if self._may_be(column, text) else LONE_TEXT
        if column == self.number:
            return NO_NUMBER
        field = self.fields.get(column)
        return None if field and understand(field, text, ANY_YEAR) is not None and field.kind in STRICT else LONE_TEXT

    def _may_be(self, column: int, text: str) -> bool:
        return is_name(text) if self.fields[column].kind is Kind.PERSON else any(map(str.isalpha, text))

    def _is_other_header(self, filled: Filled, row: int) -> bool:
        """Whether short words stand where dates and choices are due, with something below them."""
        strict = [column for column in filled if column in self.fields and self.fields[column].kind in STRICT]
        odd = all(len(text) <= 12 and not re.search(r"\d", text) for text in filled.values())
        below = row + 1 < len(self.cells) and any(self.cells[row + 1])
        return odd and below and len(filled) >= 3 and len(strict) >= 2 and not any(
            understand(self.fields[column], filled[column], ANY_YEAR) is not None for column in strict
        )  # fmt: skip

    def _is_chosen(self, line: Sequence[Cell], filled: Filled) -> bool:
        """Whether the row makes a choice that its column offers, as only data does."""
        return any(
            understand(self.fields[column], line[column], ANY_YEAR) is not None
            for column in filled
            if column in self.fields and self.fields[column].kind is Kind.CHOICE
        )

    def _tells_nothing(self, filled: Filled, texts: Sequence[str]) -> bool:
        """Whether 无 or a stroke stands in all cells that are filled in, with that which every row has among them."""
        needed = self.identity or {min(self.fields)}
        return bool(texts) and not needed.isdisjoint(filled) and all(map(NOTHING.fullmatch, texts))

    def _has_number(self, line: Sequence[Cell], alone: bool) -> bool:
        """Whether the row is numbered; a day is a number gone wrong, but not where it is all that the row says."""
        if self.number is None:
            return False
        cell, text = line[self.number], squeeze(as_typed(line[self.number]))
        if not text or isinstance(cell, bool):
            return False
        if not isinstance(cell, str):
            return isinstance(cell, int | float) or not alone
        if self.fields[self.number].kind is Kind.INTEGER:
            return NUMERAL.fullmatch(text) is not None or (text.isascii() and numbers.whole(text) is not None)
        return PLAIN_CODE.fullmatch(text) is not None or (any(map(str.isdigit, text)) and _shape(text) in self.shapes)

    def find_ends(self, found: dict[int, str]) -> None:
        """Add the subtotals at the end and the samples at the beginning."""
        rows = [row for row in range(self.first, len(self.cells)) if row not in found]
        for pattern, why, order in ((SUBTOTAL, SUBTOTAL_ROW, reversed(rows)), (SAMPLE, SAMPLE_ROW, rows)):
            for row in order:
                line = self.cells[row]
                if any(pattern.fullmatch(squeeze(as_typed(line[column]))) for column in self.heads):
                    found[row] = why
                elif any(as_typed(cell).strip() for cell in line):
                    break


def _of_words(texts: Sequence[str]) -> str | None:
    """What a row is by its words alone."""
    if _is_end(texts):
        return FOOTER
    lead, rest = texts[0], texts[1:]
    if SUBTOTAL.fullmatch(lead):
        return SUBTOTAL_ROW
    if all(map(_is_foot, texts)) or (SIGNING.fullmatch(lead) and all(len(text) <= 20 for text in rest)):
        return FOOTER
    if NOTE.fullmatch(lead) and (not rest or (len(lead) <= 6 and len(rest) == 1)):
        return FOOTER
    is_title = HEADING.fullmatch(lead) and all(HEADING.fullmatch(text) or _is_foot(text) for text in rest)
    return TITLE if is_title else None


def _is_end(texts: Sequence[str]) -> bool:
    return all(END.fullmatch(re.sub(r"^\W+|\W+$", "", text)) for text in texts)


def _is_foot(text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in (SIGNING, PAGE, DAY))


def _shape(text: str) -> str:
    for pattern, mark in SHAPES:
        text = pattern.sub(mark, text)
    return text


@cache
def _probes(sheet: Sheet) -> tuple[str, ...]:
    """The fields that every row fills in, by which a row is known at a glance."""
    choice = next(
        (each.key for each in sheet.fields if each.kind is Kind.CHOICE and each.required is Stage.ALWAYS), None
    )
    keys = (sheet.number or sheet.fields[0].key, *sheet.identity, choice)
    return tuple(dict.fromkeys(key for key in keys if key))


def _plain(field: Field, is_number: bool) -> Callable[[Cell], bool]:
    """Whether a cell is, at a glance, what ``field`` holds."""
    if field.kind is Kind.CHOICE:
        return frozenset(field.choices).__contains__
    if is_number or field.kind in STRICT:
        return lambda cell: (
            cell.isascii() and not cell.isspace() and cell != ""
            if cell.__class__ is str
            else cell.__class__ in (int, float)
        )
    return lambda cell: (
        cell.__class__ is str
        and not (cell == "" or cell.isspace())
        and (len(cell) > LONGEST_NOTHING or NOTHING.fullmatch(squeeze(cell)) is None)
    )
