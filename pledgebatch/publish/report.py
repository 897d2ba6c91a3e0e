"""The compliance report and the receipt of one organisation."""

from typing import Any

import pandas as pd

from pledgebatch.notice.clauses import CLAUSES, FIVE_ANSWERS
from pledgebatch.notice.periods import Stage, stages_due
from pledgebatch.publish.figures import ledger
from pledgebatch.publish.render import cells_in_words, reasons, records, render, with_labels
from pledgebatch.rules.book import BY_CODE
from pledgebatch.schema.frames import Month, Severity, State
from pledgebatch.schema.kinds import RAW

MOST_GROUPS = 60
"""Groups of findings shown in full; the return workbook and findings.csv hold all."""
MOST_REPAIRS = 3


def render_report(month: Month, organisation: str) -> str:
    """合规报告: the verdict, the repairs that matter, every clause, the findings with what to do, the receipt.

    ``month`` may hold this organisation only, or others beside it.
    """
    who = _who(month, organisation)
    found = month.findings[month.findings["organisation"] == organisation]
    groups = _groups(found)
    return render(
        "report.html.j2",
        month,
        who=who,
        state=State(who["state"]).label,
        tone="bad" if who["error"] else "warn" if who["warning"] or who["state"] == State.MISSING else "",
        verdict=_in_words(who),
        repairs=_repairs(found),
        clauses=_clauses(month, organisation),
        groups=groups[:MOST_GROUPS] + _rest(groups[MOST_GROUPS:]),
        pending=_pending(month, organisation),
        not_evaluated=reasons(month),
        files=_files(month, organisation),
    )


def render_receipt(month: Month, organisation: str) -> str:
    """回执: what was received, with its SHA-256, and what became of its rows."""
    who = _who(month, organisation)
    return render("receipt.html.j2", month, who=who, state=State(who["state"]).label, files=_files(month, organisation))


def _who(month: Month, organisation: str) -> dict[str, Any]:
    return records(month.coverage[month.coverage["organisation"] == organisation])[0]


def _in_words(who: dict[str, Any]) -> str:
    if who["state"] == State.MISSING:
        return "本月还没有收到承诺工作簿，请尽快报送。"
    if who["state"] in (State.UNREADABLE, State.WRONG_PERIOD):
        return "收到的文件不能采用，请按下面的说明重新报送。"
    counts = "、".join(f"{who[severity]} 个{severity.label}" for severity in Severity if who[severity])
    if who["error"]:
        return f"有 {counts}。请改正错误后重新报送；警告和提示请一并核对。"
    return f"没有错误；有 {counts}，请核对。" if counts else "没有发现问题。"


def _clauses(month: Month, organisation: str) -> list[dict[str, Any]]:
    verdicts = {row["clause"]: row for row in records(month.verdicts[month.verdicts["organisation"] == organisation])}
    return [
        verdicts[clause.number] | {"number": clause.number, "title": clause.title, "paraphrase": clause.paraphrase}
        for clause in CLAUSES
    ]


def _groups(found: pd.DataFrame) -> list[dict[str, Any]]:
    """Findings with the same message together, the gravest first."""
    order = {str(severity): number for number, severity in enumerate(Severity)}
    groups = []
    for keys, rows in found.groupby(["severity", "rule", "message"], sort=False):
        severity, rule, message = map(str, keys)
        values = [value for value in rows["value"].dropna().unique() if value and value not in message]
        groups.append(
            {
                "severity": severity,
                "label": Severity(severity).label,
                "rule": rule,
                "clause": rows["clause"].iloc[0],
                "message": message,
                "mend": BY_CODE[rule].mend,
                "cells": cells_in_words(rows["cell"], rows["sheet"]),
                "values": "、".join(f"“{value[:30]}”" for value in values[:3]),
                "count": len(rows),
            }
        )
    return sorted(groups, key=lambda group: (order[group["severity"]], -group["count"]))


def _rest(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What did not fit, one line a rule."""
    rest: dict[str, dict[str, Any]] = {}
    for group in groups:
        one = rest.setdefault(group["rule"], group | {"count": 0, "cells": "", "values": ""})
        one["count"] += group["count"]
        one["message"] = f"{BY_CODE[group['rule']].asks}：另有 {one['count']} 处，见退回修改工作簿"
    return list(rest.values())


def _repairs(found: pd.DataFrame) -> list[dict[str, Any]]:
    """The few things whose repair removes most errors, or most warnings where there is no error."""
    for severity in (Severity.ERROR, Severity.WARNING):
        grave = found[found["severity"] == severity]
        if len(grave):
            codes = grave["rule"].value_counts(sort=True)
            top = sorted(codes.items(), key=lambda pair: (-int(pair[1]), str(pair[0])))[:MOST_REPAIRS]
            return [
                {
                    "mend": BY_CODE[str(code)].mend,
                    "count": int(count),
                    "cells": cells_in_words(
                        grave.loc[grave["rule"] == code, "cell"], grave.loc[grave["rule"] == code, "sheet"]
                    ),
                }
                for code, count in top
            ]
    return []


def _pending(month: Month, organisation: str) -> int:
    """Items whose five questions of 五.3 a reviewer has still to answer."""
    if Stage.PUBLISH not in stages_due(month.period, month.parameters.pledge_deadline):
        return 0
    items = ledger(month, "items")
    answers = items.loc[items["organisation"] == organisation, [key + RAW for key in FIVE_ANSWERS]]
    return int((answers == "").any(axis=1).sum())


def _files(month: Month, organisation: str) -> list[dict[str, Any]]:
    files = month.submissions[month.submissions["organisation"] == organisation]
    counted = month.reconciliation[month.reconciliation["organisation"] == organisation]
    return [file | {"sheets": records(counted[counted["file"] == file["file"]])} for file in with_labels(files)]
