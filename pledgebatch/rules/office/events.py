"""组织变动 of the registry: organisations dissolved, merged, renamed, moved; which lines hold, and what is wrong with the others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.rules.machinery.cells import short
from pledgebatch.rules.office.registry import Found, find_circles, near, remark
from pledgebatch.schema.frames import EVENT, frame
from pledgebatch.schema.kinds import CELL, RAW, explain
from pledgebatch.schema.sheets import EVENTS, REGISTRY
from pledgebatch.schema.states import Severity
from pledgebatch.schema.texts import code as as_code

DISSOLVED, MERGED, RENAMED, MOVED = EVENTS["event"].choices
ENDS = (DISSOLVED, MERGED)
"""After which an organisation is expected no more."""
REPLACES = {RENAMED: "org_name", MOVED: "parent_code"}
"""What of the registry an event puts something else in the place of."""
FIRST, LAST = Period(2010, 1), Period(2099, 12)
"""Nothing is older than the notice's own year, and no month is written later."""
SO = "，这一行不起作用，请改正"


@dataclass(frozen=True)
class Line:
    """A line that can be understood."""

    index: Any
    code: str
    event: str
    month: int
    to: str
    note: str


@dataclass
class _Course:
    """What became of the organisations, event by event in their order."""

    rows: pd.DataFrame
    parents: dict[str, str]
    silent: set[str]
    """Those that need not report."""
    closed: int
    """The last month consolidated before; 0 where there is none."""
    ended: dict[str, Line] = field(default_factory=dict)
    seen: set[tuple[str, str, int]] = field(default_factory=set)


def hold_events(
    typed: pd.DataFrame, registry: pd.DataFrame, past: pd.DataFrame, closed: Period | None = None
) -> tuple[pd.DataFrame, list[Found]]:
    """The lines that hold, in columns ``EVENT`` in the order of their months, and what is wrong with the others.

    ``past`` are those that took effect by the month ``closed``, the last one consolidated: they hold, and are judged no
    more; none that is new can begin by then.
    """
    lines, found = _understood(typed, registry)
    before = _lines_of(past)
    known = {(line.code, line.event, line.month, line.to) for line in before}
    course = _begin(registry, before, closed)
    fresh = [line for line in lines if (line.code, line.event, line.month, line.to) not in known]
    circles = {each for lines_of_month in _by_month(fresh) for each in _in_circle(lines_of_month)}
    held: list[Line] = []
    for lines_of_month in _by_month(fresh):
        ending = {line.code: line for line in lines_of_month if line.event in ENDS and line.index not in circles}
        for line in lines_of_month:
            flaw = _circle(line) if line.index in circles else _flaw(line, course, ending)
            if flaw:
                key, message = flaw
                found.append(_remark(typed, line.index, key, message))
                continue
            held.append(line)
            _take_effect(line, course)
            found += [_remark(typed, line.index, "to", message, Severity.NOTICE) for message in _asked(line, course)]
    return _as_frame(held, registry), found


def with_events(registry: pd.DataFrame, events: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The registry as it is in ``period`` by the ``events`` until then: who ended reports no more, names and superiors
    are the new ones, and what was below one that ended is below its receiver, or else its superior.

    What the office has since put in the place of what an event replaced has the last word.
    """
    if events.empty:
        return registry
    now = registry.set_index("organisation", drop=False)
    typed = now[list(REPLACES.values())].fillna("")
    for line in events[events["from_period"] <= str(period)].fillna("").to_dict("records"):
        code, event, to = line["organisation"], line["event"], line["to"]
        above = now["parent_code"].get(code)
        if event in ENDS:
            now.loc[now["parent_code"] == code, "parent_code"] = to if event == MERGED else above
        if code not in now.index:
            continue
        if event in ENDS:
            now.loc[code, "reports"] = "否"
        elif typed.at[code, REPLACES[event]] == line["was"]:
            now.loc[code, REPLACES[event]] = line["to"]
    return now.reset_index(drop=True)


def _understood(typed: pd.DataFrame, registry: pd.DataFrame) -> tuple[list[Line], list[Found]]:
    """The lines whose cells say something that can be, and what is wrong with the cells of the others."""
    lines, found = [], []
    for index, row in zip(typed.index, typed.to_dict("records"), strict=True):
        flaws = list(_flaws_of_cells(row, registry))
        found += [_remark(typed, index, key, message) for key, message in flaws]
        if not flaws:
            texts = {key: row[key] if isinstance(row[key], str) else "" for key in ("unit_code", "event", "to", "note")}
            to = texts["to"] if texts["event"] == RENAMED else as_code(texts["to"]) or ""
            month = int(row["from_period"])
            lines.append(Line(index, texts["unit_code"], texts["event"], month, to, texts["note"]))
    return lines, found


def _flaws_of_cells(row: Mapping[Any, Any], registry: pd.DataFrame) -> Iterator[tuple[str, str]]:
    for each in EVENTS.fields:
        raw = row[each.key + RAW]
        if each.required and pd.isna(row[each.key]):
            blank = not isinstance(raw, str) or not raw
            why = "未填写" if blank else f"填的“{short(raw)}”不能识别；{explain(each, raw)}"
            yield each.key, f"“{each.header}”{why}，这一行不起作用" + ("，请补填" if blank else "")
    code, month, raw = row["unit_code"], row["from_period"], row["from_period" + RAW]
    if isinstance(code, str) and code not in set(registry["unit_code"]):
        message = f"组织编码“{short(code)}”不在单位名册中{near(code, registry)}"
        yield "unit_code", f"{message}{SO}；撤销、并入的组织，名册中的那一行也要留着"
    if not pd.isna(month) and not FIRST.ordinal <= month <= LAST.ordinal:
        yield "from_period", f"“{EVENTS['from_period'].header}”填的“{short(raw)}”不会是这项变动的月份{SO}"
    if row["event"] in (MERGED, RENAMED, MOVED) and pd.isna(row["to"]):
        what = {MERGED: "接收组织的编码", RENAMED: "新名称", MOVED: "新的上级组织的编码"}[row["event"]]
        yield "to", f"“{EVENTS['to'].header}”未填写，{row['event']}的要填{what}，这一行不起作用，请补填"


def _begin(registry: pd.DataFrame, past: Sequence[Line], closed: Period | None) -> _Course:
    tied = registry.dropna(subset=["parent_code"])
    parents = dict(zip(tied["unit_code"], tied["parent_code"], strict=True))
    silent = set(registry.loc[registry["reports"] == "否", "unit_code"])
    course = _Course(registry, parents, silent, closed.ordinal if closed else 0)
    for line in past:
        _take_effect(line, course)
    return course


def _take_effect(line: Line, course: _Course) -> None:
    course.seen.add((line.code, line.event, line.month))
    if line.event in ENDS:
        course.ended[line.code] = line
    if line.event == MOVED:
        course.parents[line.code] = line.to
    if line.event == MERGED:
        course.parents.update({below: line.to for below, above in course.parents.items() if above == line.code})


def _flaw(line: Line, course: _Course, ending: Mapping[str, Line]) -> tuple[str, str] | None:
    """The field that is wrong, and why the line cannot hold; None where it can."""
    if (line.code, line.event, line.month) in course.seen:
        return "event", f"{_month(line)} 的“{line.event}”填了两行，只按前一行办理，请删去多余的一行"
    if line.month <= course.closed:
        done, following = (Period.of_ordinal(course.closed + more) for more in (0, 1))
        redo = f"，或从 {_month(line)} 起逐月重做（--again --registry now）"
        return "from_period", f"{done} 已经汇总，没有按这项变动办理，这一行不起作用；请把月份改为 {following}{redo}"
    end = course.ended.get(line.code)
    if end and not (line.event == MERGED and end.event == DISSOLVED and line.month > end.month):
        return "unit_code", f"这个组织自 {_month(end)} 起已{_in_words(end)}{SO}"
    if line.event not in (MERGED, MOVED):
        return None
    what = "接收组织" if line.event == MERGED else "新的上级组织"
    if line.to not in set(course.rows["unit_code"]):
        return "to", f"{what}“{short(line.to)}”不在单位名册中{near(line.to, course.rows)}{SO}"
    if line.to == line.code:
        return "to", f"{what}填成了本组织自己{SO}"
    end = course.ended.get(line.to) or ending.get(line.to)
    if end and end.month <= line.month:
        instead = f"，请直接填 {end.to}" if end.event == MERGED else ""
        return "to", f"{what} {line.to} 自 {_month(end)} 起已{_in_words(end)}，这一行不起作用{instead or '，请改正'}"
    if line.event == MERGED and line.to in course.silent:
        return "to", f"{what} {line.to} 的“{REGISTRY['reports'].header}”为“否”，接不了党员和事项{SO}"
    if line.event == MOVED and _is_below(line.to, line.code, course.parents):
        return "to", f"{what} {line.to} 现在是它的下级，会绕成一圈{SO}"
    return None


def _asked(line: Line, course: _Course) -> Iterator[str]:
    """What of a line that holds the office should look at again."""
    if line.event == DISSOLVED and line.to:
        yield f"撤销的不填去向，填的“{short(line.to)}”没有用；要由别的组织接续党员和事项的，“变动”请填“{MERGED}”"
    below = sorted(code for code, above in course.parents.items() if above == line.code)
    if line.event == DISSOLVED and below:
        above = course.parents.get(line.code, "")
        yield f"撤销以后，它的下级 {'、'.join(below[:8])} 暂归{'它的上级 ' + above if above else '最上一级'}；归别的上级的，请各填一行“{MOVED}”"


def _circle(line: Line) -> tuple[str, str]:
    return "to", f"同一个月里互相并入，绕成了一圈，分不清并到哪里{SO}"


def _in_circle(lines: Sequence[Line]) -> set[Any]:
    merged = {line.code: line for line in lines if line.event == MERGED and line.to != line.code}
    circles = find_circles({code: line.to for code, line in merged.items()})
    return {merged[code].index for circle in circles for code in circle}


def _by_month(lines: Sequence[Line]) -> list[list[Line]]:
    months = sorted({line.month for line in lines})
    return [[line for line in lines if line.month == month] for month in months]


def _is_below(code: str, above: str, parents: Mapping[str, str]) -> bool:
    passed: set[str] = set()
    while code in parents and code not in passed:
        passed.add(code)
        code = parents[code]
        if code == above:
            return True
    return False


def _month(line: Line) -> str:
    return str(Period.of_ordinal(line.month))


def _in_words(line: Line) -> str:
    return f"并入 {line.to}" if line.event == MERGED else line.event


def _remark(typed: pd.DataFrame, index: Any, key: str, message: str, severity: Severity = Severity.WARNING) -> Found:
    """What is said at a cell of a line; at its event where the sheet has no such column."""
    at = key if key + CELL in typed else "event"
    return remark(index, at, typed.at[index, at + RAW], message, severity)


def _lines_of(events: pd.DataFrame) -> list[Line]:
    known = events.fillna("").to_dict("records")
    return [
        Line(None, row["organisation"], row["event"], Period.parse(row["from_period"]).ordinal, row["to"], row["note"])
        for row in known
    ]


def _as_frame(lines: Sequence[Line], registry: pd.DataFrame) -> pd.DataFrame:
    now = registry.drop_duplicates("unit_code").set_index("unit_code")
    rows: list[dict[str, object]] = []
    for line in lines:
        was = now.at[line.code, REPLACES[line.event]] if line.event in REPLACES else None
        rows.append(
            {
                "organisation": line.code,
                "event": line.event,
                "from_period": _month(line),
                "to": line.to or None,
                "was": was if isinstance(was, str) else None,
                "note": line.note or None,
            }
        )
    return frame(EVENT, rows)
