"""The figures of a month, and its items that are due."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from pledgebatch.notice.clauses import CLAUSES, NO_CLAUSE
from pledgebatch.notice.lists import CATEGORIES
from pledgebatch.notice.periods import Period
from pledgebatch.publish.month_slice import ledger_rows, restrict
from pledgebatch.publish.unread import organisations_left_out
from pledgebatch.schema.frames import counting
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.month import Month
from pledgebatch.schema.records import values_of
from pledgebatch.schema.sheets import ITEMS
from pledgebatch.schema.states import LIVE, Severity, State

DONE_WITH = ("已完成", "撤销")
"""An item with which nothing is left to do."""
COVERS_MEMBERS = "COV02"
"""The rule that finds members with neither a written item nor an oral record."""


@dataclass(frozen=True)
class Figures:
    """The month in numbers."""

    expected: int
    received: int
    states: dict[str, int]
    """Organisations by state, in words."""
    members: int
    written: int
    oral: int
    items: int
    published: int
    severities: dict[str, int]
    """Findings by severity, in words."""
    parts: pd.DataFrame
    """Items by 单位类别 (rows) and 内容类别 (columns)."""
    people: pd.DataFrame
    """Members on the roster by 单位类别 (rows): in all, with written items, with an oral pledge, with neither."""
    statuses: dict[str, int]
    """Items by 进展状态."""
    clauses: pd.DataFrame
    """Findings by clause (rows, in the order of the notice) and severity in words (columns)."""
    overdue: int
    legacy: int
    solved: int
    """Problems left from the earlier campaign, and how many of them are solved."""
    pending: int
    """Questions a reviewer has still to answer: no findings."""
    period: Period
    before: "Figures | None"
    """Those of the last month consolidated in the same year."""
    unread: int = 0
    """Organisations of whose figures some are not known, this month: they are counted as far as they are."""
    apart: Mapping[str, int] = field(default_factory=dict)
    """What of the key figures is of organisations of whose figures some are not known, in this month or the one compared."""


def count_figures(month: Month) -> Figures:
    """The month's figures; they add up over organisations."""
    unread = organisations_left_out(month)
    apart = unread | organisations_left_out(month.before)
    before = count_figures(month.before) if month.before else None
    if before and apart:
        before = replace(before, apart=_key_figures_of(month.before, apart))
    return replace(_count_figures(month), unread=len(unread), apart=_key_figures_of(month, apart), before=before)


def _key_figures_of(month: Month | None, organisations: Collection[str]) -> dict[str, int]:
    """The key figures of some organisations alone."""
    return (
        key_figures(_count_figures(restrict(replace(month, before=None), organisations)))
        if month and organisations
        else {}
    )


def _count_figures(month: Month) -> Figures:
    coverage = month.coverage
    items = ledger_rows(month, "items", ("organisation", "part", "publicity_date", "status"))
    states = coverage["state"].value_counts()
    found, legacy = counting(month.findings), ledger_rows(month, "legacy", ("solved",))
    severities = found["severity"].value_counts()
    categories = coverage.set_index("organisation")["unit_category"]
    parts = _cross(items["organisation"].map(categories), items["part"], CATEGORIES, ITEMS["part"].choices)
    return Figures(
        expected=len(coverage),
        received=int(coverage["state"].isin(LIVE).sum()),
        states={state.label: int(states[state]) for state in State if state in states},
        members=int(coverage["members"].sum()),
        written=int(coverage["written"].sum()),
        oral=int(coverage["oral"].sum()),
        items=int(coverage["items"].sum()),
        published=int(items["publicity_date"].notna().sum()),
        severities={severity.label: int(severities.get(severity, 0)) for severity in Severity},
        parts=parts,
        people=_people(month, categories),
        statuses=_statuses(items),
        clauses=_clauses(found),
        overdue=len(ledger_rows(month, "items", DATED, _late(month), DATED)),
        legacy=len(legacy),
        solved=int((legacy["solved"] == "已解决").sum()),
        pending=int(coverage["pending"].sum()),
        period=month.period,
        before=None,
    )


OF_FILES, FOUND = ("应报组织", "已报组织", "未报组织", "待审查人答"), "问题："
"""The key figures that are not counted in the ledgers; and how those of findings begin."""
UNLIKE = "（未读到的不比）"


def key_figures(figures: Figures) -> dict[str, int]:
    """The key figures under the labels that people read."""
    return {
        "应报组织": figures.expected,
        "已报组织": figures.received,
        "未报组织": figures.expected - figures.received,
        "在册党员": figures.members,
        "书面承诺": figures.written,
        "口头承诺": figures.oral,
        "承诺事项": figures.items,
        "已公开事项": figures.published,
        "逾期事项": figures.overdue,
        "遗留问题": figures.legacy,
        "其中已解决": figures.solved,
        "待审查人答": figures.pending,
        **{f"{FOUND}{severity}": count for severity, count in figures.severities.items()},
        **figures.statuses,
    }


def changes(figures: Figures) -> dict[str, str]:
    """In words how each key figure changed since ``before``; empty where there is no such month.

    Who could not be read in one of the two months is left out of what is counted in the ledgers, and that is said.
    """
    if figures.before is None:
        return {}
    last = figures.before.period
    since = "上月" if last.following == figures.period else f"{last.month}月"
    then, now = key_figures(figures.before), key_figures(figures)
    words = {}
    for label in then | now:
        left = figures.apart and label not in OF_FILES and not label.startswith(FOUND)
        by = now.get(label, 0) - then.get(label, 0)
        if left:
            by -= figures.apart.get(label, 0) - figures.before.apart.get(label, 0)
        words[label] = (f"比{since} {by:+d}" if by else f"与{since}持平") + (UNLIKE if left else "")
    return words


def why_empty(figures: Figures) -> str:
    """Why there is nothing in the ledgers, in words; empty where somebody has reported."""
    if figures.received:
        return ""
    if not figures.expected:
        return "没有应报的党组织，各台账是空的。"
    return f"截至目前，{figures.expected} 个应报党组织都没有报来可用的工作簿，各台账是空的。"


PEOPLE = ("在册党员", "书面承诺", "口头承诺", "尚无承诺")
NO_STATUS = "未填"
STATUSES = (*ITEMS["status"].choices, NO_STATUS)


def _cross(rows: pd.Series, columns: pd.Series, index: Sequence[str], header: Sequence[str]) -> pd.DataFrame:
    """How often each value of ``index`` comes with each of ``header``."""
    counts = Counter(zip(values_of(rows), values_of(columns), strict=True))
    return pd.DataFrame([[counts[row, column] for column in header] for row in index], list(index), list(header))


def _people(month: Month, categories: pd.Series) -> pd.DataFrame:
    sums = month.coverage.groupby("unit_category")[["members", "written", "oral"]].sum()
    none = find_uncovered(month)["organisation"].map(categories).value_counts()
    table = sums.assign(none=none).reindex(CATEGORIES).fillna(0).astype(int)
    return table.set_axis(list(PEOPLE), axis=1)


def _statuses(items: pd.DataFrame) -> dict[str, int]:
    counts = items["status"].fillna(NO_STATUS).value_counts()
    return {status: int(counts[status]) for status in STATUSES if status in counts}


def _clauses(found: pd.DataFrame) -> pd.DataFrame:
    order = [clause.number for clause in CLAUSES] + [NO_CLAUSE]
    table = _cross(found["clause"], found["severity"], order, list(map(str, Severity)))
    table = table[table.any(axis=1)].rename(index={NO_CLAUSE: "报送"})
    return table.set_axis([severity.label for severity in Severity], axis=1)


WATCHED = (
    "organisation", "row", "responsible",
    *(key + raw for key in ("item_no", "pledger", "name", "text", "due", "status", "progress", "change_reason") for raw in ("", RAW)),
)  # fmt: skip
"""What is shown of an item that is due."""
DATED = ("due", "status")
"""What tells whether it is."""


def find_overdue(month: Month) -> pd.DataFrame:
    """Items past their last day and still to be done, oldest first, with ``days``."""
    late = ledger_rows(month, "items", WATCHED, _late(month), DATED)
    if late.empty:
        return late.assign(days=pd.Series(dtype="int64"))
    days = (pd.Timestamp(month.period.cutoff) - late["due"]).dt.days
    return late.assign(days=days).sort_values(["days", "organisation", "row"], ascending=[False, True, True])


def _late(month: Month) -> Callable[[pd.DataFrame], pd.Series]:
    cutoff = pd.Timestamp(month.period.cutoff)
    return lambda rows: (rows["due"] < cutoff) & ~rows["status"].isin(DONE_WITH)


def find_uncovered(month: Month) -> pd.DataFrame:
    """The findings about members with neither a written item nor an oral record; ``value`` is the name."""
    found = counting(month.findings)
    return found[found["rule"] == COVERS_MEMBERS]
