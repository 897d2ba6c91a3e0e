"""What is asked of the branches on 说明: a line for each warning and notice that is open."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from pledgebatch.months.answers import WORDS, in_words, keys_of
from pledgebatch.months.archive import last_findings
from pledgebatch.notice.periods import Period
from pledgebatch.schema.frames import as_declared, counting, empty
from pledgebatch.schema.sheets import EXPLANATIONS, SHEETS
from pledgebatch.schema.states import Answer, Severity

HEADERS = {(sheet.name, field.key): field.header for sheet in SHEETS for field in sheet.fields}
QUESTION = {"organisation": "str", "file": "str", "row": "Int64", **dict.fromkeys(EXPLANATIONS.by_key, "str")}
"""A line of 说明, whose it is, and in which row of the branch's own file what it is about stands; ``cell`` is for whoever
writes it."""
_ORDER = {sheet.name: place for place, sheet in enumerate(SHEETS)}


def questions_of(findings: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """The lines of 说明 for ``findings``, in columns ``QUESTION``, sheet by sheet: with what was answered and waits for the
    office, and with the opinion of the office on what it refused.

    Errors are mended, not explained; what the office accepted is not asked again.
    """
    asked = counting(findings)
    asked = asked[(asked["severity"] != Severity.ERROR) & (asked["sheet"].fillna("") != EXPLANATIONS.name)]
    if asked.empty:
        return empty(QUESTION)
    asked = asked.assign(key=keys_of(asked), place=asked["sheet"].map(_ORDER).fillna(len(_ORDER)))
    known = answers[answers["state"].isin([Answer.WAITING, Answer.REJECTED])]
    known = known.assign(key=keys_of(known), decision=_in_words(known)).drop_duplicates("key").set_index("key")
    waiting = known[known["state"] == Answer.WAITING]
    headers = zip(asked["sheet"], asked["field"], strict=True)
    lines = asked.assign(
        about_sheet=asked["sheet"],
        about_no=asked["number"],
        about_field=pd.Series([HEADERS.get(pair, "") for pair in headers], index=asked.index, dtype="str"),
        decision=asked["key"].map(known["decision"]),
        **{name: asked["key"].map(waiting[name]) for name in WORDS},
    )
    lines = lines.sort_values(["organisation", "file", "place"], kind="stable", ignore_index=True)
    lines = as_declared(lines, QUESTION).assign(cell="")
    return lines.assign(**{key: lines[key].fillna("") for key in EXPLANATIONS.by_key})


def _in_words(answers: pd.DataFrame) -> pd.Series:
    """What became of the answers."""
    waits = "已说明（" + answers["said"] + "），待审定"
    opinion = answers["opinion"].fillna("")
    refused = "不采纳" + ("：" + opinion).where(opinion != "", "") + "（原说明：" + in_words(answers) + "）"
    return waits.where(answers["state"] == Answer.WAITING, refused).astype("str")


def open_questions(output: Path, period: Period, organisations: Collection[str]) -> pd.DataFrame:
    """The lines of 说明 in the workbooks for ``period``: what is open of each organisation's last report of the year.

    Pledges are made year by year (五): nothing is asked in a new year of those of the old.
    """
    return questions_of(*last_findings(output, period, organisations))
