"""The month on one page for the office, and on one page for each superior organisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pledgebatch.notice.lists import CATEGORIES
from pledgebatch.notice.periods import stages_due
from pledgebatch.publish.copies import several, strange
from pledgebatch.publish.figures import COVERS_MEMBERS, Figures, changes, figures, overdue, uncovered, why_empty
from pledgebatch.publish.movements import registry_moved
from pledgebatch.publish.render import by_clause, reasons, render, undecided
from pledgebatch.publish.unread import NOT_READ, in_words, unsure
from pledgebatch.rules.book import BY_CODE
from pledgebatch.rules.machinery.cells import short
from pledgebatch.schema.frames import LIVE, Month, Severity, State, counting
from pledgebatch.schema.records import records, with_labels

MOST_OVERDUE = 10
MOST_ABSENT = 15
MOST_BLANKS = 4
MOST_NAMED = 5
"""Organisations and, in each, members that one page has room to name."""
LONGEST_TEXT = 26
"""Characters of an item that stand on one line of it."""
MOST_SHOWN = 200
"""Organisations that the board shows at a time."""
WATCHED = {
    "领导党员没有书面承诺": ("LDR01",),
    "疑似雷同": ("SIM01", "SIM02", "SIM03"),
    "审定后擅自改动": ("TRK05", "PUB03"),
    "审查没有做完": ("REV01",),
}
"""Rules whose findings a superior asks about first."""
COUNTS = {"members": "党员", "items": "事项"} | {str(severity): severity.label for severity in Severity}
"""The figures of an organisation on the board."""


BELOW = {
    "expected": "应报",
    "received": "已报",
    "missing": "未报",
    "returned": State.RETURNED.label,
    "error": Severity.ERROR.label,
}
"""The figures of a superior organisation."""


@dataclass(frozen=True)
class Superior:
    """A superior organisation: whom its subtree holds, and links to what was written for it."""

    name: str
    below: Sequence[str]
    links: Mapping[str, str]


def render_index(
    month: Month,
    links: Mapping[str, Mapping[str, str]],
    extra: Mapping[str, str],
    superiors: Sequence[Superior] = (),
    said: Figures | None = None,
    unwritten: Sequence[str] = (),
) -> str:
    """``index.html``: the board of organisations. ``links`` by organisation and ``extra`` give labels and hrefs; ``said``
    are the month's figures, where they are known; ``unwritten`` is what could not be written, in words."""
    coverage = month.coverage
    strays = month.submissions[~month.submissions["state"].isin(LIVE)]
    names = dict(zip(coverage["organisation"], coverage["org_name"], strict=True))
    said = said or figures(month)
    in_registry, elsewhere = (records(month.remarks[there]) for there in split_remarks(month.remarks))
    return render(
        "index.html.j2",
        month,
        said=said,
        rows=_board(coverage),
        unread=in_words(month, names),
        counts=COUNTS,
        most=MOST_SHOWN,
        links=links,
        extra=extra,
        choices={
            "label": list(said.states.items()),
            "parent_name": _counts(coverage["parent_name"]),
            "unit_category": _counts(coverage["unit_category"], CATEGORIES),
        },
        below=BELOW,
        copies=several(month),
        strange=list(strange(month)),
        litter=month.litter,
        superiors=_standing(coverage, superiors),
        strays=[file | {"name": names.get(file["organisation"], file["organisation"])} for file in with_labels(strays)],
        categories=_by_category(coverage),
        statuses=[{"label": status, "count": count} for status, count in said.statuses.items()],
        clauses=by_clause(month),
        totals=month.reconciliation[["read", "ledger", "set_aside", "blank"]].sum().to_dict(),
        not_evaluated=reasons(month),
        undecided=undecided(month),
        unwritten=unwritten,
        remarks=in_registry,
        misplaced=elsewhere,
        moves=records(registry_moved(month)),
    )


def split_remarks(remarks: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Which remarks are on a sheet of the registry, and which are on files and folders."""
    inside = remarks["sheet"].notna()
    return inside, ~inside


def _board(coverage: pd.DataFrame) -> list[dict[str, Any]]:
    """A line for each organisation; what is not known of its figures could not be read."""
    return [row | {key: NOT_READ for key in COUNTS if row[key] == ""} for row in with_labels(coverage)]


def _counts(values: pd.Series, order: Sequence[str] = ()) -> list[tuple[str, int]]:
    """How often each value comes, first those of ``order``, then others in the order of the registry."""
    found = {str(value): int(count) for value, count in values.value_counts(sort=False).items()}
    return [(value, found[value]) for value in dict.fromkeys((*order, *found)) if value in found]


def _by_category(coverage: pd.DataFrame) -> list[dict[str, Any]]:
    """How many of each category have reported, of how many."""
    live = dict(_counts(coverage.loc[coverage["state"].isin(LIVE), "unit_category"]))
    return [
        {"label": each, "count": live.get(each, 0), "of": count}
        for each, count in _counts(coverage["unit_category"], CATEGORIES)
    ]


def _standing(coverage: pd.DataFrame, superiors: Sequence[Superior]) -> list[dict[str, Any]]:
    """How each superior organisation's subtree stands."""
    counts = pd.DataFrame(
        {
            "expected": 1,
            "received": coverage["state"].isin(LIVE).astype(int),
            "missing": (~coverage["state"].isin(LIVE)).astype(int),
            "returned": (coverage["state"] == State.RETURNED).astype(int),
            "error": coverage["error"].fillna(0).astype(int),
        }
    )
    rows = dict(zip(coverage["organisation"], counts.to_numpy(), strict=True))
    told = []
    for each in superiors:
        total = sum((rows[code] for code in each.below if code in rows), start=np.zeros(len(BELOW), int))
        told.append({"name": each.name, "links": each.links} | dict(zip(BELOW, map(int, total), strict=True)))
    return told


def render_supervisor(month: Month, name: str, said: Figures | None = None) -> str:
    """一页通 of a superior organisation; ``month`` holds its own subtree, and ``said`` its figures where they are known."""
    coverage = month.coverage
    names = dict(zip(coverage["organisation"], coverage["org_name"], strict=True))
    late, said = overdue(month), said or figures(month)
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
        said=said,
        empty=why_empty(said),
        moved=changes(said),
        moves=records(registry_moved(month)),
        absent=_absent(coverage),
        blanks=_blanks(month, names),
        unread=in_words(month, names),
        late=len(late),
        overdue=records(rows),
        clauses=by_clause(month, 5),
        watched=_watched(month, said),
    )


def _watched(month: Month, said: Figures) -> list[tuple[str, str]]:
    """What a superior watches beside coverage, in words; what could not be found out says so."""
    told = [
        ("已公开", f"{said.published}/{said.items} 件"),
        ("遗留问题已解决", f"{said.solved}/{said.legacy} 件" if said.legacy else "没有遗留问题"),
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
        unsaid = [month.not_evaluated[code] for code in known if code in month.not_evaluated]
        count = int(found["rule"].isin(known).sum())
        missed = len(set().union(*(unsure(month, code) for code in known)))
        if count or (not unsaid and any(BY_CODE[code].stage in due for code in known)):
            apart = month.undecided.loc[month.undecided["rule"].isin(known), "organisation"].nunique()
            more = [f"{missed} 个组织未读到"] * bool(missed) + [f"{apart} 个组织未能核验"] * bool(apart)
            told.append((label, "，".join((f"{count} 处", *more))))
        else:
            told.append((label, f"未能核验（{unsaid[0]}）" if unsaid else "未到期"))
    return [*told, ("待审查人回答（另计）", f"{said.pending} 处")]


def _absent(coverage: pd.DataFrame) -> list[str]:
    """Who has sent nothing, or nothing that could be used, which is then said; of many the first, and where all are."""
    absent = with_labels(coverage[~coverage["state"].isin(LIVE)])
    told = [row["org_name"] + ("" if row["state"] == State.MISSING else f"（{row['label']}）") for row in absent]
    if len(told) <= MOST_ABSENT:
        return told
    return [*told[: MOST_ABSENT - 1], f"{told[MOST_ABSENT - 1]}等 {len(told)} 个，全部见《催报名单》"]


def _blanks(month: Month, names: Mapping[str, str]) -> str:
    """The members without a pledge by name, or why none are named."""
    rule = BY_CODE[COVERS_MEMBERS]
    if rule.stage not in stages_due(month.period, month.parameters.pledge_deadline):
        return "本月还未到承诺期限，不作统计。"
    if rule.code in month.not_evaluated:
        return f"未能核验：{month.not_evaluated[rule.code]}。"
    blanks = uncovered(month)
    missed = [names[code] for code in sorted(unsure(month, COVERS_MEMBERS)) if code in names]
    crashed = sorted(set(month.undecided.loc[month.undecided["rule"] == rule.code, "organisation"]))
    failed = [names[code] for code in crashed if code in names and names[code] not in missed]
    apart = [f"{_first(missed, '个')}的名册或事项未读到，未能核验"] * bool(missed)
    apart += [f"{_first(failed, '个')}未能核验"] * bool(failed)
    if blanks.empty:
        if not apart:
            return "已报的党组织没有空白点。"
        others = month.coverage["state"].isin(LIVE).sum() > len(missed) + len(failed)
        return "；".join(apart) + "。" + ("其余已报的党组织没有空白点。" if others else "")
    told = [f"{names[str(code)]}：{_first(list(rows))}" for code, rows in blanks.groupby("organisation")["value"]]
    more = [f"另有 {len(told) - MOST_BLANKS} 个党组织，见台账《问题清单》"] * (len(told) > MOST_BLANKS)
    return f"{len(blanks)} 人。{'；'.join((*told[:MOST_BLANKS], *more, *apart))}。"


def _first(people: Sequence[str], measure: str = "人") -> str:
    more = f"等 {len(people)} {measure}" if len(people) > MOST_NAMED else ""
    return "、".join(people[:MOST_NAMED]) + more
