"""Choices as people type them: by a spelling, a tick, several at once, or in words of their own."""

import re
import unicodedata

from pledgebatch.schema.fields import Field
from pledgebatch.schema.texts import squeeze, visible

STRAY_MARKS = dict.fromkeys(map(ord, "。.,、;:"))
"""What stands about a choice and says nothing: no choice contains any of it."""
OTHER = "其他"
PARTED, JOINED = re.compile(r"[、,;/|+\n\t]+"), re.compile(r"以及|[和及与]|\s+")
"""What stands between the choices of a set: certainly, and where all that it parts is known."""
OTHER_IN_WORDS = re.compile(r"(?:其他|其它)[(:](.+?)\)?")
REMARK = re.compile(r"\([^()]*\)")
NOT_PUBLIC = re.compile(
    r".*?(?:口头|电话|当面|私下|个别)|[尚还]?[未没不]有?(?:公[开示布告]|进行)|暂[未不无缓]|待[定公办]|[无没略\W]+$|没有$|不详"
)
"""What is typed of pledges that nobody could read anywhere."""
NOTHING = re.compile(r"[无没略\W]+$|没有$|不详")
"""What says that there is none of a set."""
PUBLICITY = "publicity"
"""The field that says how a pledge was made public."""
YES = frozenset(("是", "有", "√", "✓", "✔", "☑", "对", "已", "Y", "YES", "TRUE", "T"))
NO = frozenset(("否", "无", "×", "✕", "✗", "✘", "不是", "没有", "未", "N", "NO", "FALSE", "F"))
BY_ITSELF = frozenset(("有", "已", "无", "没有", "未"))
"""What answers no question that denies something itself: under 本月无变化 nobody knows whether 无 means yes or no."""


def choice(text: str, field: Field) -> str | None:
    """The choice that ``text`` means (√ for 是, 汉 for 汉族, 专业技术 for 专业技术岗位), or None; of a set, all of them."""
    return choices(text, field) if field.several else _one_choice(text, field)


def choices(text: str, field: Field) -> str | None:
    """The choices that ``text`` names, joined by 、 in the order of the list, what is not listed as 其他（…）.

    None where nothing is named that could be meant: 口头, 电话, 未公开 are no ways to make a pledge public (五.4).
    """
    named: list[str] = []
    for piece in PARTED.split(unicodedata.normalize("NFKC", visible(text))):
        named += _named(piece, field)
    meant = dict.fromkeys(named)
    listed = [each for each in field.choices if each in meant]
    return "、".join([*listed, *(each for each in meant if each not in field.choices)]) or None


def _named(piece: str, field: Field) -> list[str]:
    """The choices that a piece of a set names; what is not listed as 其他 with its words, and nothing where nothing is meant."""
    plain = squeeze(piece).strip("。.:")
    in_words = OTHER_IN_WORDS.fullmatch(plain)
    if not in_words:
        for pieces in ([REMARK.sub("", plain)], JOINED.split(piece.strip())):
            known = [choice for choice in (_one_choice(each, field) for each in pieces) if choice]
            if len(known) == len(pieces):
                return known
    words = in_words[1] if in_words else plain
    nothing = NOT_PUBLIC if field.key == PUBLICITY else NOTHING
    return [f"{OTHER}（{words}）"] if words and not nothing.match(words) else []


def _one_choice(text: str, field: Field) -> str | None:
    folded = squeeze(text).translate(STRAY_MARKS)
    if value := field.spellings.get(folded):
        return value
    upper = folded.upper()
    if upper in BY_ITSELF and "无" in field.header and "是" in field.choices:
        return None
    for words, values in ((YES, ("是", "有")), (NO, ("否", "无"))):
        if upper in words:
            return next((value for value in values if value in field.choices), None)
    return None


TICKED, EMPTY = "☑☒√✓✔■●◉▣", "□○☐◻◯▢"
BOX = re.compile(rf"\(([{TICKED}]?)\)|[{TICKED}{EMPTY}]")
"""A box of a form, (√) and ( ) too."""


def in_own_words(text: str, field: Field) -> str | None:
    """The choice that ``text`` says in words of its own, 已盖章, 按计划推进, or by the tick in a box, ☑男 □女.

    No formula of a workbook knows them: they are taken where no dropdown offered the choices.
    """
    folded = squeeze(text)
    return None if field.several else field.own_words.get(folded.translate(STRAY_MARKS)) or _ticked(folded, field)


def _ticked(folded: str, field: Field) -> str | None:
    """The one choice with a tick in its box, where a form printed several."""
    boxes = [any(mark in TICKED for mark in box[0]) for box in BOX.finditer(folded)]
    if len(boxes) < 2 or boxes.count(True) != 1:
        return None
    known = [_one_choice(word, field) for word in BOX.sub("/", folded).split("/") if word.strip("、,;|")]
    return known[boxes.index(True)] if None not in known and len(boxes) == len(known) == len({*known}) else None


def with_remark(text: str, field: Field) -> str | None:
    """The choice that ``text`` means where a remark behind it says the same again: 汉族（汉）."""
    outer, _, remark = squeeze(text).removesuffix(")").partition("(")
    value = field.spellings.get(outer)
    return value if value and field.spellings.get(remark) == value else None
