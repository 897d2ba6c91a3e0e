"""一页通: the month on one page for a superior organisation."""

from collections.abc import Mapping, Sequence

import pandas as pd

from pledgebatch.notice.periods import stages_due
from pledgebatch.publish.figures import (
    COVERS_MEMBERS,
    Figures,
    changes,
    count_figures,
    find_overdue,
    find_uncovered,
    why_empty,
)
from pledgebatch.publish.movements import count_unclaimed, registry_moves_in_words, summarise_handed
from pledgebatch.publish.render import count_by_clause, render
from pledgebatch.publish.unread import in_words, organisations_not_evaluated
from pledgebatch.rules.book import BY_CODE
from pledgebatch.rules.machinery.cells import short
from pledgebatch.schema.frames import counting
from pledgebatch.schema.month import Month
from pledgebatch.schema.records import records, with_labels
from pledgebatch.schema.states import LIVE, State

MOST_OVERDUE = 10
MOST_ABSENT = 15
MOST_BLANKS = 4
MOST_NAMED = 5
"""Organisations and, in each, members that one page has room to name."""
LONGEST_TEXT = 26
"""Characters of an item that stand on one line of it."""
WATCHED = {
    "领导党员没有书面承诺": ("LDR01",),
    "疑似雷同": ("SIM01", "SIM02", "SIM03"),
    "审定后擅自改动": ("TRK05", "PUB03"),
    "审查没有做完": ("REV01",),
}
"""Rules whose findings a superior asks about first."""


def render_supervisor(month: Month, name: str, figures: Figures | None = None) -> str:
    """一页通 of a superior organisation; ``month`` holds its own subtree, and ``figures`` its figures where they are known."""
    coverage = month.coverage
    names = dict(zip(coverage["organisation"], coverage["org_name"], strict=True))
    late, figures = find_overdue(month), figures or count_figures(month)
    first = late.head(MOST_OVERDUE)
    rows = pd.DataFrame(
        {
            "org_name": first["organisation"].map(names),
            "text": first["text"].map(lambda text: short(text, LONGEST_TEXT)),
            "due": first["due"].dt.strftime("%Y-%m-%d"),
            "status": first["status"],
            "days": first["days"],
        }
    )
    return render(
        "supervisor.html.j2",
        month,
        name=name,
        figures=figures,
        empty=why_empty(figures),
        moved=changes(figures),
        moves=records(registry_moves_in_words(month)),
        handed=summarise_handed(month),
        unclaimed=count_unclaimed(month),
        absent=_absent(coverage),
        blanks=_blanks(month, names),
        unread=in_words(month, names),
        late=len(late),
        overdue=records(rows),
        clauses=count_by_clause(month, 5),
        watched=_watched(month, figures),
    )


def _watched(month: Month, figures: Figures) -> list[tuple[str, str]]:
    """What a superior watches beside coverage, in words; what could not be found out says so."""
    lines = [
        ("已公开", f"{figures.published}/{figures.items} 件"),
        ("遗留问题已解决", f"{figures.solved}/{figures.legacy} 件" if figures.legacy else "没有遗留问题"),
        (
            "限期整改已完成",
            f"{int(month.orders['done'].notna().sum())}/{len(month.orders)} 件"
            if len(month.orders)
            else "没有限期整改",
        ),
    ]
    found = counting(month.findings)
    due = stages_due(month.period, month.parameters.pledge_deadline)
    for label, codes in WATCHED.items():
        known = [code for code in codes if code in BY_CODE]
        unevaluated = [month.not_evaluated[code] for code in known if code in month.not_evaluated]
        count = int(found["rule"].isin(known).sum())
        missed = len(set().union(*(organisations_not_evaluated(month, code) for code in known)))
        if count or (not unevaluated and any(BY_CODE[code].stage in due for code in known)):
            apart = month.undecided.loc[month.undecided["rule"].isin(known), "organisation"].nunique()
            more = [f"{missed} 个组织未读到"] * bool(missed) + [f"{apart} 个组织未能核验"] * bool(apart)
            lines.append((label, "，".join((f"{count} 处", *more))))
        else:
            lines.append((label, f"未能核验（{unevaluated[0]}）" if unevaluated else "未到期"))
    return [*lines, ("待审查人回答（另计）", f"{figures.pending} 处")]


def _absent(coverage: pd.DataFrame) -> list[str]:
    """Who has sent nothing, or nothing that could be used, which is then said; of many the first, and where all are."""
    absent = with_labels(coverage[~coverage["state"].isin(LIVE)])
    listed = [row["org_name"] + ("" if row["state"] == State.MISSING else f"（{row['label']}）") for row in absent]
    if len(listed) <= MOST_ABSENT:
        return listed
    return [*listed[: MOST_ABSENT - 1], f"{listed[MOST_ABSENT - 1]}等 {len(listed)} 个，全部见《催报名单》"]


def _blanks(month: Month, names: Mapping[str, str]) -> str:
    """The members without a pledge by name, or why none are named."""
    rule = BY_CODE[COVERS_MEMBERS]
    if rule.stage not in stages_due(month.period, month.parameters.pledge_deadline):
        return "本月还未到承诺期限，不作统计。"
    if rule.code in month.not_evaluated:
        return f"未能核验：{month.not_evaluated[rule.code]}。"
    blanks = find_uncovered(month)
    missed = [names[code] for code in sorted(organisations_not_evaluated(month, COVERS_MEMBERS)) if code in names]
    crashed = sorted(set(month.undecided.loc[month.undecided["rule"] == rule.code, "organisation"]))
    failed = [names[code] for code in crashed if code in names and names[code] not in missed]
    apart = [f"{_first(missed, '个')}的名册或事项未读到，未能核验"] * bool(missed)
    apart += [f"{_first(failed, '个')}未能核验"] * bool(failed)
    if blanks.empty:
        if not apart:
            return "已报的党组织没有空白点。"
        others = month.coverage["state"].isin(LIVE).sum() > len(missed) + len(failed)
        return "；".join(apart) + "。" + ("其余已报的党组织没有空白点。" if others else "")
    listed = [f"{names[str(code)]}：{_first(list(rows))}" for code, rows in blanks.groupby("organisation")["value"]]
    more = [f"另有 {len(listed) - MOST_BLANKS} 个党组织，见台账《问题清单》"] * (len(listed) > MOST_BLANKS)
    return f"{len(blanks)} 人。{'；'.join((*listed[:MOST_BLANKS], *more, *apart))}。"


def _first(people: Sequence[str], measure: str = "人") -> str:
    more = f"等 {len(people)} {measure}" if len(people) > MOST_NAMED else ""
    return "、".join(people[:MOST_NAMED]) + more
