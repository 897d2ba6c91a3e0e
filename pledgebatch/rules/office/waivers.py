"""豁免清单 of the registry: findings that the office set aside, and waivers that are no longer, or never were, good."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.rules.book import BY_CODE
from pledgebatch.rules.machinery.cells import short, sure
from pledgebatch.rules.office.registry import Found, alike_together, remark
from pledgebatch.schema.fields import Field
from pledgebatch.schema.frames import REMARK, empty
from pledgebatch.schema.kinds import RAW, form_of
from pledgebatch.schema.records import records
from pledgebatch.schema.sheets import WAIVERS
from pledgebatch.schema.texts import code


def waive(findings: pd.DataFrame, waivers: pd.DataFrame, period: Period, registry: pd.DataFrame) -> pd.DataFrame:
    """The findings, those with a waiver good on the last day of ``period`` saying until when and why; of several waivers
    the one that is good longest."""
    good = good_waivers(waivers, period).sort_values("until", kind="stable")
    if good.empty or findings.empty:
        return findings
    waived: dict[Any, str] = {}
    places = findings.groupby("rule").groups
    for line in records(good):
        own = findings.loc[places.get(line["rule"], [])]
        if line["unit_code"]:
            own = own[own["organisation"] == line["unit_code"]]
        elif line["category"]:
            own = own[
                own["organisation"].isin(registry.loc[registry["unit_category"] == line["category"], "organisation"])
            ]
        if line["row_no"]:
            own = own[own["number"].map(code, na_action="ignore") == line["row_no"]]
        waived |= dict.fromkeys(own.index, f"豁免至 {line['until']:%Y-%m-%d}：{line['reason']}")
    return findings.assign(waiver=pd.Series(waived, dtype="str").reindex(findings.index))


def good_waivers(waivers: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The waivers that are good on the last day of ``period``."""
    flawed = {index for index, _ in _flaws(waivers, None, period)} if len(waivers) else ()
    return waivers[~waivers.index.isin(list(flawed))]


def judge_waivers(waivers: pd.DataFrame, registry: pd.DataFrame, period: Period | None = None) -> pd.DataFrame:
    """Remarks for the office on waivers that are expired, incomplete, or for an organisation or rule unknown.

    ``waivers`` has, beside the fields, the cell of each as ``key_cell``. Without a ``period`` none is expired.
    """
    return alike_together(list(_flaws(waivers, registry, period)), waivers, WAIVERS) if len(waivers) else empty(REMARK)


def _flaws(waivers: pd.DataFrame, registry: pd.DataFrame | None, period: Period | None) -> Iterator[Found]:
    """What is wrong with each waiver; each flaw by itself is enough."""
    for field in WAIVERS.fields:
        raws = waivers[field.key + RAW]
        lacking = waivers[field.key].isna() & ((raws != "").fillna(True) | bool(field.required))
        for index, raw in raws[lacking.astype(bool)].items():
            yield remark(index, field.key, raw, f"{_wanting(field)}，这条豁免不起作用，请补填")
    for index, raw in waivers.loc[waivers["unit_code"].notna() & waivers["category"].notna(), "category" + RAW].items():
        yield remark(index, "category", raw, "“组织编码”和“单位类别”只填一样，这条豁免不起作用，请删去一样")
    if registry is not None:
        strange = ~waivers["unit_code"].isin(registry["unit_code"]) & waivers["unit_code"].notna()
        for index, raw in waivers.loc[strange, "unit_code" + RAW].items():
            yield remark(
                index, "unit_code", raw, f"组织编码“{short(raw)}”不在单位名册中，这条豁免不起作用，请改正或删去"
            )
    unknown = waivers["rule"].notna() & ~waivers["rule"].isin(list(BY_CODE))
    for index, raw in waivers.loc[unknown, "rule" + RAW].items():
        yield remark(
            index, "rule", raw, f"没有编号为“{short(raw)}”的规则，这条豁免不起作用，请按 pledgebatch rules 所列改正"
        )
    if period is not None:
        expired = sure(waivers["until"] < pd.Timestamp(period.cutoff))
        for index, day in waivers.loc[expired, "until"].dt.strftime("%Y-%m-%d").items():
            message = f"豁免已于 {day} 到期，不再起作用；仍需豁免的请重新批准，否则请删去"
            yield remark(index, "until", waivers.at[index, "until" + RAW], message)


def _wanting(field: Field) -> str:
    form = form_of(field)
    return f"“{field.header}”未填写或不能识别" + (f"（应为{form}）" if form else "")
