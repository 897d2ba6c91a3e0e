"""What the words over a column may mean: fields of a sheet, each with a weight, and which of several alike it is."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from pledgebatch.intake.labels import header_words, label_of, labels_of
from pledgebatch.schema.cells import Cell
from pledgebatch.schema.fields import Kind, Sheet
from pledgebatch.schema.sheets import BY_KEY, SHEETS
from pledgebatch.schema.synonyms import is_other, other_headers, synonyms
from pledgebatch.schema.texts import LONGEST_VALUE, squeeze
from pledgebatch.schema.versions import VERSIONS

STANDARD, SYNONYM, SHARED, NEARLY, GENERIC = 3.0, 2.0, 1.2, 0.9, 0.6
"""How much a word says: our own, another for one field alone, for several, one that is nearly ours, which is read but has
to be confirmed, and one that says only what kind it is."""
OF_KIND = {
    "日期": (Kind.DATE, Kind.MONTH, Kind.DEADLINE),
    "时间": (Kind.DATE, Kind.MONTH, Kind.DEADLINE),
    "年月": (Kind.MONTH,),
    "类别": (Kind.CHOICE,),
    "类型": (Kind.CHOICE,),
    "编号": (Kind.CODE, Kind.INTEGER),
    "序号": (Kind.CODE, Kind.INTEGER),
    "内容": (Kind.TEXT,),
    "意见": (Kind.TEXT,),
    "情况": (Kind.TEXT,),
}
"""Words that many columns bear, and the kinds of field they may be."""
ROW_NUMBERS, WEAKER = frozenset(("序号", "序列号", "顺序号", "号")), 0.6
"""Words for a number that a table gives its rows beside the one that it keeps, and how much less they say."""
TIMES = re.compile(r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?|第?[一二三四1-4]季度?|[上下]半?年")
"""Headers of columns that a ledger has for each month: they neither make a header nor speak against one."""
WHEN = re.compile("什么时候|何年何月|何时|哪一?[年天]")
SMALL = re.compile(
    "是不是|是否|有没有|有无|由谁|何种|什么|何|的|所|已经|已|具体|相关|有关|目前|当前|现在|现任|现|为|属于|人员$|情况$|状况$|与否$|姓名$|名称$|全称$"
)
TIME = re.compile("(?:时间|日期|年月日?)$")
"""What people put about the words of a header, or ask with (是否已签名, 何时公开, 公开的日期), and the words for time: that
it was a header is known before, so that they tell no more."""
ABOUT = re.compile(r"^(?:党员|本人|个人|党组织|支部|承诺人)(?=.{2})")
PARTS = ("共性", "岗位", "创新")
"""The three kinds of a member's pledges (四), by which columns are told apart like by numbers."""
ORDINAL = re.compile(r"(?:第|之|其)?([一二三四五六七八九]|[1-9])(?:项|件|条|个)?")
JOINED = re.compile(r"[/／、和及与|＋+\n]|[(（]")
PLEDGE = ("承诺", "事项", "内容", "承诺事项", "承诺内容", "公开承诺", "公开承诺事项")
"""What the column of a pledge is called once its number is taken off."""


@cache
def meanings(sheet: Sheet) -> Mapping[str, Mapping[str, float]]:
    """By label the fields of ``sheet`` that it may stand for, each with its weight."""
    found: dict[str, dict[str, float]] = {}
    for word, keys in synonyms(sheet.key).items():
        weight = SYNONYM if len(keys) == 1 else SHARED
        weak = WEAKER if word in ROW_NUMBERS else 0.0
        for key in keys:
            found.setdefault(label_of(word), {})[key] = weight - weak
    for version in VERSIONS.values():
        for header, key in version.headers.get(sheet.key, {}).items():
            found[squeeze(header)] = {key: SYNONYM}
    return found | {word: {key: STANDARD} for word, key in labels_of(sheet).items()}


@lru_cache(20_000)
def meant(sheet: Sheet, text: str) -> Mapping[str, float]:
    """The fields of ``sheet`` that a header ``text`` may stand for, each with its weight."""
    if len(text) > LONGEST_VALUE:
        return {}
    word = label_of(text)
    known = meanings(sheet)
    if word in known:
        return known[word]
    bare = ABOUT.sub("", word)
    if bare != word and bare in known and not is_other(word):
        return {key: min(weight, SYNONYM) for key, weight in known[bare].items()}
    if kinds := OF_KIND.get(word):
        return {field.key: GENERIC for field in sheet.fields if field.kind in kinds}
    return {}


@lru_cache(20_000)
def nearly_meant(sheet: Sheet, text: str) -> Mapping[str, float]:
    """What a header that ``meant`` does not know may stand for by its words of weight alone (公开的日期, 是否已签字)."""
    if meant(sheet, text) or len(text) > LONGEST_VALUE:
        return {}
    return _by_essence(sheet).get(_essence(label_of(text)), {})


def _essence(word: str) -> str:
    """The words of weight in a header; empty where hardly any is left."""
    asked = WHEN.sub("", word)
    bare = SMALL.sub("", ABOUT.sub("", asked))
    bare = TIME.sub("时", f"{bare}时间" if asked != word and not TIME.search(bare) else bare)
    return bare if len(bare) > 1 else ""


@cache
def _by_essence(sheet: Sheet) -> Mapping[str, Mapping[str, float]]:
    """By their words of weight the fields that headers stand for: less sure than the header itself, and of several less."""
    found: dict[str, set[str]] = {}
    for word, keys in meanings(sheet).items():
        found.setdefault(_essence(word), set()).update(keys)
    return {
        word: dict.fromkeys(sorted(keys), NEARLY if len(keys) == 1 else GENERIC) for word, keys in found.items() if word
    }


def is_header(cell: Cell) -> bool:
    """Whether a cell holds a word that stands over columns: of ours, of another kind, one of several, or two in one."""
    if not isinstance(cell, str) or not cell or len(cell) > 40:
        return False
    return _is_header(cell)


def is_name_header(cell: Cell) -> bool:
    """Whether a cell is the header of people's names."""
    return isinstance(cell, str) and any("name" in meant(BY_KEY[key], cell) for key in ("members", "items"))


@lru_cache(20_000)
def _is_header(text: str) -> bool:
    word = label_of(text)
    if word in header_words() or word in other_headers() or any(meant(sheet, text) for sheet in SHEETS):
        return True
    if any(True for _ in numbered(text)):
        return True
    return len(in_pieces(text)) > 1


@cache
def form_labels() -> frozenset[str]:
    """Labels before the answers of a form, which are no data of any table."""
    choices = {choice for sheet in SHEETS for field in sheet.fields for choice in field.choices}
    labels = {
        word for key in ("organisations", "members") for word, keys in meanings(BY_KEY[key]).items()
        if max(keys.values()) >= SYNONYM and len(word) > 2
    }  # fmt: skip
    return frozenset(labels - choices - set(PLEDGE))


def in_pieces(text: str) -> list[str]:
    """The headers that ``text`` names together (姓名（性别）, 出生年月/入党时间), where each of them is one; else none."""
    if label_of(text) in _every_word():
        return []
    pieces = [piece.strip(" ()（）") for piece in JOINED.split(text)]
    pieces = [piece for piece in pieces if piece]
    known = [piece for piece in pieces if label_of(piece) in _every_word()]
    return pieces if len(pieces) == 2 and len(known) == 2 else []


@cache
def _every_word() -> frozenset[str]:
    return frozenset(word for sheet in SHEETS for word in meanings(sheet))


def numbered(text: str) -> Iterator[tuple[str, str]]:
    """What a header of items in columns may be: which of them it belongs to, and the rest of its words."""
    whole = squeeze(text).strip(":：")
    for part in PARTS:
        if part in whole:
            rest = whole.replace(part, "", 1).replace("()", "").strip("：:、.-_—()·类性")
            if rest in PLEDGE or _of_item(rest):
                yield part, rest or PLEDGE[0]
    for found in ORDINAL.finditer(whole):
        rest = (whole[: found.start()] + whole[found.end() :]).replace("()", "").strip("：:、.-_—()·之的")
        for words in (rest, rest.removeprefix("承诺事项"), rest.removeprefix("承诺"), rest.removeprefix("事项")):
            words = words.strip("：:、.-_—()·之的")
            if words in PLEDGE or _of_item(words):
                yield str("一二三四五六七八九".find(found[1]) + 1 or found[1]), words or PLEDGE[0]
                break


def _of_item(word: str) -> bool:
    return bool(word) and label_of(word) in meanings(BY_KEY["items"])


def field_of_item(word: str) -> str | None:
    """The field of an item that ``word`` stands for once the number is taken off."""
    if word in PLEDGE:
        return "text"
    found = meanings(BY_KEY["items"]).get(label_of(word), {})
    return max(found, key=lambda key: found[key], default=None)
