"""Left-over template text, other units' names, and measures that say the pledge again."""

from collections import Counter

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from pledgebatch.rules.language.placeholders import scraps_of
from pledgebatch.rules.language.remembered import Remembered
from pledgebatch.rules.language.speech import speech
from pledgebatch.rules.language.words import (
    any_of,
    as_it_stands,
    beginning,
    folded,
    has,
    lists,
    literal,
    over_distinct,
    without,
)
from pledgebatch.rules.machinery.cells import no_hints, of_organisation, unusable
from pledgebatch.rules.machinery.rule import ALWAYS, BATCH, ERROR, HEURISTIC, PLEDGE, ROW, WARNING, Breach, Rule
from pledgebatch.schema.sheets import ITEMS
from pledgebatch.schema.texts import MOST_JUDGED, squeeze

ITM09 = Rule(
    "ITM09", "五.2-4", "力求", WARNING, HEURISTIC, ROW, PLEDGE,
    asks="每个事项有实在的措施，不重复承诺事项",
    mend="写明怎样做到：谁来做、分几步、用什么办法",
    owns=("items.measures",),
)  # fmt: skip


@ITM09.case(on="items", at="measures")
def measures_blank(items: pd.DataFrame) -> pd.Series:
    """Nothing says how the pledge is to be kept."""
    return unusable(items, ITEMS["measures"]).where(items["text"].notna())


@ITM09.case(
    on="items", at="measures", message="具体措施“{measures}”没有说明怎样做到承诺事项，请写明谁来做、分几步、用什么办法"
)
def measures_repeat_the_pledge(items: pd.DataFrame) -> pd.Series:
    """同上, or (nearly) the pledge once more, in whatever order."""
    words = lists("template_residue")["measures"]
    pairs = items[["text", "measures"]].dropna().drop_duplicates()
    bare = {key: without(folded(beginning(pairs[key], MOST_JUDGED)), r"[^\pL\pN]") for key in ("text", "measures")}
    texts, measures = (beginning(bare[key]).tolist() for key in ("text", "measures"))
    nothing = has(folded(beginning(pairs["measures"])), any_of(words["nothing"])).to_numpy() | (
        np.array(measures) == ""
    )
    least = words["repeated"]
    again = np.array([_lies_in(*pair, least) for pair in zip(measures, texts, strict=True)], dtype=bool)
    maybe = np.flatnonzero(again)
    each = [texts[place] for place in maybe], [measures[place] for place in maybe]
    again[maybe] = (
        process.cpdist(*each, scorer=fuzz.partial_ratio, score_cutoff=100 * words["alike"], dtype=np.float32) > 0
    )
    breaches = pd.MultiIndex.from_frame(pairs[nothing | again])
    return pd.Series(pd.MultiIndex.from_frame(items[["text", "measures"]]).isin(breaches), index=items.index)


@ITM09.case(on="items", at="measures", message="具体措施“{hint}”没有说明怎样做，请写明谁来做、分几步、用什么办法")
def measures_say_nothing(items: pd.DataFrame) -> pd.Series:
    """认真抓好落实, 加强领导: every pledge could have them."""
    general = over_distinct(items["measures"], _general).where(items["text"].notna())
    vague = items[general.notna()]
    again = measures_repeat_the_pledge(vague)
    return general.drop(vague.index[again]).reindex(items.index)


@Remembered
def _general(measures: pd.Series) -> pd.Series:
    """The first clause of each of those folded measures that say how nothing is done."""
    return speech(measures).general


def _lies_in(measure: str, text: str, least: float) -> bool:
    """Whether ``text`` has at least that part of the characters of ``measure`` too."""
    length = max(len(measure), 1)
    if (len(measure) - len(set(measure).difference(text))) / length < least:  # most pairs: they need no counting
        return False
    return (Counter(measure) & Counter(text)).total() / length >= least


ITM13 = Rule(
    "ITM13", "-", "-", ERROR, HEURISTIC, BATCH, ALWAYS,
    asks="没有留下模板的占位、示例文字，没有写成别的单位",
    mend="把占位和示例换成本单位、本人的实际内容",
)  # fmt: skip


def _left_over(key: str) -> Breach:
    def left_over(items: pd.DataFrame) -> pd.Series:
        """×× , ____, 此处填写, 示例：, or a help text of the workbook: certain where it matches, hence an error."""
        scraps = over_distinct(items[key], scraps_of)
        residue = scraps.dropna()
        typed = items.loc[residue.index, key]
        quotes = [
            "”“".join(dict.fromkeys(as_it_stands(text, scrap) for scrap in each.split("\n")))
            for text, each in zip(typed, residue, strict=True)
        ]
        return pd.Series(quotes, residue.index, dtype="str").reindex(items.index)

    return left_over


def _of_others(key: str) -> Breach:
    def of_others(items: pd.DataFrame, organisations: pd.DataFrame, registry: pd.DataFrame) -> pd.Series:
        """The name of a registered unit that is neither the own, nor a superior's or a child's, nor a partner's."""
        hints = no_hints(items)
        asked = ~of_organisation(items, organisations, "unit_category").isin(
            lists("template_residue")["units"]["not_asked"]
        )
        named = over_distinct(items.loc[asked, key], _Names(registry).mentioned).dropna()
        if named.empty:
            return hints
        mentions = named.str.split("、").explode()
        family = _family(registry, organisations)
        codes = items["organisation"].reindex(mentions.index)
        foreign = mentions[~pd.MultiIndex.from_arrays([codes, mentions]).isin(family)]
        hints.update(foreign.groupby(level=0).first())
        return hints

    return of_others


for _key in ("text", "measures"):
    ITM13.case(on="items", at=_key, message="“{hint}”是模板留下的文字，请换成实际内容")(_left_over(_key))
    ITM13.case(
        on="items",
        at=_key,
        message="写到了别的单位“{hint}”，请核对是否照抄；确是与其合作的，请写明合作",
        severity=WARNING,
    )(_of_others(_key))


class _Names:
    """The registered names, looked up at each place in a text where one may end."""

    def __init__(self, registry: pd.DataFrame) -> None:
        words = lists("template_residue")["units"]
        names = {squeeze(name) for key in ("org_name", "unit_name") for name in registry[key].dropna()}
        self._names = {name for name in names if len(name) >= words["shortest"]}
        self._lengths = sorted({len(name) for name in self._names}, reverse=True)
        self._ends = {name[-2:] for name in self._names}
        self._before, self._after = tuple(words["before"]), tuple(words["after"])

    def mentioned(self, texts: pd.Series) -> pd.Series:
        """The names that each folded text seems to have taken over, joined by 、; missing where there is none."""
        mentions = pd.Series(pd.NA, index=texts.index, dtype="str")
        if self._names:
            hits = texts[has(texts, literal(self._ends))]
            found = {index: "、".join(self._taken_over(text)) for index, text in hits.items()}
            mentions.update(pd.Series({index: names for index, names in found.items() if names}, dtype="str"))
        return mentions

    def _taken_over(self, text: str) -> list[str]:
        taken, free = [], len(text)
        for end in range(len(text), 1, -1):
            if end > free or text[end - 2 : end] not in self._ends:
                continue
            name = next(
                (text[end - n : end] for n in self._lengths if n <= end and text[end - n : end] in self._names), ""
            )
            if name:
                free = end - len(name)
                before = text[:free]
                partner = (
                    before.endswith(self._before)
                    and not before.endswith(("作为", "身为"))
                    or any(word in text[end:] for word in self._after)
                )
                taken += [] if partner else [name]
        return taken[::-1]


def _family(registry: pd.DataFrame, organisations: pd.DataFrame) -> pd.MultiIndex:
    """Organisation codes, each with the names that it may well use: its own, its superior's, its children's."""
    names = registry[["organisation", "parent_code", "org_name", "unit_name"]]
    upward = names.merge(names, left_on="parent_code", right_on="organisation", suffixes=("", "_of"))
    pairs = [names[["organisation", key]].set_axis(["code", "name"], axis=1) for key in ("org_name", "unit_name")]
    pairs += [
        organisations[["organisation", key]].set_axis(["code", "name"], axis=1) for key in ("org_name", "unit_name")
    ]
    for key in ("org_name", "unit_name"):
        pairs.append(upward[["organisation", f"{key}_of"]].set_axis(["code", "name"], axis=1))
        pairs.append(upward[["parent_code", key]].set_axis(["code", "name"], axis=1))
    known = pd.concat(pairs).dropna().drop_duplicates()
    return pd.MultiIndex.from_arrays([known["code"], folded(known["name"])])


RULES = (ITM09, ITM13)
