"""Education as people type it: the level, whatever form of study, school or certificate stands about it."""

import re

from pledgebatch.schema.texts import squeeze

_LEVELS = (
    ("研究生", "博士后|博士|硕士|硕研|博研|研究生班|研究生|[EM]BA|EMBA|MPA"),
    ("大学专科", "大学专科|大专|高职高专|高职|高专|专科|师专|医专|卫专"),
    ("大学本科", "专升本|大学本科|本科|大本|学士|大学"),
    ("中等职业", "中等师范|中等专业学校|中等专业|中等职业|中专|中师|幼师|中技|职业高中|职业中学|职高|职中|技工学校|技校|卫生学校|卫校|护校|农校"),
    ("普通高中", "普通高中|高级中学|普高|高中"),
    ("初中", "初级中学|初中"),
    ("小学", "高小|初小|完小|小学"),
    ("其他", "半文盲|文盲|不识字"),
)  # fmt: skip
_LEVEL = re.compile("|".join(f"(?P<l{number}>{words})" for number, (_, words) in enumerate(_LEVELS)), re.IGNORECASE)
_FORMS = re.compile(
    "(?:广播|老年)?电视?大(?:学)?(?!专|本)|电大|夜大学?|职大|业大|函大|师大|医大|农大|党校大学(?=本科|专科|大专)"
)
"""Ways of study whose names hold that of a level."""
_ABOUT = re.compile(
    r"(?:最高|现有|现|第[一二1-2]|后期|后续|原始|初始|国家|统招|普通|高等|全日制|非全日制|脱产|业余|在职|成人(?:高等)?(?:教育|高考|高校)?|自学考试|自学|自考|自修|函授|电大|广播电视大?|夜大学?|职大|业大|党校|网络(?:教育)?|远程(?:教育)?|开放(?:教育)?|继续教育|"
    r"(?:中央|省委|市委|区委|县委|[一-鿿]{1,3}省委?|[一-鿿]{1,3}市委?)?党校|师范(?:大学|学院|类)?|教育学院|医学院?|教育|工商管理|公共管理|临床|护理|中医|[文理工农医法史哲经管]学|专业|在校|三年制|[二三四五七2-57]年制|毕业生?|肄?结业|学历|学位|文化(?:程度|水平)?|程度|水平|证书|学员|生|班|院校|学校|[(),、/:;+和及与·\-])*"
)
"""What stands about a level and does not change it."""
_NOT_YET = re.compile(
    "在读|肄业|辍学|未毕业|没毕业|以上|以下|左右|相当|同等|进修|课程班|普通班|结业|[一二三四五六七八九1-9]年级|待|不详|差"
)
"""What makes it another one, or none."""


def level(text: str) -> str | None:
    """The level that ``text`` names; None where it names none, or two of them, or one that was not reached."""
    plain = _FORMS.sub("函授", squeeze(text).strip("。.、,;:"))
    if _NOT_YET.search(plain) and "专升本" not in plain:
        return None
    named = {_LEVELS[int((match.lastgroup or "l0")[1:])][0] for match in _LEVEL.finditer(plain)}
    if {"大学本科", "研究生"} == named and re.search("硕士|博士|研究生", plain) is None:
        return None
    rest = _LEVEL.sub("", plain)
    return named.pop() if len(named) == 1 and _ABOUT.fullmatch(rest) else None
