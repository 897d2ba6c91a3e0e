"""五, 五.5: the files themselves, their month and their form."""

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.rules.facts.names import names_of
from pledgebatch.rules.machinery.cells import blank, no_hints, obscure, short, squeezed, sure
from pledgebatch.rules.machinery.rule import ALWAYS, BATCH, ERROR, FACT, FILE, NOTICE, WARNING, Rule
from pledgebatch.schema.file_names import WORKBOOK, as_given, is_ours
from pledgebatch.schema.sheets import BY_KEY, TEMPLATE_VERSION
from pledgebatch.schema.states import LIVE, State
from pledgebatch.schema.versions import VERSIONS

FIL01 = Rule(
    "FIL01", "五.5-3", "要", ERROR, FACT, FILE, ALWAYS,
    asks="使用统一发放的承诺工作簿，工作表、表头不增不改",
    mend="按提示恢复工作表和表头，或把内容复制到重新下发的工作簿中",
)  # fmt: skip


@FIL01.case(on="changes")
def form_altered(changes: pd.DataFrame) -> pd.Series:
    """A missing sheet or column; an extra column is kept and listed, not refused."""
    hints = no_hints(changes)
    for kind, message in {
        "missing_sheet": "缺少工作表“{sheet}”，请从下发的工作簿中补回",
        "missing_column": "工作表“{sheet}”缺少“{header}”一栏，请补回表头",
        "renamed_column": "表头“{header}”被改为“{found}”，位于{sheet}!{cell}，已按“{header}”读入，请改回",
        "doubtful_column": "工作表“{sheet}”缺少“{header}”一栏；{found}像是这一栏，但不能确定，没有按它读入，请把表头改回“{header}”",
        "guessed_column": "“{found}”（{tab}!{cell}）按《{sheet}》的“{header}”读入，请核对（依据：{basis}），并请改用退回的标准工作簿",
        "held_column": "“{found}”（{tab}!{cell}）没有读入：{basis}，请把表头改为规定的名称",
        "refused_tab": "工作表“{sheet}”有 {found}没有读入：{basis}",
        "repeated_column": "工作表“{sheet}”中“{header}”出现了不止一次（{found}），读的是 {cell}，请删去多余的",
    }.items():
        chosen = changes[changes["kind"] == kind]
        names = ["sheet", "header", "found", "cell", "tab", "basis"]
        values = chosen[names].assign(tab=chosen["tab"].fillna(chosen["sheet"]))
        texts = [message.format(**dict(zip(names, row, strict=True))) for row in values.itertuples(index=False)]
        hints[chosen.index] = texts
    return hints


@FIL01.case(on="changes", severity=NOTICE)
def tab_recognised(changes: pd.DataFrame) -> pd.Series:
    """A tab of another name or layout that was read as a sheet of ours: the branch sees how it was understood."""
    hints = no_hints(changes)
    chosen = changes[changes["kind"] == "read_tab"]
    names = ["found", "sheet", "basis"]
    message = "工作表“{found}”按《{sheet}》读入（{basis}），请核对；退回的是填好的标准工作簿，下次请用它填报"
    hints[chosen.index] = [
        message.format(**dict(zip(names, row, strict=True))) for row in chosen[names].itertuples(index=False)
    ]
    return hints


@FIL01.case(on="heads")
def template_unknown(heads: pd.DataFrame) -> pd.Series:
    """A workbook of a version that nobody knows; one without the hidden sheet says nothing of its version."""
    hints = no_hints(heads)
    other = _of_another_version(heads)
    for name in set(heads.loc[other, "template_version"]).difference(VERSIONS):
        what = f"模板版本“{short(name)}”不是现行版本“{TEMPLATE_VERSION}”"
        hints[other & (heads["template_version"] == name)] = f"{what}，请改用本月下发的工作簿填报"
    return hints


@FIL01.case(on="heads", severity=NOTICE)
def template_earlier(heads: pd.DataFrame) -> pd.Series:
    """A workbook of an earlier version that is known is read as it was meant: the branch need not do it again."""
    hints = no_hints(heads)
    other = _of_another_version(heads)
    for name in VERSIONS:
        what = f"模板版本“{name}”早于现行版本“{TEMPLATE_VERSION}”，已按旧版读入{_lacking(name)}"
        hints[other & (heads["template_version"] == name)] = f"{what}。下次请用当月下发的工作簿填报"
    return hints


def _of_another_version(heads: pd.DataFrame) -> pd.Series:
    version = heads["template_version"]
    return heads["state"].isin(LIVE) & version.notna() & sure(version != TEMPLATE_VERSION)


def _lacking(version: str) -> str:
    """What an earlier version could not say, in words; nothing where it only had other headers."""
    missing = []
    for key, fields in VERSIONS[version].lacking.items():
        headers = "”“".join(BY_KEY[key][field].header for field in fields)
        missing.append(f"工作表“{BY_KEY[key].name}”" + (f"的“{headers}”栏" if fields else ""))
    return f"，但旧版没有{'、'.join(missing)}" if missing else ""


FIL02 = Rule(
    "FIL02", "五-1", "一般", WARNING, FACT, BATCH, ALWAYS,
    asks="每个党组织每月报送一个工作簿",
    mend="确认后报的一份无误即可；如应以先报的为准，请重新报送",
)  # fmt: skip


@FIL02.case(on="submissions", message="同月重复报送：{reason}。请确认以后报的为准")
def sent_twice(submissions: pd.DataFrame) -> pd.Series:
    """The later by received time, then 填表日期, then file name is kept; the other is listed as superseded. Where that had
    errors, the branch did as it was told; where the office decided, there is nothing to confirm: the list of files says
    so, and that is all."""
    twice = (submissions["state"] == State.SUPERSEDED) & submissions["handled"].isna()
    return twice & ~submissions["identical"] & ~submissions["asked_again"]


@FIL02.case(on="submissions", message="同一文件报送了两次：{reason}。无须处理", severity=NOTICE)
def sent_twice_identically(submissions: pd.DataFrame) -> pd.Series:
    """Byte-identical copies count as one submission."""
    return (submissions["state"] == State.SUPERSEDED) & submissions["identical"] & submissions["handled"].isna()


FIL03 = Rule(
    "FIL03", "五-1", "一般", ERROR, FACT, FILE, ALWAYS,
    asks="工作簿的承诺年度、填报月份就是本次汇总的年度、月份",
    mend="改正承诺年度、填报月份，或改报本月的工作簿",
    owns=("organisations.year", "organisations.period"),
)  # fmt: skip


@FIL03.case(on="heads", at="period")
def another_month(heads: pd.DataFrame, period: Period) -> pd.Series:
    """The visible month governs; the hidden one of the template is compared with it."""
    hints = no_hints(heads)
    judged = heads["state"].isin((*LIVE, State.WRONG_PERIOD))
    hidden = heads["hidden_period"]
    hints[judged & blank(heads, "period")] = f"“填报月份”未填写，请填 {period}"
    hints[judged & obscure(heads, "period")] = f"“填报月份”不能识别，请填 {period}"
    tampered = judged & sure(heads["period"] == period.ordinal) & hidden.notna() & sure(hidden != str(period))
    hints[tampered] = (
        "填报月份为 " + str(period) + "，而工作簿是为 " + hidden[tampered] + " 制发的，请核对是否用错了工作簿"
    )
    other = judged & sure(heads["period"] != period.ordinal)
    hints[other] = f"填报月份不是本次汇总的 {period}，请改正，或改报 {period} 的工作簿"
    silent = judged & hints.isna() & (heads["state"] == State.WRONG_PERIOD)
    hints[silent] = f"工作簿不是为本次汇总的 {period} 制发的，请改报 {period} 的工作簿"
    return hints


@FIL03.case(on="heads", at="year")
def another_year(heads: pd.DataFrame, period: Period) -> pd.Series:
    """The pledge year is the year of the period; in a workbook of another month that has been said already."""
    hints = no_hints(heads)
    judged = heads["state"].isin(LIVE)
    hints[judged & blank(heads, "year")] = f"“承诺年度”未填写，请填 {period.year}"
    hints[judged & obscure(heads, "year")] = f"“承诺年度”不能识别，请填 {period.year}"
    hints[judged & sure(heads["year"] != period.year)] = f"承诺年度不是本次汇总的 {period.year} 年，请改正"
    return hints


FIL04 = Rule(
    "FIL04", "-", "-", NOTICE, FACT, FILE, ALWAYS,
    asks="文件名为“党组织名称_承诺台账_年月”",
    mend="下次报送时按此命名；内容以工作簿为准，不影响接收",
)  # fmt: skip


@FIL04.case(on="heads")
def named_otherwise(heads: pd.DataFrame, period: Period, registry: pd.DataFrame | None = None) -> pd.Series:
    """The content decides, never the name; a renamed organisation may go by any name that it is known by, and where its
    own name is missing, only the rest is compared. What we called a file ourselves is right, and what browsers, mails
    and copying add to that is nobody's naming."""
    hints = no_hints(heads)
    wanted = f"{period.year}{period.month:02d}"
    given = squeezed(heads["value"].map(as_given, na_action="ignore"))
    parts = given.str.extract(rf"^(?P<name>.+)_{WORKBOOK}_(?P<month>\d{{6}})$")
    other = sure(parts["name"] != squeezed(heads["org_name"])) & heads["org_name"].notna()
    known = names_of(registry) if registry is not None and other.any() else None
    if known is not None:
        other &= ~pd.MultiIndex.from_arrays([heads["organisation"], parts["name"]]).isin(known)
    odd = heads["state"].isin(LIVE) & (parts["name"].isna() | sure(parts["month"] != wanted) | other)
    judged = pd.DataFrame({"given": given, "code": heads["organisation"], "name": heads["org_name"]})[odd]
    for index, name, code, own in judged.itertuples(name=None):
        names = {own} if isinstance(own, str) else set()
        names |= {name for whose, name in known if whose == code} if known is not None else set()
        if not is_ours(name, str(code), names, wanted):
            hints[index] = f"文件名与约定不同，建议命名为“党组织名称_{WORKBOOK}_{wanted}.xlsx”"
    return hints


FIL05 = Rule(
    "FIL05", "五.5-3", "要", ERROR, FACT, FILE, ALWAYS,
    asks="报送的文件能够打开、未加密、是承诺工作簿",
    mend="用 Excel 或 WPS 打开核对，另存为 .xlsx 后重新报送",
)  # fmt: skip


@FIL05.case(on="submissions", message="文件无法读取：{reason}")
def unreadable(submissions: pd.DataFrame) -> pd.Series:
    """Damaged, encrypted, not a workbook, or over the limits: listed, never dropped."""
    return submissions["state"] == State.UNREADABLE


FIL06 = Rule(
    "FIL06", "五.5-3", "要", WARNING, FACT, FILE, ALWAYS,
    asks="填的内容看得见、读得出：没有错误值、未计算的公式、合并的数据格、隐藏的行和表、划掉的文字、贴上的图片",
    mend="按提示取消合并、隐藏，把公式改为内容，删去划掉的文字，保存后重新报送",
)  # fmt: skip
HIDING = {
    "error": "{cell} 是错误值 {value}，内容读不出来，请改正公式或直接填写内容",
    "uncalculated": "{cell} 是没有结果的公式，内容读不出来，请直接填写内容",
    "picture": "{cell} 单元格里是图片，内容读不出来，请改为直接填写文字；需要图片的另附",
    "picture_over": "{cell} 处贴有图片（{value}），其中的内容读不出来，请核对是否都已填入单元格",
    "day": "{cell} 的编号变成了日期（{value}），原来填的读不出来，请把单元格格式设为“文本”后重填编号",
    "unreadable": "{cell} 在文件中写得不完整，内容读不出来，请重新填写这一格，用 Excel 或 WPS 另存后报送",
    "struck": "{cell} 有划掉的文字“{value}”，已照常读入，不要的文字请删去",
    "merged": "{value} 是合并单元格，竖向合并的各行按同一内容读入，其余读不出来，请取消合并后逐格填写",
    "merged_down": "{value} 是合并单元格，各行已按同一内容读入，请核对；各行内容不同的，请取消合并后逐格填写",
    "hidden_row": "第 {value} 行被隐藏或筛选掉了，已照常读入，请取消隐藏并核对",
    "hidden_sheet": "工作表“{value}”被隐藏了，已照常读入，请取消隐藏并核对",
    "repeated_sheet": "文件中有几张都叫“{value}”的工作表，只读到一张，请合成一张",
    "other_sheet": "“{value}”不是规定的工作表，其中内容未入台账，应当报送的请填到规定的工作表中",
    "rest_of_sheet": "“{value}”没有读作承诺内容，未入台账，其余各行已读入，请核对",
    "second_sheet": "“{value}”是同一种工作表，前者各行未入台账，请并入后者",
    "repeated_row": "第 {value} 行在文件中重复出现，请核对这一行，并用 Excel 或 WPS 另存后报送",
    "too_long": "{cell} 有 {value} 个字，超过单元格的容量，在台账和退回件中会被截断，请删减",
}
"""How a workbook hides what was typed, by the kind that intake gives it."""


@FIL06.case(on="obscured")
def content_hidden(obscured: pd.DataFrame) -> pd.Series:
    """What a value lost here leaves blank is not reported again: rules about blanks are quiet about what is not known."""
    rows = obscured[["kind", "cell", "value"]].fillna("").itertuples(index=False)
    messages = [HIDING[kind].format(cell=cell, value=short(value)) for kind, cell, value in rows]
    return pd.Series(messages, index=obscured.index, dtype="str")


RULES = (FIL01, FIL02, FIL03, FIL04, FIL05, FIL06)
