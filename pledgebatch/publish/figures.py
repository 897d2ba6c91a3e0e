"""A month narrowed to some organisations, and its figures."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from pledgebatch.months import archive
from pledgebatch.notice.clauses import CLAUSES, NO_CLAUSE
from pledgebatch.notice.lists import CATEGORIES
from pledgebatch.schema import stored
from pledgebatch.schema.frames import LIVE, Month, Severity, State, counting
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import ITEMS

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


def restrict(month: Month, organisations: Collection[str]) -> Month:
    """The same month for some organisations only."""

    def only(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["organisation"].isin(organisations)].reset_index(drop=True)

    frames: dict[str, Any] = {name: only(getattr(month, name)) for name in FRAMES}
    return replace(
        month,
        tables=stored.only(month.tables, organisations),
        before=restrict(month.before, organisations) if month.before else None,
        **frames,
    )


def split(month: Month, parts: list[list[str]]) -> list[Month]:
    """The month in several parts, each for some organisations; every frame is sorted out once."""
    part_of = {code: number for number, codes in enumerate(parts) for code in codes}

    def sorted_out(frame: pd.DataFrame) -> list[pd.DataFrame]:
        numbers = frame["organisation"].map(part_of)
        groups = dict(iter(frame.groupby(numbers)))
        return [groups.get(number, frame.iloc[:0]) for number in range(len(parts))]

    frames: dict[str, list[Any]] = {name: sorted_out(getattr(month, name)) for name in FRAMES}
    frames["tables"] = [stored.only(month.tables, codes) for codes in parts]
    light = replace(month, registry=month.registry.iloc[:0], before=None)
    return [replace(light, **{name: pieces[number] for name, pieces in frames.items()}) for number in range(len(parts))]


def ledger(
    month: Month,
    key: str,
    columns: Sequence[str] | None = None,
    chosen: Callable[[pd.DataFrame], pd.Series] | None = None,
) -> pd.DataFrame:
    """The rows of a sheet that stand in the ledger: of all columns or some, all rows or the ``chosen``.

    Of a month on disk only what is asked for is ever held together.
    """
    found = []
    for rows in stored.pieces(month.tables, key, columns and [*columns, "set_aside"]):
        own = rows[rows["set_aside"].isna()]
        found.append(own if chosen is None else own[chosen(own)])
    return found[0] if len(found) == 1 else pd.concat(found, ignore_index=True)


FRAMES = tuple(name for name in archive.FRAMES if name != "registry")
"""The frames of a month that have an organisation in each row."""


def in_parts(month: Month) -> Iterator[Month]:
    """The month in parts that fit in memory one at a time: each with its own rows and findings, and little else."""
    tables = month.tables
    if not isinstance(tables, stored.Stored):
        yield month
        return
    bare = {name: getattr(month, name).iloc[:0] for name in (*FRAMES, "registry") if name != "findings"}
    for part in tables.parts:
        codes = part.organisations or frozenset()
        if tables.organisations is None or not codes.isdisjoint(tables.organisations):
            found = month.findings[month.findings["organisation"].isin(codes)].reset_index(drop=True)
            yield replace(month, tables=replace(tables, parts=[part]), findings=found, before=None, **bare)


def in_memory(month: Month) -> Month:
    """The month with its rows in memory."""
    return replace(month, tables=dict(month.tables))


def apart(month: Month, groups: Sequence[Sequence[str]]) -> Iterator[Month]:
    """The rows and findings of some organisations at a time, ``""`` for those of nobody, of a month in memory."""
    group_of = {code: number for number, codes in enumerate(groups) for code in codes}

    def sorted_out(rows: pd.DataFrame) -> list[pd.DataFrame]:
        numbers = rows["organisation"].fillna("").map(group_of)
        return [rows[numbers == number].reset_index(drop=True) for number in range(len(groups))]

    tables = {name: sorted_out(rows) for name, rows in month.tables.items()}
    for number, findings in enumerate(sorted_out(month.findings)):
        yield replace(month, findings=findings, tables={name: rows[number] for name, rows in tables.items()})


def figures(month: Month) -> Figures:
    """The month's figures; they add up over organisations."""
    coverage = month.coverage
    items = ledger(month, "items", ("organisation", "part", "publicity_date", "status"))
    states = coverage["state"].value_counts()
    found, legacy = counting(month.findings), ledger(month, "legacy", ("solved",))
    severities = found["severity"].value_counts()
    categories = coverage.set_index("organisation")["unit_category"]
    category = items["organisation"].map(categories)
    parts = pd.crosstab(category, items["part"]).reindex(
        index=CATEGORIES, columns=list(ITEMS["part"].choices), fill_value=0
    )
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
        overdue=len(ledger(month, "items", ("due", "status"), _late(month))),
        legacy=len(legacy),
        solved=int((legacy["solved"] == "已解决").sum()),
        pending=int(coverage["pending"].sum()),
    )


def counted(said: Figures) -> dict[str, int]:
    """The key figures under the labels that people read."""
    return {
        "应报组织": said.expected,
        "已报组织": said.received,
        "未报组织": said.expected - said.received,
        "在册党员": said.members,
        "书面承诺": said.written,
        "口头承诺": said.oral,
        "承诺事项": said.items,
        "已公开事项": said.published,
        "逾期事项": said.overdue,
        "遗留问题": said.legacy,
        "其中已解决": said.solved,
        "待审查人答": said.pending,
        **{f"问题：{severity}": count for severity, count in said.severities.items()},
        **said.statuses,
    }


def changes(month: Month, said: Figures) -> dict[str, str]:
    """In words how each key figure ``said`` of the month changed since ``before``; empty where there is no such month."""
    if month.before is None:
        return {}
    last = month.before.period
    since = "上月" if last.following == month.period else f"{last.month}月"
    then, now = counted(figures(month.before)), counted(said)
    moved = {label: now.get(label, 0) - then.get(label, 0) for label in then | now}
    return {label: f"比{since} {by:+d}" if by else f"与{since}持平" for label, by in moved.items()}


PEOPLE = ("在册党员", "书面承诺", "口头承诺", "尚无承诺")
NO_STATUS = "未填"
STATUSES = (*ITEMS["status"].choices, NO_STATUS)


def _people(month: Month, categories: pd.Series) -> pd.DataFrame:
    told = month.coverage.groupby("unit_category")[["members", "written", "oral"]].sum()
    none = uncovered(month)["organisation"].map(categories).value_counts()
    table = told.assign(none=none).reindex(CATEGORIES).fillna(0).astype(int)
    return table.set_axis(list(PEOPLE), axis=1)


def _statuses(items: pd.DataFrame) -> dict[str, int]:
    counts = items["status"].fillna(NO_STATUS).value_counts()
    return {status: int(counts[status]) for status in STATUSES if status in counts}


def _clauses(found: pd.DataFrame) -> pd.DataFrame:
    order = [clause.number for clause in CLAUSES] + [NO_CLAUSE]
    table = pd.crosstab(found["clause"], found["severity"])
    table = table.reindex(index=order, columns=list(map(str, Severity)), fill_value=0)
    table = table[table.any(axis=1)].rename(index={NO_CLAUSE: "报送"})
    return table.set_axis([severity.label for severity in Severity], axis=1)


WATCHED = (
    "organisation", "row", "responsible",
    *(key + raw for key in ("item_no", "pledger", "name", "text", "due", "status", "progress", "change_reason") for raw in ("", RAW)),
)  # fmt: skip
"""What is shown of an item that is due."""


def overdue(month: Month) -> pd.DataFrame:
    """Items past their last day and still to be done, oldest first, with ``days``."""
    late = ledger(month, "items", WATCHED, _late(month))
    days = (pd.Timestamp(month.period.cutoff) - late["due"]).dt.days
    return late.assign(days=days).sort_values(["days", "organisation", "row"], ascending=[False, True, True])


def _late(month: Month) -> Callable[[pd.DataFrame], pd.Series]:
    cutoff = pd.Timestamp(month.period.cutoff)
    return lambda rows: (rows["due"] < cutoff) & ~rows["status"].isin(DONE_WITH)


def uncovered(month: Month) -> pd.DataFrame:
    """The findings about members with neither a written item nor an oral record; ``value`` is the name."""
    found = counting(month.findings)
    return found[found["rule"] == COVERS_MEMBERS]
