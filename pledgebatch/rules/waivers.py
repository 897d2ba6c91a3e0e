"""豁免清单 of the registry: findings that the office set aside, and waivers that are no longer, or never were, good."""

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.rules.book import BY_CODE
from pledgebatch.rules.cells import hints, short, sure
from pledgebatch.schema.fields import Field
from pledgebatch.schema.frames import FINDING, Severity, empty
from pledgebatch.schema.kinds import CELL, RAW, form_of
from pledgebatch.schema.sheets import WAIVERS

CODE = "WVR01"
"""The office's own check; the rule book of the notice knows nothing of waivers."""


def waive(findings: pd.DataFrame, waivers: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The findings, those with a waiver good on the last day of ``period`` saying until when and why."""
    good = waivers[_flaws(waivers, None, period).isna()].sort_values("until", kind="stable")
    if good.empty or findings.empty:
        return findings
    told = "豁免至 " + good["until"].dt.strftime("%Y-%m-%d") + "：" + good["reason"].astype("str")
    last = dict(zip(zip(good["organisation"], good["rule"], strict=True), told, strict=True))
    pairs = zip(findings["organisation"], findings["rule"], strict=True)
    return findings.assign(waiver=pd.Series([last.get(pair) for pair in pairs], index=findings.index, dtype="str"))


def judge_waivers(waivers: pd.DataFrame, registry: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Findings for the office about waivers that are expired, incomplete, or for an organisation or rule unknown.

    ``waivers`` has, beside the fields, the cell of each as ``key_cell``. The findings belong to no organisation.
    """
    flaws = _flaws(waivers, registry, period).dropna()
    if flaws.empty:
        return empty(FINDING)
    keys = flaws.str.partition("|")[0]
    found = {
        "file": waivers.loc[flaws.index, "file"],
        "sheet": WAIVERS.name,
        "row": waivers.loc[flaws.index, "row"],
        "field": keys,
        "cell": [waivers.at[index, key + CELL] for index, key in keys.items()],
        "rule": CODE,
        "clause": "-",
        "severity": str(Severity.WARNING),
        "value": [waivers.at[index, key + RAW] for index, key in keys.items()],
        "message": flaws.str.partition("|")[2],
    }
    return pd.DataFrame(found, index=flaws.index).reindex(columns=list(FINDING)).astype(FINDING)


def _flaws(waivers: pd.DataFrame, registry: pd.DataFrame | None, period: Period) -> pd.Series:
    """What is wrong with each waiver, as ``field|sentence``; missing where it is good."""
    said = hints(waivers)
    if registry is not None:
        strange = ~waivers["unit_code"].isin(registry["unit_code"]) & waivers["unit_code"].notna()
        codes = waivers.loc[strange, "unit_code" + RAW].map(short)
        said[strange] = "unit_code|组织编码“" + codes + "”不在单位名册中，这条豁免不起作用，请改正或删去"
    unknown = waivers["rule"].notna() & ~waivers["rule"].isin(list(BY_CODE))
    codes = waivers.loc[unknown, "rule" + RAW].map(short)
    said[unknown] = "rule|没有编号为“" + codes + "”的规则，这条豁免不起作用，请按 pledgebatch rules 所列改正"
    expired = sure(waivers["until"] < pd.Timestamp(period.cutoff))
    days = waivers.loc[expired, "until"].dt.strftime("%Y-%m-%d")
    said[expired] = "until|豁免已于 " + days + " 到期，不再起作用；仍需豁免的请重新批准，否则请删去"
    for field in reversed(WAIVERS.fields):
        said[waivers[field.key].isna()] = f"{field.key}|{_wanting(field)}，这条豁免不起作用，请补填"
    return said


def _wanting(field: Field) -> str:
    form = form_of(field)
    return f"“{field.header}”未填写或不能识别" + (f"（应为{form}）" if form else "")
