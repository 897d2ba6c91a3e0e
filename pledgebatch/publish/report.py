"""The compliance report and the receipt of one organisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pledgebatch.notice.clauses import CLAUSES
from pledgebatch.publish.dossier import Dossier, Record, grouped
from pledgebatch.publish.render import cells_in_words, reasons, render
from pledgebatch.rules.book import rules_under
from pledgebatch.rules.cells import short
from pledgebatch.rules.rule import Rule
from pledgebatch.schema.frames import LIVE, Month, Severity, State, Verdict

MOST_LINES = 6
"""Messages of a rule shown in full; the return workbook and findings.csv hold all."""
MOST_LINES_IN_ALL = 180
"""Where very many rules speak, each says less: a report is read on a telephone."""
MOST_VALUES = 3
MOST_REPAIRS = 3


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


def render_report(month: Month, one: Dossier, tasks: Sequence[Record] = ()) -> str:
    """合规报告: the verdict, the repairs that matter, ``tasks``, every clause, the findings with what to do, the receipt."""
    clauses, rules = _clauses(one), rules_under(month.parameters)
    return render(
        "report.html.j2",
        month,
        who=one.who,
        state=one.who["label"],
        tone="bad" if one.who["error"] or one.who["state"] not in LIVE else "warn" if one.who["warning"] else "",
        verdict=_in_words(one.who),
        repairs=_repairs(one.counting, rules),
        tasks=tasks,
        clauses=clauses,
        tally=_tally(clauses),
        cards=_cards(one.counting, rules),
        waived=_waived(one.waived, rules),
        not_evaluated=reasons(month, str(one.who["organisation"])),
        files=one.files,
    )


def render_receipt(month: Month, one: Dossier) -> str:
    """回执: what was received, with its SHA-256, and what became of its rows."""
    return render("receipt.html.j2", month, who=one.who, state=one.who["label"], files=one.files)


def _in_words(who: Record) -> str:
    if who["state"] == State.MISSING:
        return "本月还没有收到承诺工作簿，请尽快报送。"
    if who["state"] in (State.UNREADABLE, State.WRONG_PERIOD):
        return "收到的文件不能采用，请按下面的说明重新报送。"
    counts = _counts(who)
    if who["error"]:
        return f"有 {counts}。请改正错误后重新报送；警告和提示请一并核对。"
    return f"没有错误；有 {counts}，请核对。" if counts else "没有发现问题。"


def _clauses(one: Dossier) -> list[dict[str, str]]:
    return [
        {
            "number": clause.number,
            "title": clause.title,
            "paraphrase": clause.paraphrase,
            "verdict": str(one.verdicts[clause.number]["verdict"]),
            "found": _counts(one.verdicts[clause.number]),
        }
        for clause in CLAUSES
    ]


def _counts(figures: Record) -> str:
    """The findings by severity in words, those there are."""
    return "、".join(f"{figures[severity]} 个{severity.label}" for severity in Severity if figures[severity])


def _tally(clauses: list[dict[str, str]]) -> list[tuple[str, int]]:
    verdicts = [clause["verdict"] for clause in clauses]
    return [(str(verdict), verdicts.count(verdict)) for verdict in Verdict if verdict in verdicts]


def _cards(found: list[Record], rules: Mapping[str, Rule]) -> list[Card]:
    """Findings of the same rule together, the gravest first, and in them those with the same message."""
    order = {str(severity): number for number, severity in enumerate(Severity)}
    groups = grouped(found, "severity", "rule")
    most = max(1, min(MOST_LINES, MOST_LINES_IN_ALL // max(len(groups), 1)))
    cards = []
    for (severity, rule), rows in groups.items():
        messages = list(grouped(rows, "message").items())
        lines = [_line(message, same) for message, same in messages[:most]]
        rest = [row for _, same in messages[most:] for row in same]
        cards.append(Card(Severity(severity), rules[rule], len(rows), lines, len(rest), _places(rest)))
    return sorted(cards, key=lambda card: (order[card.severity], -card.count, card.rule.code))


def _waived(found: list[Record], rules: Mapping[str, Rule]) -> list[dict[str, str]]:
    """The findings that do not count, rule by rule, with the waiver."""
    return [
        {"asks": rules[code].asks, "rule": code, "waiver": waiver, "cells": _places(rows)}
        for (code, waiver), rows in sorted(grouped(found, "rule", "waiver").items())
    ]


def _line(message: str, rows: list[Record]) -> Line:
    distinct = dict.fromkeys(row["value"] for row in rows if row["value"])
    values = [value for value in distinct if short(value) not in message]
    typed = "、".join(f"“{short(value)}”" for value in values[:MOST_VALUES]) + (
        "等" if len(values) > MOST_VALUES else ""
    )
    return Line(message, _places(rows), typed)


def _places(rows: list[Record]) -> str:
    return cells_in_words((row["sheet"], row["cell"]) for row in rows)


def _repairs(found: list[Record], rules: Mapping[str, Rule]) -> list[Record]:
    """The few things whose repair removes most errors, or most warnings where there is no error."""
    for severity in (Severity.ERROR, Severity.WARNING):
        grave = grouped((one for one in found if one["severity"] == severity), "rule")
        if grave:
            top = sorted(grave.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:MOST_REPAIRS]
            return [{"mend": rules[code].mend, "count": len(rows), "cells": _places(rows)} for code, rows in top]
    return []
