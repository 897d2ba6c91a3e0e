"""二.2, 五, 五.2: pledges copied from another member, from another organisation, or from the year before."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pledgebatch.notice.parameters import Parameters, percent
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.rules.language.near_duplicates import Label, clusters
from pledgebatch.rules.language.normalised_text import normalised_text, plainest
from pledgebatch.rules.language.words import beginning, lists, over_distinct, without
from pledgebatch.rules.machinery.rule import ALWAYS, BATCH, HEURISTIC, HISTORY, NOTICE, UNIT, WARNING, Rule

MOST_NAMED = 5
"""So many others are named, the rest counted."""
SIM01 = Rule(
    "SIM01", "五.2-2", "要", WARNING, HEURISTIC, UNIT, ALWAYS,
    asks="党员各自结合岗位和本人实际承诺，不互相照抄",
    mend="由本人结合岗位重新提出承诺事项",
)  # fmt: skip


@SIM01.case(on="items", at="text", message="与{hint}的承诺事项文字相同（数字、姓名不计），请结合本人岗位重新提出")
def copied_within_the_branch(items: pd.DataFrame) -> pd.Series:
    """The same text for two or more members of one workbook, which stands for a branch; each of them gets a finding."""
    rows = _of_members(items)
    copied = rows[rows.groupby(["in", "text"])["number"].transform("nunique") > 1]
    cluster = copied.groupby(["in", "text"]).ngroup()
    return _others(cluster, copied["number"].astype("str"), copied["who"], "名党员").reindex(items.index)


@SIM01.case(
    on="items",
    at="text",
    message="与{hint}的承诺事项大同小异（数字、姓名不计），请结合本人岗位重新提出",
    unless=lambda items: copied_within_the_branch(items).notna(),
)
def nearly_copied_within_the_branch(items: pd.DataFrame, parameters: Parameters) -> pd.Series:
    """Near-duplicates within one workbook, to the parameter; a text that is the same for another has been reported."""
    rows = _of_members(items)
    labels: dict[tuple[object, str], int] = {}
    for number, texts in rows.drop_duplicates(["in", "text"]).groupby("in")["text"]:
        if len(texts) > 1:
            labels |= {(number, text): label for text, label in clusters(texts, parameters.near_duplicate).items()}
    rows = rows.assign(
        label=[labels.get(pair, -1) for pair in zip(rows["in"].tolist(), rows["text"].tolist(), strict=True)]
    )
    rows = rows[rows["label"] >= 0]
    rows = rows[rows.groupby(["in", "label"])["number"].transform("nunique") > 1]
    cluster = rows.groupby(["in", "label"]).ngroup()
    return _others(cluster, rows["number"].astype("str"), rows["who"], "名党员").reindex(items.index)


def _of_members(items: pd.DataFrame) -> pd.DataFrame:
    """What members say, without what is nobody's own, by workbook."""
    who = items["name"].fillna(items["member_no"].astype("str") + " 号党员")
    rows = pd.DataFrame({"in": items["submission"], "text": plainest(items["normalised_text"]), "who": who})
    rows = rows[(items["pledger"] == "党员") & items["member_no"].notna()].dropna()
    return rows.assign(number=items["member_no"])


SIM02 = Rule(
    "SIM02", "二.2-1", "注重", WARNING, HEURISTIC, BATCH, ALWAYS,
    asks="各单位、各党员结合自身实际承诺，不照抄其他单位（相似度 {near_duplicate} 以上的提示）",
    mend="结合本单位、本人岗位改写；确属统一部署的，写明本单位怎样做",
    across=True,
)  # fmt: skip


@SIM02.case(on="items", at="text", message="与{hint}的承诺事项文字相同（数字、名称不计），请结合本单位实际改写")
def copied_across_organisations(items: pd.DataFrame, registry: pd.DataFrame) -> pd.Series:
    """Each organisation gets a finding about its own row, and of the others that have the same text."""
    shared = _shared(items["normalised_text"], items["organisation"])
    cluster = shared.groupby(shared).ngroup()
    return _elsewhere(items, cluster, registry)


@SIM02.case(on="items", at="text", message="与{hint}，请结合本单位实际改写", severity=NOTICE)
def nearly_copied_across_organisations(
    items: pd.DataFrame, registry: pd.DataFrame, parameters: Parameters, label: Label | None = None
) -> pd.Series:
    """Near-duplicates in clusters: every two neighbours of one are alike to the parameter. A text that is the same
    elsewhere has been reported and is not reported again, but is named to those that have nearly the same."""
    texts = beginning(items["normalised_text"])
    numbers = clusters(texts, parameters.near_duplicate, label)
    cluster = _shared(_numbered(texts, numbers), items["organisation"])
    reported = items.index.isin(_shared(items["normalised_text"], items["organisation"]).index)
    alike = f"的承诺事项大同小异（数字、名称不计，相似度 {percent(parameters.near_duplicate)} 以上）"
    return (_elsewhere(items, cluster, registry) + alike).mask(reported)


SIM03 = Rule(
    "SIM03", "五-1", "一般", WARNING, HEURISTIC, HISTORY, ALWAYS,
    asks="每年结合新的任务重新承诺，不照搬上一年",
    mend="结合本年度任务改写；确需延续的，写明今年做到什么程度",
)  # fmt: skip


@SIM03.case(on="items", at="text", message="与上一年的承诺事项“{hint}”相同（年份、数字不计），请结合本年度任务改写")
def same_as_last_year(items: pd.DataFrame, organisations: pd.DataFrame, last_year_items: pd.DataFrame) -> pd.Series:
    """The same as any item of the organisation in the last month of the year before; Chinese numerals are numbers too."""
    before = pd.DataFrame({
        "organisation": last_year_items["organisation"],
        "plain": _unnumbered(normalised_text(last_year_items, organisations, by="organisation")),
        "text": last_year_items["text"],
    }).dropna().drop_duplicates(["organisation", "plain"])  # fmt: skip
    here = pd.DataFrame({"organisation": items["organisation"], "plain": _unnumbered(items["normalised_text"])})
    return here.merge(before, how="left", on=["organisation", "plain"])["text"].set_axis(items.index)


def _unnumbered(texts: pd.Series) -> pd.Series:
    numerals = f"[{lists('measurable')['numerals']}]+"
    return over_distinct(texts, lambda each: without(each, numerals))


def _numbered(texts: pd.Series, numbers: Mapping[str, int]) -> pd.Series:
    """The numbers of those of ``texts`` that have one."""
    known, values = pa.array(list(numbers), pa.large_string()), np.array(list(numbers.values()), np.int64)
    places = pc.index_in(pa.array(texts, pa.large_string()), value_set=known).fill_null(-1).to_numpy()
    return pd.Series(values[places[places >= 0]], texts.index[places >= 0])


def _shared(texts: pd.Series, organisation: pd.Series) -> pd.Series:
    """Those of ``texts`` that are found in more than one organisation."""
    repeated = texts[texts.notna() & texts.duplicated(keep=False)]  # few: only they are sorted out
    rows = pd.DataFrame({"text": repeated, "organisation": organisation.reindex(repeated.index)}).dropna()
    return rows.loc[rows.groupby("text")["organisation"].transform("nunique") > 1, "text"]


def _elsewhere(items: pd.DataFrame, cluster: pd.Series, registry: pd.DataFrame) -> pd.Series:
    rows = items.loc[cluster.index, "organisation"]
    names = rows.map(shown_names(registry)).astype("str").fillna(rows)
    return _others(cluster, rows, names, "个组织").reindex(items.index)


def _others(cluster: pd.Series, codes: pd.Series, names: pd.Series, counted: str) -> pd.Series:
    """The others of each row's cluster in words: the first few by name, then their number."""
    rows = pd.DataFrame({"cluster": cluster, "who": codes, "name": names})
    everybody = rows.drop_duplicates(["cluster", "who"]).sort_values(["cluster", "who"], kind="stable")
    members: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for number, who, name in zip(*(everybody[key].tolist() for key in everybody), strict=True):
        members[number].append((who, name))
    others_of = {}
    for number, known in members.items():
        others = len(known) - 1
        for own, _ in known:
            named = [f"“{name}”" for who, name in known[: MOST_NAMED + 1] if who != own][:MOST_NAMED]
            others_of[number, own] = "、".join(named) + (f"等 {others} {counted}" if others > len(named) else "")
    pairs = zip(rows["cluster"].tolist(), rows["who"].tolist(), strict=True)
    return pd.Series([others_of[pair] for pair in pairs], rows.index, dtype="str")


RULES = (SIM01, SIM02, SIM03)
