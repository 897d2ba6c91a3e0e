"""二.1, 四: the tags that say how a pledge shows the lead, and the directions each kind of unit should take."""

import pandas as pd

from pledgebatch.notice.lists import vocabulary
from pledgebatch.rules.facts.pledgers import first_lacking, lacking
from pledgebatch.rules.machinery.conditions import Is
from pledgebatch.rules.machinery.rule import ERROR, FACT, NOTICE, PLEDGE, UNIT, WARNING, Breach, Rule

OFFICES = "局机关"
PUBLIC = ("公办学校", "公立医院卫生院")
PRIVATE = ("民办学校", "民营医院")
THEME = ("优质发展", "特色建设", "质量管理")
"""The theme on which 四 asks public schools and clinics to lay the stress, of all their directions."""
TAGS = {"组织": vocabulary("five_goods"), "党员": vocabulary("five_leads")}

ITM15 = Rule(
    "ITM15", "二.1-1", "要", WARNING, FACT, UNIT, PLEDGE,
    asks="每个承诺主体至少有一项标明先进性：组织用“五个好”，党员用“五带头”",
    mend="从下拉列表中为事项选择先进性标签",
    owns=("items.virtue",),
)  # fmt: skip


@ITM15.case(
    on="items",
    at="virtue",
    message="承诺主体为“{pledger}”，先进性标签“{virtue}”应从{hint}中选，请改正",
    severity=ERROR,
    offline=(Is("pledger", ("组织",)) & Is("virtue", TAGS["党员"]))
    | (Is("pledger", ("党员",)) & Is("virtue", TAGS["组织"])),
)
def tag_of_the_other_list(items: pd.DataFrame) -> pd.Series:
    """五个好 are the organisation's, 五带头 the member's."""
    lists = items["pledger"].map({"组织": "“五个好”", "党员": "“五带头”"}).astype("str")
    other = {"组织": TAGS["党员"], "党员": TAGS["组织"]}
    wrong = [(items["pledger"] == pledger) & items["virtue"].isin(tags) for pledger, tags in other.items()]
    return lists.where(wrong[0] | wrong[1])


@ITM15.case(on="units", about="items", message="组织的承诺事项没有一项标明先进性，请为事项从“五个好”中选先进性标签")
def organisation_untagged(units: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    """A tag of the other list has been reported and counts here; items without a tag are in order beside one that has it."""
    return lacking(units, items, "virtue", items["virtue"].notna())


@ITM15.case(on="items", at="virtue", message="“{name}”的承诺事项没有一项标明先进性，请从“五带头”中选先进性标签")
def member_untagged(items: pd.DataFrame, roster: pd.DataFrame) -> pd.Series:
    """Reported once a member, at the first item."""
    return first_lacking(items, roster, "virtue", items["virtue"].notna())


def _without(units: pd.DataFrame, items: pd.DataFrame, category: tuple[str, ...], wanted: tuple[str, ...]) -> pd.Series:
    """Units of ``category`` with items of their own, none in a ``wanted`` direction."""
    judged = units["unit_category"].isin(category)
    if not judged.any():
        return judged
    return judged & lacking(units, items, "direction", items["direction"].isin(wanted))


ITM16 = Rule(
    "ITM16", "四-1", "要", WARNING, FACT, UNIT, PLEDGE,
    asks="局机关的组织事项有学习型、服务型机关等机关方向",
    mend="围绕机关方向补充承诺事项，或为已有事项选择承诺方向",
)  # fmt: skip


@ITM16.case(
    on="units",
    about="items",
    message=f"局机关的组织事项没有机关方向，请补上其中一项：{'、'.join(vocabulary('directions', OFFICES))}",
)
def office_off_direction(units: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    """One of the five is enough; an organisation without items is COV01's business."""
    return _without(units, items, (OFFICES,), vocabulary("directions", OFFICES))


ITM17 = Rule(
    "ITM17", "四-2", "应", WARNING, FACT, UNIT, PLEDGE,
    asks="公办学校、公立医院卫生院的组织事项围绕优质发展、特色建设、质量管理",
    mend="围绕这三个方向补充承诺事项，或为已有事项选择承诺方向",
)  # fmt: skip


@ITM17.case(
    on="units", about="items", message=f"{{unit_category}}的组织事项没有围绕{'、'.join(THEME)}的，请至少补上一项"
)
def public_off_theme(units: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    """The five-goods and serving directions of 四 do not stand in for the theme."""
    return _without(units, items, PUBLIC, THEME)


ITM18 = Rule(
    "ITM18", "四-5", "要", WARNING, FACT, UNIT, PLEDGE,
    asks="民办学校、民营医院的组织事项有民办单位的承诺方向",
    mend="围绕提示的方向补充承诺事项，或为已有事项选择承诺方向",
)  # fmt: skip
OF_PRIVATE = vocabulary("directions", PRIVATE[0])


@ITM18.case(
    on="units",
    about="items",
    message=f"{{unit_category}}的组织事项没有民办单位的承诺方向，请补上其中几项：{'、'.join(OF_PRIVATE)}",
)
def private_off_direction(units: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    """None of the five."""
    return _without(units, items, PRIVATE, OF_PRIVATE)


def _uncovered(direction: str) -> Breach:
    def uncovered(units: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
        """Some of the five are covered and this one is not; reported for each, as each may be taken up by itself."""
        without = _without(units, items, PRIVATE, (direction,))
        return without & ~_without(units, items, PRIVATE, OF_PRIVATE)

    return uncovered


for _direction in OF_PRIVATE:
    ITM18.case(on="units", about="items", message=f"组织事项还没有“{_direction}”方向的，可酌情补上", severity=NOTICE)(
        _uncovered(_direction)
    )

RULES = (ITM15, ITM16, ITM17, ITM18)
