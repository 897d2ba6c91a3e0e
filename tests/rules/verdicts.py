"""Prints how often the heuristics and the kinds are right on each part of the labelled texts.

    python -m tests.rules.verdicts [--part tuning] [--show tuning]

``--show`` lists what was wrong in a part; the held-out part is not looked at while patterns are written. The exit status
is 1 where a heuristic is below ``TRUSTED`` in precision or recall, fewer than ``LEFT_ALONE`` of the concrete pledges are
left alone, or a wrong value is suggested, in any part. A part judges those
heuristics that it has texts for.
"""

import argparse
import datetime as dt
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pledgebatch.schema.deadlines import deadline
from pledgebatch.schema.frames import LAYOUT, columns_of, empty, frame
from pledgebatch.schema.kinds import RAW, explain, show, understand
from pledgebatch.schema.sheets import ITEMS, MEMBERS, OPINIONS, ORGANISATION
from pledgebatch.schema.texts import fold
from tests.rules import labelled_pledges
from tests.rules.labels import LATER, PARTS, Label, Right, read

TRUSTED = 0.92
ALL_PARTS = (*PARTS, LATER)
LEFT_ALONE = 0.97
YEAR = labelled_pledges.PERIOD.year
SENTENCES = (("ITM02",), ("ITM06", "ITM07"), ("ITM08",), ("ITM09",), ("ITM11",), ("ITM12",), ("ITM13",), ("ITM22",))
OTHERS = {"plans": ("MEM15",), "opinions": ("CON01", "CON03")}
SHEET_OF = {"phone": ORGANISATION, "status": ITEMS, "publicity": ITEMS}
FIRST_SEEN = ("pledges", "sentences")


@dataclass
class Verdict(labelled_pledges.Counted):
    """How often one heuristic, or one kind of value, was right; ``faults`` are the rows where it was not."""

    name: str
    right: int = 0
    wrong: int = 0
    missed: int = 0
    alone: int = 0
    misled: int = 0
    faults: list[str] = field(default_factory=list)

    def count(self, verdict: str, row: str) -> None:
        """Adds one row; ``verdict`` names the counter."""
        setattr(self, verdict, getattr(self, verdict) + 1)
        if verdict in ("wrong", "missed", "misled"):
            self.faults.append(f"{verdict}: {row}")


def main() -> int:
    """Prints the tables of all parts; 1 where something cannot be trusted."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--show", choices=ALL_PARTS, help="list what was wrong in this part")
    parser.add_argument("--part", choices=ALL_PARTS, help="judge this part alone")
    chosen = parser.parse_args()
    parts = [chosen.part] if chosen.part else ALL_PARTS
    trusted = [_print_part(part, part == chosen.show) for part in parts]
    return 0 if all(trusted) else 1


def heuristics_verdicts(part: str) -> tuple[list[Verdict], Verdict]:
    """The verdict on each heuristic, and the one on the concrete pledges, whose ``right`` were left alone."""
    rows = [row for name in FIRST_SEEN for row in read(part, name)]
    labels = [Label.parse(row["codes"]) for row in rows]
    found = _messages(rows, labelled_pledges.PLEDGES)
    texts = [f"{row['text']} ~ {row['measures']}" if row["measures"] else row["text"] for row in rows]
    verdicts = [_judge(group, labels, [set(each) for each in found], texts) for group in SENTENCES]
    concrete = Verdict("concrete")
    for row, label, codes in zip(texts, labels, found, strict=True):
        if not label.needed:
            extra = sorted(set(codes) - label.optional)
            concrete.count("wrong" if extra else "right", f"{row} {' '.join(extra)}")
    verdicts.append(_quoted(rows, found))
    plans = read(part, "plans")
    of_plans = _messages([row | {"unit": "school"} for row in plans], OTHERS["plans"])
    verdicts.append(
        _judge(OTHERS["plans"], [Label.parse(row["codes"]) for row in plans], [set(each) for each in of_plans],
               [row["participation_plan"] for row in plans])
    )  # fmt: skip
    verdicts.extend(_on_opinions(part))
    return verdicts, concrete


def value_verdicts(part: str) -> Iterator[Verdict]:
    """Deadlines, education, posts and the other values: ``missed`` was asked about needlessly, ``misled`` by a wrong suggestion."""
    yield _understood("deadlines", ITEMS["due"], read(part, "deadlines"))
    yield _understood("education", MEMBERS["education"], read(part, "education"))
    yield _answered("posts", read(part, "posts"), _leading_offices)
    values = read(part, "values")
    for name in dict.fromkeys(row["field"] for row in values):
        rows = [row for row in values if row["field"] == name]
        if name == "branch":
            yield _answered(name, rows, _branches)
        else:
            yield _understood(name, SHEET_OF.get(name, MEMBERS)[name], rows)


def _judge(codes: Iterable[str], labels: list[Label], found: list[set[str]], rows: list[str]) -> Verdict:
    group = frozenset(codes)
    verdict = Verdict("/".join(codes))
    for label, broken, row in zip(labels, found, rows, strict=True):
        if label.needs(group):
            verdict.count("right" if broken & group else "missed", row)
        elif broken & group:
            verdict.count("alone" if broken & group <= label.allowed else "wrong", row)
        else:
            verdict.count("alone", row)
    return verdict


def _quoted(rows: list[dict[str, str]], found: list[dict[str, str]]) -> Verdict:
    """Left-over placeholders that are told: whether the message quotes them whole."""
    verdict = Verdict("ITM13 quotes")
    for row, messages in zip(rows, found, strict=True):
        if row.get("quoted") and "ITM13" in messages:
            quotes = re.findall("“(.*?)”", messages["ITM13"])
            whole = any(fold(row["quoted"]) in fold(each) for each in quotes)
            verdict.count("right" if whole else "missed", f"{row['text']} {messages['ITM13']}")
    return verdict


def _messages(rows: list[dict[str, str]], codes: Iterable[str]) -> list[dict[str, str]]:
    """The codes told of each row, each with its message."""
    findings = labelled_pledges.findings_of(labelled_pledges.tables(rows), codes)
    found: list[dict[str, str]] = [{} for _ in rows]
    for number, code, message in zip(findings["row"], findings["rule"], findings["message"], strict=True):
        found[int(number)][code] = message
    return found


def _on_opinions(part: str) -> Iterator[Verdict]:
    """Each case is an organisation whose items rest on the opinions that are cited."""
    rows = read(part, "opinions")
    cases = list(dict.fromkeys(row["case"] for row in rows))
    places = [cases.index(row["case"]) for row in rows]
    numbered = [row | {"opinion_no": f"Y{n}", "date": "2011-02-20"} for n, row in enumerate(rows)]
    cited = [
        (place, {"pledger": "组织", "text": f"第{n}件", "opinion_no": row["opinion_no"]})
        for n, (place, row) in enumerate(zip(places, numbered, strict=True))
        if row["cited"] == "是"
    ]
    organisations = _typed(ORGANISATION, [(place, {"org_name": f"第{place}党支部"}) for place in range(len(cases))])
    tables = {
        "units": organisations.assign(has_members=True), "organisations": organisations, "layout": empty(LAYOUT),
        "opinions": _typed(OPINIONS, list(zip(places, numbered, strict=True))), "items": _typed(ITEMS, cited),
        "roster": _typed(MEMBERS, []), "period": labelled_pledges.PERIOD,
    }  # fmt: skip
    findings = labelled_pledges.findings_of(tables, OTHERS["opinions"])
    thin = findings[findings["severity"] == "notice"]  # that nothing was heard or heeded at all is no heuristic
    found = [set(thin.loc[thin["organisation"] == f"D{place}", "rule"]) for place in range(len(cases))]
    first = [next(row for row in rows if row["case"] == case) for case in cases]
    labels = [Label.parse(row["codes"]) for row in first]
    for code in OTHERS["opinions"]:
        yield _judge((code,), labels, found, [row["opinion"] for row in first])


def _typed(sheet: Any, rows: list[tuple[int, dict[str, str]]]) -> pd.DataFrame:
    records: list[dict[str, object]] = []
    for number, (place, row) in enumerate(rows):
        record: dict[str, object] = {"row": number, "organisation": f"D{place}", "submission": place}
        for each in sheet.fields:
            typed = row.get(each.key, "")
            record |= {each.key: understand(each, typed or None, YEAR), each.key + RAW: typed}
        records.append(record)
    return frame(columns_of(sheet), records)


def _understood(name: str, column: Any, rows: list[dict[str, str]]) -> Verdict:
    verdict = Verdict(name)
    for row in rows:
        right, typed = Right.parse(row["right"]), row["typed"]
        value = show(column, _value(column, row))
        line = f"{typed} -> {value or 'asked'}, right {row['right']}"
        offered = re.search(r"是否“(.*?)”", explain(column, typed)) if not value else None
        if "known" in right.values:
            value = value and "known"
        if right.accepts(value):
            verdict.count("right", line)
        else:
            verdict.count("wrong" if value else "missed", line)
        if offered and not right.accepts(offered[1]):
            verdict.count("misled", f"{line}, offered {offered[1]}")
    return verdict


def _value(column: Any, row: dict[str, str]) -> Any:
    """What is understood; a length of time counts from the day of the signature."""
    if row.get("signed"):
        return deadline(row["typed"], YEAR, since=dt.date.fromisoformat(row["signed"]))
    return understand(column, row["typed"], YEAR)


def _answered(name: str, rows: list[dict[str, str]], answers: Any) -> Verdict:
    verdict = Verdict(name)
    for row, value in zip(rows, answers(rows), strict=True):
        right = Right.parse(row["right"])
        verdict.count("right" if right.accepts(value) else "wrong", f"{row['typed']} -> {value}, right {row['right']}")
    return verdict


def _leading_offices(rows: list[dict[str, str]]) -> list[str]:
    found = _messages([{"post": row["typed"], "is_leader": "否", "unit": "school"} for row in rows], ("MEM11",))
    return ["是" if each else "否" for each in found]


def _branches(rows: list[dict[str, str]]) -> list[str]:
    found = _messages([{"branch": row["typed"], "unit": row["unit"]} for row in rows], ("MEM09",))
    return ["asked" if each else "ok" for each in found]


def _print_part(part: str, shown: bool) -> bool:
    """Prints the tables of one part; whether all in it can be trusted."""
    verdicts, concrete = heuristics_verdicts(part)
    values = list(value_verdicts(part))
    print(f"{part}\n{'':<14}{'right':>6}{'wrong':>6}{'missed':>7}{'alone':>6}{'precision':>10}{'recall':>7}")
    for each in verdicts:
        print(
            f"{each.name:<14}{each.right:>6}{each.wrong:>6}{each.missed:>7}{each.alone:>6}{each.precision:>10.2f}{each.recall:>7.2f}"
        )
    share = concrete.right / max(concrete.right + concrete.wrong, 1)
    print(f"concrete pledges left alone: {concrete.right} of {concrete.right + concrete.wrong}, {share:.3f}")
    print(f"{'':<14}{'right':>6}{'asked':>6}{'wrong':>6}{'misled':>7}")
    for each in values:
        print(f"{each.name:<14}{each.right:>6}{each.missed:>6}{each.wrong:>6}{each.misled:>7}")
    print()
    if shown:
        for each in (*verdicts, concrete, *values):
            print(*(f"{each.name} {fault}" for fault in each.faults), sep="\n")
    judged = [each for each in verdicts if each.right + each.missed]
    trusted = all(min(each.precision, each.recall) >= TRUSTED for each in judged)
    return trusted and share >= LEFT_ALONE and not any(each.misled for each in values)


if __name__ == "__main__":
    sys.exit(main())
