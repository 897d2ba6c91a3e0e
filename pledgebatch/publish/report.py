"""The compliance report and the receipt of one organisation."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

import pandas as pd

from pledgebatch.notice.clauses import CLAUSES
from pledgebatch.publish.render import cells_in_words, reasons, records, render, with_labels
from pledgebatch.rules.book import BY_CODE
from pledgebatch.rules.cells import short
from pledgebatch.rules.rule import Rule
from pledgebatch.schema.frames import LIVE, Month, Severity, State, Verdict, counting

MOST_LINES = 6
"""Messages of a rule shown in full; the return workbook and findings.csv hold all."""
MOST_VALUES = 3
MOST_REPAIRS = 3
MOST_ASIDE = 20


@dataclass(frozen=True)
class Line:
    """Findings with the same message: where, and what was typed there."""

    message: str
    cells: str
    typed: str


@dataclass(frozen=True)
class Card:
    """The findings of one rule and severity, message by message."""

    severity: Severity
    rule: Rule
    count: int
    lines: list[Line]
    rest: int
    """Findings that the lines leave out."""
    rest_cells: str


def render_report(month: Month, organisation: str) -> str:
    """合规报告: the verdict, the repairs that matter, every clause, the findings with what to do, the receipt.

    ``month`` may hold this organisation only, or others beside it.
    """
    who = _who(month, organisation)
    found = month.findings[month.findings["organisation"] == organisation]
    clauses = _clauses(month, organisation)
    return render(
        "report.html.j2",
        month,
        who=who,
        state=State(who["state"]).label,
        tone="bad" if who["error"] or who["state"] not in LIVE else "warn" if who["warning"] else "",
        verdict=_in_words(who),
        repairs=_repairs(counting(found)),
        clauses=clauses,
        tally=_tally(clauses),
        cards=_cards(counting(found)),
        waived=_waived(found[found["waiver"].notna()]),
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
    counts = _counts(who)
    if who["error"]:
        return f"有 {counts}。请改正错误后重新报送；警告和提示请一并核对。"
    return f"没有错误；有 {counts}，请核对。" if counts else "没有发现问题。"


def _clauses(month: Month, organisation: str) -> list[dict[str, str]]:
    verdicts = month.verdicts[month.verdicts["organisation"] == organisation].set_index("clause")
    return [
        {
            "number": clause.number,
            "title": clause.title,
            "paraphrase": clause.paraphrase,
            "verdict": str(verdicts.loc[clause.number, "verdict"]),
            "found": _counts(verdicts.loc[clause.number].to_dict()),
        }
        for clause in CLAUSES
    ]


def _counts(figures: dict[Any, Any]) -> str:
    """The findings by severity in words, those there are."""
    return "、".join(f"{figures[severity]} 个{severity.label}" for severity in Severity if figures[severity])


def _tally(clauses: list[dict[str, str]]) -> list[tuple[str, int]]:
    verdicts = [clause["verdict"] for clause in clauses]
    return [(str(verdict), verdicts.count(verdict)) for verdict in Verdict if verdict in verdicts]


def _cards(found: pd.DataFrame) -> list[Card]:
    """Findings of the same rule together, the gravest first, and in them those with the same message."""
    order = {str(severity): number for number, severity in enumerate(Severity)}
    cards = []
    for keys, rows in found.groupby(["severity", "rule"], sort=False):
        severity, rule = map(str, keys)
        messages = rows.groupby("message", sort=False)
        numbers = messages.ngroup()
        rest = rows[numbers >= MOST_LINES]
        lines = [_line(str(message), same) for message, same in islice(messages, MOST_LINES)]
        cells = cells_in_words(rest["cell"], rest["sheet"])
        cards.append(Card(Severity(severity), BY_CODE[rule], len(rows), lines, len(rest), cells))
    return sorted(cards, key=lambda card: (order[card.severity], -card.count, card.rule.code))


def _waived(found: pd.DataFrame) -> list[dict[str, str]]:
    """The findings that do not count, rule by rule, with the waiver."""
    return [
        {
            "asks": BY_CODE[str(code)].asks,
            "rule": str(code),
            "waiver": str(waiver),
            "cells": cells_in_words(rows["cell"], rows["sheet"]),
        }
        for (code, waiver), rows in found.groupby(["rule", "waiver"])
    ]


def _line(message: str, rows: pd.DataFrame) -> Line:
    values = [value for value in rows["value"].dropna().unique() if value and short(value) not in message]
    typed = "、".join(f"“{short(value)}”" for value in values[:MOST_VALUES]) + (
        "等" if len(values) > MOST_VALUES else ""
    )
    return Line(message, cells_in_words(rows["cell"], rows["sheet"]), typed)


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


def _files(month: Month, organisation: str) -> list[dict[str, Any]]:
    files = month.submissions[month.submissions["organisation"] == organisation]
    counted = month.reconciliation[month.reconciliation["organisation"] == organisation]
    aside = month.set_aside[month.set_aside["organisation"] == organisation]
    return [
        file
        | {
            "sheets": records(counted[counted["file"] == file["file"]]),
            "aside": _aside(aside[aside["file"] == file["file"]]) if file["state"] in LIVE else [],
        }
        for file in with_labels(files)
    ]


def _aside(rows: pd.DataFrame) -> list[str]:
    told = [f"《{row['sheet']}》第 {row['row']} 行（{row['reason']}）" for row in records(rows.head(MOST_ASIDE))]
    return told + ([f"共 {len(rows)} 行，详见退回修改工作簿"] if len(rows) > MOST_ASIDE else [])
