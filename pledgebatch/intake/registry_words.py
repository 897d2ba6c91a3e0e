"""How an office writes the choices of its registry otherwise than the list has them."""

import re
import unicodedata

from pledgebatch.schema.choices import NO, YES, choice
from pledgebatch.schema.fields import Field
from pledgebatch.schema.texts import squeeze

WORDS = {
    "reports": {
        "否": r"(暂|现|已)?(不|免|停|无需|无须|不用|不需要?|不必|不再|停止)(上报|报送|填报|报)了?|已?(停办|停用|撤销|注销|撤并)了?",
        "是": r"(要|需|应|须|需要|正常|按时|按月|每月)*(上报|报送|填报|报)",
    },
    "org_type": {
        "党总支": r"(党|联合)?总支(部)?(委员会)?",
        "党支部": r"(党的)?(联合)?(党)?支部(委员会)?",
        "党委": r"(基层)?(党委会?|党的委员会)",
    },
    "unit_category": {
        "公办学校": r"公[办立](中学|小学|初中|高中|中小学|职校|幼儿园)",
        "民办学校": r"(民办|民营|私立)(学校|中学|小学|初中|高中|中小学|职校|幼儿园)",
        "公立医院卫生院": r"公[办立](医院|卫生院)|(乡镇|镇|街道)?卫生院|社区卫生服务中心",
        "民营医院": r"(民办|民营|私立)(医院|诊所)",
        "局机关": r"机关|局|局本级|局本部",
    },
    "event": {
        "撤销": r"已?(撤销|撤消|注销|解散|停办)了?",
        "并入": r"已?被?(合并|并)(到|入|进)?了?",
        "更名": r"已?(更名|改名|改称|名称变更|变更名称)了?",
        "改隶": r"已?(改隶|划转|划归|转隶|调整隶属|隶属(关系)?变更)了?",
    },
    "relation": {"直属": r"直管|直接领导|直属", "指导": r"(业务|行业)?指导"},
}
"""By field and choice: a pattern of what clearly means it. 学校 alone may be 公办 or 民办, and is in no pattern."""
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
ENDS = re.compile(r"[,;、。:]")
"""What a remark begins with."""
EITHER_WAY = ("reports", "event")
"""Choices whose words stand inside their own opposite: 不是, 暂不撤销."""


def without_invisible(text: str) -> str:
    """The text without what nobody sees: it comes with what is pasted."""
    return "".join(each for each in text if unicodedata.category(each) != "Cf")


def choice_meant(field: Field, typed: str) -> tuple[str | None, bool]:
    """The choice that is clearly meant, or None, and whether it is worth a word that it was written otherwise."""
    seen = without_invisible(typed)
    value = choice(seen, field)
    if value:
        return value, seen != typed or squeeze(seen).upper() not in (value, *YES, *NO)
    text = ENDS.split(BRACKETS.sub("", squeeze(seen)))[0]
    value = choice(text, field)
    if value:
        return value, True
    meant = {each for each, pattern in WORDS.get(field.key, {}).items() if re.fullmatch(pattern, text)}
    if not meant and field.key not in EITHER_WAY:
        meant = {each for each in field.choices if each in text}
    return (meant.pop(), True) if len(meant) == 1 else (None, False)
