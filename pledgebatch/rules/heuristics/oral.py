"""三: who may pledge orally. The reason given is held against age and education."""

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.rules.machinery.cells import no_hints, sure
from pledgebatch.rules.machinery.rule import ALWAYS, HEURISTIC, ROW, WARNING, Rule
from pledgebatch.schema.sheets import MEMBERS

OLD_FROM = 60
"""The age from which 年老 needs no question."""
_LEVELS = MEMBERS["education"].choices
SCHOOLED = _LEVELS[: _LEVELS.index("大学专科") + 1]
"""大学专科 and above."""

COV04 = Rule(
    "COV04", "三-2", "可以", WARNING, HEURISTIC, ROW, ALWAYS,
    asks="口头承诺的原因与年龄、文化程度相符",
    mend="核对口头承诺原因、出生年月和文化程度；没有困难的改为书面承诺",
    office=f"“年老”以满 {OLD_FROM} 周岁为准",
)  # fmt: skip


@COV04.case(on="roster", at="oral_reason")
def reason_doubtful(roster: pd.DataFrame, period: Period) -> pd.Series:
    """年老体弱 under 60, or 文化程度低 with 大学专科 or above: possible, so it asks. Quiet for a written pledge."""
    hints = no_hints(roster)
    oral = sure(roster["pledge_form"] == "口头")
    age = (period.ordinal - roster["birth_month"]) // 12
    young = oral & sure(roster["oral_reason"] == "年老体弱") & sure(age < OLD_FROM)
    hints[young] = (
        "口头承诺原因为“年老体弱”，按出生年月推算只有 "
        + age[young].astype("str")
        + " 岁，请核对；没有困难的改为书面承诺"
    )
    schooled = oral & sure(roster["oral_reason"] == "文化程度低") & roster["education"].isin(SCHOOLED)
    hints[schooled] = (
        "口头承诺原因为“文化程度低”，文化程度却是“"
        + roster.loc[schooled, "education"]
        + "”，请核对；没有困难的改为书面承诺"
    )
    return hints


RULES = (COV04,)
