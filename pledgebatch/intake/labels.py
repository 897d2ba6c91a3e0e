"""Labels: what stands over a column or before an answer, without what people write about it."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.sheets import BY_KEY, SHEETS
from pledgebatch.schema.synonyms import synonyms
from pledgebatch.schema.texts import LONGEST_VALUE, is_common, simplify, squeeze
from pledgebatch.schema.versions import TODAY, VERSIONS, Version

MARKS = "*:;.,、。★☆※#●○■□◆◇▲△▼▽√-_'\"“”《》【】〖〗[]!?↑↓→←「」『』|"
"""What stands before or behind a label and is none of it."""
NUMBERING = re.compile(
    r"^[(\[【]?(?:\d{1,2}|[一二三四五六七八九十]{1,3}(?=[)\]】.、:])|[A-Z](?=[)\]】.、:])|[IVX]{1,4}(?=[)\]】.、:]))[)\]】.、:]?"
    r"|^第?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[列栏]:?|^(?:必填|选填|栏目|列)\d{0,2}:?"
)
BETWEEN = re.compile(r"[、,.·\-_/]")
"""What stands between the characters of a label and says nothing: 出生年、月."""
FOREIGN = re.compile(r"[A-Za-z][A-Za-z ._]*")
"""A translation beside a label."""
HINT = re.compile(
    r"[^\u4e00-\u9fff\d]+|[\d年月日.\-/]+|[\d岁人年月日次名元个位件项份/]+|必填.*|选填|可选|.*[填写选如例注].*|见.*"
    r"|.*\d+字.*|不[得可超少].*|精确.*|格式.*|与.*一致|中文|汉字|票数?|公示用|打√|手签|按.{1,6}|限.{1,6}"
    r"|是/?否|有/?无|男/?女|是或否|有或无|(?:规范)?全称|公历|阳历|签字|签章|盖章|签名|公章|手写|文字|数字|下拉|单选|多选|单位:.*"
)
"""What a remark beside a label says that does not make it another label: a unit, a form, a word of order."""
BRACKET = re.compile(r"[(\[【〔<]([^()\[\]【】〔〕<>]*)[)\]】〕>]")


def label(cell: object) -> str:
    """The label in ``cell`` as labels are compared; empty where the cell holds no text."""
    return label_of(cell) if isinstance(cell, str) and cell else ""


def label_of(text: str) -> str:
    """``text`` without width and white space, and without numbering, marks and remarks where a known label is left; what
    is too long for a label is none."""
    return _label_of(text) if len(text) <= LONGEST_VALUE else ""


@lru_cache(20_000)
def _label_of(text: str) -> str:
    if not text.isprintable():
        text = "".join(mark for mark in text if unicodedata.category(mark) != "Cf")
    whole = squeeze(text)
    if whole in _every_label() or not whole:
        return whole
    if not is_common(whole):
        text, whole = simplify(text), simplify(whole)
    return next((each for each in _simpler(text, whole) if each in _every_label()), whole.strip("*:"))


def _simpler(text: str, whole: str) -> list[str]:
    """What ``text`` may come to without the marks, the numbering and the remarks about it."""
    bare = _without_remarks(whole)
    found = [whole.strip(MARKS), bare.strip(MARKS), NUMBERING.sub("", bare.strip(MARKS), count=1).strip(MARKS)]
    found.append(BETWEEN.sub("", bare.strip(MARKS)))
    if FOREIGN.search(bare):
        found.append(FOREIGN.sub("", bare).strip(MARKS + "/()"))
    pieces = [squeeze(piece) for piece in text.split()]
    for count in range(1, len(pieces)):
        if HINT.fullmatch("".join(pieces[count:]).strip("()[]【】")):
            found.append(_without_remarks("".join(pieces[:count])).strip(MARKS))
    return found


def _without_remarks(text: str) -> str:
    return BRACKET.sub(lambda found: "" if HINT.fullmatch(found[1]) or _lists(found[1]) else found[0], text)


def _lists(text: str) -> bool:
    """Whether a remark lists choices."""
    words = [word for word in re.split(r"[/、,，|;；或]", text) if word]
    return len(words) > 1 and _choices().issuperset(words)


@cache
def _choices() -> frozenset[str]:
    return frozenset(choice for sheet in SHEETS for field in sheet.fields for choice in field.choices)


@cache
def _every_label() -> frozenset[str]:
    """Every label and every synonym of every sheet."""
    known = {squeeze(field.header) for sheet in BY_KEY.values() for field in sheet.fields}
    known |= {squeeze(header) for version in VERSIONS.values() for each in version.headers.values() for header in each}
    return frozenset(known | {squeeze(word) for sheet in SHEETS for word in synonyms(sheet.key)})


@cache
def labels_of(sheet: Sheet) -> dict[str, str]:
    """By label the fields of ``sheet``."""
    return {squeeze(each.header): each.key for each in sheet.fields}


def labels_in(sheet: Sheet, version: Version = TODAY) -> Mapping[str, str]:
    """By label the fields of ``sheet`` as a ``version`` of the workbook calls them, beside today's labels."""
    earlier = version.headers.get(sheet.key)
    return labels_of(sheet) | {squeeze(header): key for header, key in earlier.items()} if earlier else labels_of(sheet)


@cache
def other_labels(sheet: Sheet) -> dict[str, tuple[str, ...]]:
    """By label the fields of ``sheet`` that a synonym may stand for."""
    found: dict[str, tuple[str, ...]] = {}
    for word, keys in synonyms(sheet.key).items():
        same = label_of(word)
        found[same] = tuple(dict.fromkeys((*found.get(same, ()), *keys)))
    return {word: keys for word, keys in found.items() if word not in labels_of(sheet)}


@cache
def header_words() -> frozenset[str]:
    """Words by which the header row of a table is known, of ours or of another kind."""
    common = "备注 时间 日期 地点 名称 内容 单位 数量 项目 班级 年级 金额 单价 电话 姓名 序号 编号 年龄 职称 住址 家庭住址 身份证号 身份证号码 学校 科室 部门 成绩 得分 等次 主持人 记录人 参加人员 会议名称 应到 实到 缺席"
    return _every_label() | frozenset(common.split())
