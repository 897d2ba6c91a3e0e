"""五.2: what a member pledges of the own post is of the own trade. The trades and their words are in ``data/trades.toml``."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from pledgebatch.rules.facts.pledgers import of_pledgers
from pledgebatch.rules.language.likeness import likeness, likest_clauses
from pledgebatch.rules.language.remembered import Remembered
from pledgebatch.rules.language.words import any_of, found, has, lists, over_distinct, without
from pledgebatch.rules.machinery.cells import no_hints, of_organisation, squeezed, sure
from pledgebatch.rules.machinery.rule import HEURISTIC, PLEDGE, UNIT, WARNING, Rule

CLINICS = ("公立医院卫生院", "民营医院")
SPECIALIST, MANAGER, SERVANT = "专业技术岗位", "管理岗位", "服务岗位"
WITHOUT_POST = ("in_class", "in_ward", "management")
FOREIGN: Mapping[tuple[str, bool], tuple[tuple[str, ...], str]] = {
    (SPECIALIST, False): (("service", "nursing", "management"), "teaching"),
    (SPECIALIST, True): (("service", "teaching", "management"), "nursing"),
    (SERVANT, False): (("teaching", "nursing", "management"), "service"),
    (SERVANT, True): (("teaching", "nursing", "management"), "service"),
    (MANAGER, False): (("service", "nursing"), "management"),
    (MANAGER, True): (("service", "care"), "management"),
    ("无职党员", False): (WITHOUT_POST, ""),
    ("无职党员", True): (WITHOUT_POST, ""),
    ("离退休", False): (WITHOUT_POST, ""),
    ("离退休", True): (WITHOUT_POST, ""),
}
"""By post type, and whether the unit is a clinic: the trades that are not its own, and the one that is."""
LIKE_ANOTHER, UNLIKE_ANOTHER = 0.0, -2.5
"""From which likeness on an item is of another trade though no word of ``data/trades.toml`` tells; up to which it is not
though one does."""

ITM22 = Rule(
    "ITM22", "五.2-2", "应", WARNING, HEURISTIC, UNIT, PLEDGE,
    asks="岗位部分的承诺与本人岗位类别相符",
    mend="核对岗位类别；不是本人岗位上的事，换成本岗位的事项",
)  # fmt: skip


@ITM22.case(on="items", at="text")
def not_of_the_post(items: pd.DataFrame, members: pd.DataFrame, organisations: pd.DataFrame) -> pd.Series:
    """The trade that the text speaks of is neither the post type's nor the post's, and nothing in the text speaks for the own.

    A head who teaches or operates is in order, and a specialist with a leading office who decides.
    """
    hints = no_hints(items)
    judged = (items["part"] == "岗位") & (items["pledger"] == "党员") & items["text"].notna()
    rows = items.loc[judged, ["submission", "member_no", "text"]]
    if rows.empty:
        return hints
    pledgers = of_pledgers(rows, members, "post_type", "post", "is_leader")
    leads = sure(pledgers["is_leader"] == "是")
    clinic = of_organisation(rows, organisations, "unit_category").isin(CLINICS)
    own = _trades_of(pledgers["post"])
    places: Mapping[Any, Any] = rows.groupby([pledgers["post_type"], clinic]).indices
    for (post, is_clinic), (foreign, usual) in FOREIGN.items():
        if (post, is_clinic) not in places:
            continue
        here = rows.take(places[post, is_clinic])
        alone = ~over_distinct(here["text"], _speaking_for(usual))
        like = over_distinct(here["text"], _likeness(_whose(post, is_clinic)))
        for trade in foreign:
            others = alone & ~own[trade].reindex(here.index) & ~(leads[here.index] & (trade == "management"))
            asked = here.loc[others & (like > UNLIKE_ANOTHER), "text"]
            if len(asked):
                hints.update(_messages(post, over_distinct(asked, _acts_in(trade)).dropna()))
        unknown = (
            alone & hints[here.index].isna() & ~leads[here.index] & ~own.loc[here.index, list(foreign)].any(axis=1)
        )
        likest = here.loc[unknown & (like > LIKE_ANOTHER), "text"]
        if len(likest):
            hints.update(_messages(post, over_distinct(likest, _likest(_whose(post, is_clinic)))))
    return hints


def whose_weights(post_type: str, category: str) -> str:
    """The column of ``data/weights/trade.csv`` for a post type in a unit of a category."""
    return _whose(post_type, category in CLINICS)


def _whose(post_type: str, clinic: bool) -> str:
    return post_type + ("（医）" if clinic else "")


def _messages(post: str, words: pd.Series) -> pd.Series:
    return f"岗位类别为“{post}”，承诺的“" + words + "”不像本岗位上的事，请核对岗位类别或改写事项"


@cache
def _acts_in(trade: str) -> Remembered:
    """What folded texts say is done in a trade, once what only bears its name is taken out."""
    return Remembered(lambda texts: found(_bare(texts), *lists("trades")["acts"][trade]))


@cache
def _speaking_for(trade: str) -> Remembered:
    """Which folded texts name what is done in the own trade, where there is one."""
    if not trade:
        return Remembered(lambda texts: pd.Series(False, index=texts.index))
    own = any_of(lists("trades")["own"][trade]["patterns"])
    return Remembered(lambda texts: has(_bare(texts), own))


@cache
def _likeness(whose: str) -> Remembered:
    """How like another trade folded texts are, by ``whose_weights``."""
    return Remembered(lambda texts: likeness(texts, "trade", whose))


@cache
def _likest(whose: str) -> Remembered:
    """The clause of each folded text that is likest another trade, by ``whose_weights``."""
    return Remembered(lambda texts: likest_clauses(texts, "trade", whose))


@Remembered
def _bare(texts: pd.Series) -> pd.Series:
    """Folded texts without what only bears the name of a trade."""
    return without(texts, any_of(lists("trades")["named"]["patterns"]), "、")


def _trades_of(posts: pd.Series) -> pd.DataFrame:
    """The trades that each post names."""
    titles, named = squeezed(posts).fillna(""), lists("trades")["posts"]
    never = pd.Series(False, index=posts.index)
    return pd.DataFrame(
        {trade: _naming(trade)(titles) if trade in named else never for trade in lists("trades")["acts"]}
    )


@cache
def _naming(trade: str) -> Remembered:
    """Which posts, without white space, name a trade."""
    named = any_of(lists("trades")["posts"][trade])
    return Remembered(lambda titles: has(titles, named))


RULES = (ITM22,)
