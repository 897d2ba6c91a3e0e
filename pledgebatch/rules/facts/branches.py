"""附件2: 所在党支部 as people write it: this organisation under any of its names, or a branch within it."""

import re

from pledgebatch.schema.texts import squeeze

_PARTY = re.compile(
    r"^(?:中共|中国共产党)|(?:党?总?支部(?:委员会)?|党总支(?:委员会)?|党委(?:会)?|委员会|党组织|党组|党支)$"
)
"""What an official name has about that of the unit."""
_PLACE = re.compile(r".{1,10}(?:省|市|区|县|镇|乡|街道|局|工委|系统|党委|集团|公司|中心)")
"""What may stand before the name of a unit: where it is, and to whom it belongs."""
_WITHIN = (
    r"(?:第?[一二三四五六七八九十0-9]+|[离退]+休(?:教[工师]|干部|党员|人员|职工|教职工)?|老干部|老年|教[工师]|教职工|教学|学生|在职|机关|行政|后勤|总务|门诊部?|住院部?|医技|医疗|护理|临床|[内外妇儿产骨]+科|公卫|防保|防疫|"
    r"[高初]中部?|[小中]学部|幼儿[部园]?|[低中高一二三四五六七八九]+年级组?|[东南西北中新老]+(?:校|院)区|[文理工]科组?|[语数英体音美史地政物化生]文?学?语?组|综合组|教研组|流动党员|联合|青年|党员)"
)
_INNER = re.compile(_WITHIN + "(?:党)?(?:总)?支部(?:委员会)?")
_OF_UNIT = re.compile(_WITHIN)


def is_within(branch: str, names: frozenset[str]) -> bool:
    """Whether a squeezed branch name is one of the organisation that bears ``names``, or of a branch within it."""
    if _INNER.fullmatch(branch):
        return True
    bare = bare_name(branch)
    for own in names:
        longer, shorter = (bare, own) if len(bare) >= len(own) else (own, bare)
        if (
            len(shorter) >= 2
            and longer.endswith(shorter)
            and (longer == shorter or _PLACE.fullmatch(longer[: -len(shorter)]))
        ):
            return True
        place = bare.find(own)
        if len(own) >= 2 and place >= 0 and _OF_UNIT.fullmatch(bare[place + len(own) :]):
            return place == 0 or bool(_PLACE.fullmatch(bare[:place]))
    return False


def bare_name(name: str) -> str:
    """A name without what says that it is a party organisation's."""
    before, bare = "", squeeze(name)
    while bare != before:
        before, bare = bare, _PARTY.sub("", bare) or bare
    return bare
