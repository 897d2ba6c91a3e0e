"""五, 五.5: the files themselves, their month and their form."""

import re

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.rules.cells import blank, hints, obscure, sure
from pledgebatch.rules.rule import (
    ALWAYS,
    BATCH,
    ERROR,
    FACT,
    FILE,
    NOTICE,
    WARNING,
    Rule,
)
from pledgebatch.schema.frames import LIVE, State
from pledgebatch.schema.sheets import TEMPLATE_VERSION
from pledgebatch.schema.texts import squeeze

FIL01 = Rule(
    "FIL01", "五.5", "要", ERROR, FACT, FILE, ALWAYS,
    asks="使用统一发放的承诺工作簿，工作表、表头不增不改",
    mend="按提示恢复工作表和表头，或把内容复制到重新下发的工作簿中",
)  # fmt: skip


@FIL01.case(on="changes")
def form_altered(changes: pd.DataFrame) -> pd.Series:
    """A missing sheet or column; an extra column is kept and listed, not refused."""
    said = hints(changes)
    for kind, message in {
        "missing_sheet": "缺少工作表“{sheet}”，请从下发的工作簿中补回",
        "missing_column": "工作表“{sheet}”缺少“{header}”一栏，请补回表头",
        "renamed_column": "工作表“{sheet}”的表头“{header}”被改为“{found}”（{cell}），请改回",
    }.items():
        chosen = changes[changes["kind"] == kind]
        names = ["sheet", "header", "found", "cell"]
        texts = [message.format(**dict(zip(names, row, strict=True))) for row in chosen[names].itertuples(index=False)]
        said[chosen.index] = texts
    return said


@FIL01.case(
    on="heads", message=f"模板版本“{{template_version}}”不是现行版本“{TEMPLATE_VERSION}”，请改用本月下发的工作簿填报"
)
def template_unknown(heads: pd.DataFrame) -> pd.Series:
    """A workbook of another version; one without the hidden sheet says nothing of its version."""
    version = heads["template_version"]
    return heads["state"].isin(LIVE) & version.notna() & sure(version != TEMPLATE_VERSION)


FIL02 = Rule(
    "FIL02", "五", "一般", WARNING, FACT, BATCH, ALWAYS,
    asks="每个党组织每月报送一个工作簿",
    mend="确认后报的一份无误即可；如应以先报的为准，请重新报送",
)  # fmt: skip


@FIL02.case(on="submissions", message="同月重复报送：{reason}。请确认以后报的为准")
def sent_twice(submissions: pd.DataFrame) -> pd.Series:
    """The later by received time, then 填表日期, then file name is kept; the other is listed as superseded."""
    return (submissions["state"] == State.SUPERSEDED) & ~submissions["identical"]


@FIL02.case(on="submissions", message="同一文件报送了两次：{reason}。无须处理", severity=NOTICE)
def sent_twice_identically(submissions: pd.DataFrame) -> pd.Series:
    """Byte-identical copies count as one submission."""
    return (submissions["state"] == State.SUPERSEDED) & submissions["identical"]


FIL03 = Rule(
    "FIL03", "五", "一般", ERROR, FACT, FILE, ALWAYS,
    asks="工作簿的承诺年度、填报月份就是本次汇总的年度、月份",
    mend="改正承诺年度、填报月份，或改报本月的工作簿",
    owns=("organisations.year", "organisations.period"),
)  # fmt: skip


@FIL03.case(on="heads", at="period")
def another_month(heads: pd.DataFrame, period: Period) -> pd.Series:
    """The visible month governs; the hidden one of the template is compared with it."""
    said = hints(heads)
    judged = heads["state"].isin((*LIVE, State.WRONG_PERIOD))
    hidden = heads["hidden_period"]
    said[judged & blank(heads, "period")] = f"“填报月份”未填写，请填 {period}"
    said[judged & obscure(heads, "period")] = f"“填报月份”不能识别，请填 {period}"
    tampered = judged & sure(heads["period"] == period.ordinal) & hidden.notna() & sure(hidden != str(period))
    said[tampered] = (
        "填报月份为 " + str(period) + "，而工作簿是为 " + hidden[tampered] + " 制发的，请核对是否用错了工作簿"
    )
    other = judged & sure(heads["period"] != period.ordinal)
    said[other] = f"填报月份不是本次汇总的 {period}，请改正，或改报 {period} 的工作簿"
    unsaid = judged & said.isna() & (heads["state"] == State.WRONG_PERIOD)
    said[unsaid] = f"工作簿不是为本次汇总的 {period} 制发的，请改报 {period} 的工作簿"
    return said


@FIL03.case(on="heads", at="year")
def another_year(heads: pd.DataFrame, period: Period) -> pd.Series:
    """The pledge year is the year of the period; in a workbook of another month that has been said already."""
    said = hints(heads)
    judged = heads["state"].isin(LIVE)
    said[judged & blank(heads, "year")] = f"“承诺年度”未填写，请填 {period.year}"
    said[judged & obscure(heads, "year")] = f"“承诺年度”不能识别，请填 {period.year}"
    said[judged & sure(heads["year"] != period.year)] = f"承诺年度不是本次汇总的 {period.year} 年，请改正"
    return said


FIL04 = Rule(
    "FIL04", "-", "-", NOTICE, FACT, FILE, ALWAYS,
    asks="文件名为“党组织名称_承诺台账_年月”",
    mend="下次报送时按此命名；内容以工作簿为准，不影响接收",
)  # fmt: skip


@FIL04.case(on="heads")
def named_otherwise(heads: pd.DataFrame, period: Period) -> pd.Series:
    """The content decides, never the name."""
    said = hints(heads)
    for index, name, org_name in heads.loc[heads["state"].isin(LIVE), ["value", "org_name"]].itertuples():
        parts = re.fullmatch(r"(.+)_承诺台账_(\d{6})\.\w+", squeeze(name))
        if not parts or parts[2] != f"{period.year}{period.month:02d}" or parts[1] != squeeze(org_name or ""):
            said[index] = f"文件名与约定不同，建议命名为“党组织名称_承诺台账_{period.year}{period.month:02d}.xlsx”"
    return said


FIL05 = Rule(
    "FIL05", "五.5", "要", ERROR, FACT, FILE, ALWAYS,
    asks="报送的文件能够打开、未加密、是承诺工作簿",
    mend="用 Excel 或 WPS 打开核对，另存为 .xlsx 后重新报送",
)  # fmt: skip


@FIL05.case(on="submissions", message="文件无法读取：{reason}")
def unreadable(submissions: pd.DataFrame) -> pd.Series:
    """Damaged, encrypted, not a workbook, or over the limits: listed, never dropped."""
    return submissions["state"] == State.UNREADABLE


RULES = (FIL01, FIL02, FIL03, FIL04, FIL05)
