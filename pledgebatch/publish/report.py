"""The compliance report and the receipt of one organisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from pledgebatch.months.answers import ACCEPTED
from pledgebatch.notice.clauses import CLAUSES
from pledgebatch.publish.dossier import Dossier
from pledgebatch.publish.render import reasons_not_evaluated, render
from pledgebatch.rules.book import rules_under
from pledgebatch.rules.machinery.cells import short
from pledgebatch.rules.machinery.rule import Rule
from pledgebatch.schema.month import Month
from pledgebatch.schema.records import Record
from pledgebatch.schema.sheets import ORGANISATION
from pledgebatch.schema.states import LIVE, Severity, State, Verdict
from pledgebatch.workbooks.causes import Cause, find_causes, places_in_words
from pledgebatch.workbooks.findings import group

MOST_LINES = 6
"""Messages of a rule shown in full; the return workbook and findings.csv hold all."""
MOST_LINES_IN_ALL = 180
"""Where very many rules speak, each says less: a report is read on a telephone."""
MOST_REPAIRS = 3
REGISTERED = {"parent_org": "parent_name", "org_name": "org_name", "unit_category": "unit_category"}
"""Answers of the form that the registry knows, each with where it stands in the line of the organisation."""


@dataclass(frozen=True)
class Line:
    """Findings of one cause: where, and what was typed there."""

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
        repairs=_repairs(one, rules),
        tasks=tasks,
        moves=one.moves,
        clauses=clauses,
        tally=_tally(clauses),
        cards=_cards(one, rules),
        apart=_apart(one, rules),
        not_evaluated=reasons_not_evaluated(month, str(one.who["organisation"])),
        files=one.files,
        guesses=one.guesses,
        words=one.words,
        corrections=one.corrections,
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


def _cards(one: Dossier, rules: Mapping[str, Rule]) -> list[Card]:
    """Findings of the same rule together, the gravest first, and in them those of one cause."""
    order = {severity: number for number, severity in enumerate(Severity)}
    groups: dict[tuple[Severity, str], list[Cause]] = {}
    for cause in find_causes(one.counting):
        groups.setdefault((cause.severity, cause.rule), []).append(cause)
    most = max(1, min(MOST_LINES, MOST_LINES_IN_ALL // max(len(groups), 1)))
    cards = []
    for (severity, rule), causes in groups.items():
        lines = [
            Line(each.message + each.answered, places_in_words(each.findings, one.labels), _typed(each))
            for each in causes[:most]
        ]
        rest = [finding for each in causes[most:] for finding in each.findings]
        count = sum(len(each.findings) for each in causes)
        cards.append(Card(severity, rules[rule], count, lines, len(rest), places_in_words(rest, {})))
    return sorted(cards, key=lambda card: (order[card.severity], -card.count, card.rule.code))


def _typed(cause: Cause) -> str:
    """What was typed, where the message does not say it."""
    return "" if all(short(each.value) in cause.message for each in cause.findings) else cause.typed


APART = {False: ("已豁免", "豁免", "经批准豁免"), True: ("说明已采纳", "采纳", "单位的说明已经采纳")}
"""How the findings are headed and marked that do not count: those waived, and those explained."""


def _apart(one: Dossier, rules: Mapping[str, Rule]) -> list[Record]:
    """The findings that do not count, rule by rule, with the waiver, or with what the branch said."""
    by_reason = sorted(group(one.waived, attrgetter("rule", "waiver")).items())
    lines: dict[bool, list[Record]] = {False: [], True: []}
    for (code, waiver), found in by_reason:
        line = {"asks": rules[code].asks, "rule": code, "waiver": waiver.removeprefix(ACCEPTED)}
        lines[waiver.startswith(ACCEPTED)].append(line | {"cells": places_in_words(found, one.labels)})
    return [
        {"heading": heading, "tag": tag, "why": why, "lines": lines[is_explained]}
        for is_explained, (heading, tag, why) in APART.items()
        if lines[is_explained]
    ]


def _now(cause: Cause) -> str:
    """What stands there now, and what it disagrees with, where it was understood."""
    if not cause.header:
        return ""
    if not cause.typed:
        return "现在空着"
    typed = f"现在填的是{cause.typed}"
    return typed if cause.unusable else f"{typed}（{cause.message}）" if _typed(cause) else f"：{cause.message}"


def _right(cause: Cause, who: Record, rules: Mapping[str, Rule]) -> str:
    """What to type: what the registry says, where the office knows better."""
    known = who.get(REGISTERED.get(cause.field, ""), "") if cause.sheet == ORGANISATION.name else ""
    return f"改填“{known}”" if known else cause.right(rules)


def _repairs(one: Dossier, rules: Mapping[str, Rule]) -> list[Record]:
    """The few things whose repair removes most errors, or most warnings where there is no error: where, what stands
    there, and what should."""
    for severity in (Severity.ERROR, Severity.WARNING):
        grave = [cause for cause in find_causes(one.counting, apart=1) if cause.severity is severity]
        if grave:
            top = sorted(grave, key=lambda cause: (-len(cause.findings), cause.rule))[:MOST_REPAIRS]
            return [
                {
                    "what": f"《{cause.sheet}》{cause.header}"
                    if cause.header
                    else f"《{cause.sheet}》"
                    if cause.sheet
                    else "",
                    "now": _now(cause),
                    "right": _right(cause, one.who, rules),
                    "count": len(cause.findings),
                    "places": places_in_words(cause.findings, one.labels),
                }
                for cause in top
            ]
    return []
