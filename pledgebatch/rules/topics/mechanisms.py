"""五.5, 六.1, 六.3: the meetings and inspections that keep pledges on track, and what is reported and made known.

What a row of 工作记录 leaves unclear, its day or its kind, counts for the organisation.
"""

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.rules.machinery.cells import placed, sure, unusable
from pledgebatch.rules.machinery.rule import FACT, HALF, MONTHLY, NOTICE, UNIT, WARNING, Breach, Rule
from pledgebatch.schema.sheets import ORGANISATION

CHECKS = ("跟踪检查", "督导检查")
MEETING = "分析例会"

TRK08 = Rule(
    "TRK08", "五.5-2", "要", WARNING, FACT, UNIT, MONTHLY,
    asks="每季度有跟踪检查或督导检查",
    mend="检查党员践诺情况，并记入《工作记录》",
    office="每季度至少检查一次",
)  # fmt: skip


@TRK08.case(
    on="units",
    about="records",
    message="本季度的《工作记录》中没有跟踪检查或督导检查，检查过的请补记，没有检查的请安排",
)
def unchecked(units: pd.DataFrame, records: pd.DataFrame, layout: pd.DataFrame, period: Period) -> pd.Series:
    """Judged in the last month of the quarter, when nothing can be added to it."""
    return _not_recorded(units, records, layout, period, 3, CHECKS)


TRK09 = Rule(
    "TRK09", "五.5-3", "要", WARNING, FACT, UNIT, MONTHLY,
    asks="建立分析例会、台账管理、督导检查制度，每季度有分析例会",
    mend="建立制度后填“是”；开过的分析例会记入《工作记录》",
    owns=("organisations.has_analysis_meeting", "organisations.has_ledger", "organisations.has_inspection"),
    office="每季度开一次分析例会",
)  # fmt: skip


def _not_in_place(key: str) -> Breach:
    def not_in_place(organisations: pd.DataFrame) -> pd.Series:
        """The branch says so itself, or does not say."""
        hints = unusable(organisations, ORGANISATION[key])
        hints[sure(organisations[key] == "否")] = f"“{ORGANISATION[key].header}”填“否”，请建立制度后改为“是”"
        return hints

    return not_in_place


for _key in ("has_analysis_meeting", "has_ledger", "has_inspection"):
    TRK09.case(on="organisations", at=_key)(_not_in_place(_key))


@TRK09.case(
    on="units",
    about="records",
    message="本季度的《工作记录》中没有分析例会，开过的请补记，没有开的请安排",
    severity=NOTICE,
)
def no_meeting(units: pd.DataFrame, records: pd.DataFrame, layout: pd.DataFrame, period: Period) -> pd.Series:
    """As TRK08: judged in the last month of the quarter."""
    return _not_recorded(units, records, layout, period, 3, (MEETING,))


def _half_yearly(code: str, sentence: str, modal: str, activity: str, asks: str, mend: str) -> Rule:
    """A rule that ``activity`` is recorded at least once in each half of the year."""
    rule = Rule(code, sentence, modal, NOTICE, FACT, UNIT, HALF, asks, mend, office="每半年一次")

    def not_in_the_half(units: pd.DataFrame, records: pd.DataFrame, layout: pd.DataFrame, period: Period) -> pd.Series:
        """Not once in the half-year that ends with the month."""
        return _not_recorded(units, records, layout, period, 6, (activity,))

    rule.case(on="units", about="records", message=f"本半年的《工作记录》中没有{activity}，有过的请补记")(
        not_in_the_half
    )
    return rule


GUI01 = _half_yearly(
    "GUI01",
    "六.1-1",
    "将",
    "指导组来访",
    "局党工委指导组每半年来访指导",
    "记入《工作记录》；没有来过的向党委办公室反映",
)
GUI02 = _half_yearly(
    "GUI02",
    "六.3-1",
    "要",
    "经验报告",
    "每半年总结并报告好做法好经验",
    "向局党工委领导小组办公室报告，并记入《工作记录》",
)
GUI03 = _half_yearly(
    "GUI03", "六.3-2", "要", "宣传报道", "每半年通过网站、简报、媒体宣传", "组织宣传，并记入《工作记录》"
)


def _not_recorded(
    units: pd.DataFrame,
    records: pd.DataFrame,
    layout: pd.DataFrame,
    period: Period,
    months: int,
    activities: tuple[str, ...],
) -> pd.Series:
    """The units without a record of ``activities`` in the ``months`` of the year that end with ``period``."""
    if period.month % months:
        return pd.Series(False, index=units.index)
    first = pd.Timestamp(period.year, period.month - months + 1, 1)
    of_the_kind = records["activity"].isin(activities) | records["activity"].isna()
    then = records["date"].between(first, pd.Timestamp(period.cutoff)) | records["date"].isna()
    recorded = records.loc[of_the_kind & then, "submission"]
    return placed(units, layout, "records", "date", "activity") & ~units["submission"].isin(recorded)


RULES = (TRK08, TRK09, GUI01, GUI02, GUI03)
