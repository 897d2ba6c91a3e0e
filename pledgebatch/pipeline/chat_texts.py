"""Short texts for a chat: who has not reported, who has to mend what, until when; for the whole and for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import pandas as pd

from pledgebatch.intake.decisions import read_decisions
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.states import last_moments
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.schema.archive_tables import read_table
from pledgebatch.schema.frames import counting
from pledgebatch.schema.records import records
from pledgebatch.schema.states import LIVE, Severity, State
from pledgebatch.workbooks.causes import cells_in_words, find_causes, sort_causes
from pledgebatch.workbooks.findings import Finding, findings_of, group

MOST_CAUSES = 6
"""What of a workbook is told in a chat; the whole stands in its report."""
UNSEEN = (State.MISSING, State.UNREADABLE, State.WRONG_PERIOD)


@dataclass(frozen=True)
class ChatTexts:
    """What can be pasted into a chat about a month."""

    whole: str
    each: Sequence[tuple[str, str, str]]
    """Code, name, text of every organisation that has something to do."""


def chat_texts(workspace: Workspace, period: Period) -> ChatTexts:
    """The texts about a consolidated month."""
    folder = workspace.output(period)
    covered = read_table(folder, "coverage", ["organisation", "org_name", "state", "error"])
    coverage = records(covered)
    extensions = read_decisions(workspace.decisions, covered["organisation"]).extensions
    day = workspace.settings().parameters.late_after_day
    moments = last_moments(covered, period, day, extensions)
    until = {code: _until(moments.get(code, "")) for code in covered["organisation"]}
    missing = [row for row in coverage if row["state"] in UNSEEN]
    mending = [row for row in coverage if row["state"] in LIVE and row["error"]]
    found = counting(read_table(folder, "findings"))
    named = findings_of(_errors_of(found, [row["organisation"] for row in mending]))
    errors = group(named, attrgetter("organisation"))
    each = [
        (row["organisation"], row["org_name"], _reminder(row, period, until[row["organisation"]])) for row in missing
    ]
    each += [
        (
            row["organisation"],
            row["org_name"],
            _returned(row, errors[row["organisation"]], period, until[row["organisation"]]),
        )
        for row in mending
    ]
    usual = _until(next(iter(last_moments(covered, period, day, None).values()), ""))
    return ChatTexts(_whole(period, coverage, missing, mending, usual), each)


def _errors_of(findings: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    return findings[(findings["severity"] == Severity.ERROR) & findings["organisation"].isin(codes)]


def _until(moment: str) -> str:
    """The deadline in words."""
    return f"请在 {int(moment[5:7])} 月 {int(moment[8:10])} 日前报来。" if moment else "请尽快报来。"


def _whole(
    period: Period,
    coverage: Sequence[dict[str, object]],
    missing: Sequence[dict[str, object]],
    mending: Sequence[dict[str, object]],
    until: str,
) -> str:
    lines = [f"【{period.label}公开承诺】应报 {len(coverage)} 个党组织，已报 {len(coverage) - len(missing)} 个。"]
    if missing:
        lines.append(f"还没有报的 {len(missing)} 个：{_names(missing)}。")
    if mending:
        lines.append(f"报了、还要改的 {len(mending)} 个：{_names(mending)}。退回件和报告已发各单位，请照着改好再报。")
    lines.append(until if missing or mending else "全部报齐，没有要改的，谢谢各位！")
    return "\n".join(lines)


def _names(rows: Sequence[dict[str, object]]) -> str:
    return "、".join(str(row["org_name"]) for row in rows)


def _reminder(row: dict[str, object], period: Period, until: str) -> str:
    why = {
        State.UNREADABLE: "报来的文件打不开，请用下发的工作簿重新报送。",
        State.WRONG_PERIOD: f"报来的不是{period.label}的工作簿，请报本月的。",
    }
    sentence = why.get(State(str(row["state"])), f"还没有收到贵组织{period.label}的承诺工作簿。")
    return f"{row['org_name']}：{sentence}{until}"


def _returned(row: dict[str, object], errors: Sequence[Finding], period: Period, until: str) -> str:
    causes = sort_causes(find_causes(errors))
    lines = [f"{row['org_name']}：{period.label}承诺工作簿已收到，有 {row['error']} 处必须改："]
    for number, each in enumerate(causes[:MOST_CAUSES], 1):
        place = f"《{each.sheet}》{cells_in_words(each.cells)}" if each.sheet else ""
        lines.append(f"{number}. {place} {each.message}".replace(".  ", ". "))
    if len(causes) > MOST_CAUSES:
        lines.append("其余见《合规报告》和《退回修改》。")
    return "\n".join([*lines, until])
