"""A month as a superior may see it: personal columns left out or masked, and the cover says which."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from pledgebatch.notice.settings import setting
from pledgebatch.rules.book import rules_under
from pledgebatch.schema.fields import Kind
from pledgebatch.schema.frames import Month
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import BY_KEY, MEMBERS, SHEETS
from pledgebatch.schema.stored import changed, pieces

PERSONAL = (
    "name", "sex", "birth_month", "ethnicity", "post", "joined_month", "education", "oral_reason", "head", "phone",
    "supervision_contact", "reviewer",
)  # fmt: skip
"""The fields that say something of a person."""
MASKABLE = (Kind.TEXT, Kind.PERSON, Kind.PHONE)
"""What stays readable with all but its beginning covered."""
COVER = "＊"
WITHHELD = "（按设置略去）"
GUIDED = "指导"
CONTACT = ("contact", "phone")
"""The registry's own persons, shown in the list of who reported."""


def _maskable(key: str) -> bool:
    return all(sheet[key].kind in MASKABLE for sheet in SHEETS if key in sheet.by_key)


MASKED = tuple(key for key in PERSONAL if _maskable(key))
"""Those of the personal fields that can be masked."""


@dataclass(frozen=True)
class Protection:
    """What superiors do not see, by their role: direct superiors, and those who only guide (隶属关系 all 指导)."""

    direct_leave_out: tuple[str, ...] = setting(
        (), "对直接上级略去", choices=PERSONAL, example='["birth_month", "ethnicity"]'
    )
    direct_mask: tuple[str, ...] = setting((), "对直接上级遮盖", choices=MASKED, example='["name"]')
    guidance_leave_out: tuple[str, ...] = setting((), "对只作指导的上级略去", choices=PERSONAL)
    guidance_mask: tuple[str, ...] = setting((), "对只作指导的上级遮盖", choices=MASKED)

    def of(self, month: Month) -> tuple[frozenset[str], frozenset[str]]:
        """What to leave out and what to mask, for the superior of the organisations in ``month``."""
        guided = set(month.coverage["relation"].dropna()) == {GUIDED}
        if guided:
            return frozenset(self.guidance_leave_out), frozenset(self.guidance_mask) - {*self.guidance_leave_out}
        return frozenset(self.direct_leave_out), frozenset(self.direct_mask) - {*self.direct_leave_out}


UNPROTECTED = Protection()
"""Superiors see everything, as the notice has it."""


def meaning() -> str:
    """What the settings of protection are about, for the settings file."""
    fields = "、".join(f"{key} {header}" for key, header in _headers().items())
    return f"报给上级的台账可以略去或遮盖的个人栏目：{fields}。封面会写明略去了什么。遮盖（只留第一个字）限于文字栏目。"


def protect(month: Month, protection: Protection) -> Month:
    """The month without what the superior of its organisations may not see; ``withheld`` says so in words.

    A finding on a sheet that has such columns keeps its place and rule, not what was typed; members' names are covered
    wherever a finding or a movement quotes them; what a branch added in columns of its own is not shown at all.
    """
    left_out, masked = protection.of(month)
    touched = left_out | masked
    if not touched:
        return month
    names = _names(month) if "name" in touched else {}
    sheets = {sheet.name for sheet in SHEETS if touched & set(sheet.by_key)}
    open_ = {sheet.name for sheet in SHEETS} - sheets  # what stands on a tab that is none of ours may be anything
    return replace(
        month,
        tables=changed(month.tables, partial(_table, left_out=left_out, masked=masked, names=names)),
        coverage=_table_like(month.coverage, left_out, masked),
        findings=_findings(month, sheets, left_out, masked, names),
        set_aside=month.set_aside.assign(
            content=month.set_aside["content"].where(month.set_aside["sheet"].isin(open_), WITHHELD)
        ),
        orders=month.orders.assign(subject=_covered(month.orders, "subject", names)),
        withheld=_said(left_out, masked),
    )


def _table(
    name: str,
    rows: pd.DataFrame,
    left_out: frozenset[str],
    masked: frozenset[str],
    names: Mapping[str, re.Pattern[str]],
) -> pd.DataFrame:
    """Rows of a table, of all its columns or some, without what is not to be seen."""
    if name == "extras":
        return rows.assign(value=WITHHELD)
    if name == "unread":
        return rows
    if name == "last_known":  # goes back to the branches alone
        return rows.iloc[:0]
    if name == "movements":
        return _movements(rows, left_out | masked, names)
    if name == "understood":
        seen = rows[~rows["field"].isin(left_out)]
        short = seen["field"].isin(masked)
        told = {key: seen[key].mask(short, seen[key].map(mask, na_action="ignore")) for key in ("typed", "told")}
        return seen.assign(**told).astype(rows.dtypes).reset_index(drop=True)
    hidden: dict[str, pd.Series] = {}
    for key in BY_KEY[name].by_key:
        if key in left_out and key in rows:
            hidden[key] = pd.Series(pd.NA, index=rows.index)
        if key in left_out and key + RAW in rows:
            hidden[key + RAW] = rows[key + RAW].where(rows[key + RAW].isna(), "")
        if key in masked:
            hidden |= {each: rows[each].map(mask, na_action="ignore") for each in (key, key + RAW) if each in rows}
    return rows.assign(**{key: values.astype(rows[key].dtype) for key, values in hidden.items()})


def _table_like(rows: pd.DataFrame, left_out: frozenset[str], masked: frozenset[str]) -> pd.DataFrame:
    """The list of who reported, whose contact is a person too; its telephone goes with the others."""
    shown = {}
    for key, names in (("contact", {"head", "name"}), ("phone", {"phone"})):
        if left_out & names:
            shown[key] = pd.Series(pd.NA, index=rows.index, dtype="str")
        elif masked & names:
            shown[key] = rows[key].map(mask, na_action="ignore").astype("str")
    return rows.assign(**shown)


def mask(text: str) -> str:
    """The first character, and covers for the others: 张＊, not how long the name is in full."""
    return text[:1] + COVER * (len(text) > 1)


def _names(month: Month) -> dict[str, re.Pattern[str]]:
    """For each organisation what finds its members' names in a text, the longest first."""
    found = {}
    members = pd.concat(list(pieces(month.tables, MEMBERS.key, ["organisation", "name", "name" + RAW])))
    named = pd.concat(
        [
            members[["organisation", "name"]],
            members[["organisation", "name" + RAW]].set_axis(["organisation", "name"], axis=1),
        ]
    )
    for code, rows in named.dropna().groupby("organisation"):
        names = sorted({name for name in rows["name"] if len(name) > 1}, key=lambda name: (-len(name), name))
        if names:
            found[str(code)] = re.compile("|".join(map(re.escape, names)))
    return found


def _covered(rows: pd.DataFrame, key: str, names: Mapping[str, re.Pattern[str]]) -> pd.Series:
    """A column of texts with the members' names in it covered."""
    if not names or rows.empty:
        return rows[key]
    told = [
        names[code].sub(lambda found: mask(found[0]), text) if code in names and isinstance(text, str) else text
        for code, text in zip(rows["organisation"], rows[key], strict=True)
    ]
    return pd.Series(told, index=rows.index, dtype=rows[key].dtype)


def _findings(
    month: Month,
    sheets: set[str],
    left_out: frozenset[str],
    masked: frozenset[str],
    names: Mapping[str, re.Pattern[str]],
) -> pd.DataFrame:
    findings, rules = month.findings, rules_under(month.parameters)
    hidden = findings["sheet"].isin(sheets)
    asks = findings["rule"].map({code: rule.asks for code, rule in rules.items()}).fillna(WITHHELD)
    value = _covered(findings, "value", names).mask(
        findings["field"].isin(left_out) & findings["value"].notna(), WITHHELD
    )
    short = findings["field"].isin(masked)
    covered = findings.assign(
        value=value.mask(short, value.map(mask, na_action="ignore")),
        message=_covered(findings, "message", names).mask(hidden, asks + WITHHELD),
    )
    return covered.astype(findings.dtypes)


def _movements(moves: pd.DataFrame, touched: frozenset[str], names: Mapping[str, re.Pattern[str]]) -> pd.DataFrame:
    shown = {}
    for key in ("before", "after"):
        texts = _covered(moves, key, names)
        shown[key] = texts.mask(moves["field"].isin(touched) & texts.notna() & (texts != ""), WITHHELD).astype(
            moves[key].dtype
        )
    return moves.assign(**shown)


def _said(left_out: frozenset[str], masked: frozenset[str]) -> str:
    headers = _headers()
    parts = [
        f"{verb}“{'”“'.join(headers[key] for key in PERSONAL if key in keys)}”"
        for verb, keys in (("略去", left_out), ("遮盖", masked))
        if keys
    ]
    return f"按设置，本台账{'，'.join(parts)}，相关问题只写规则要求，不写原来填的内容。"


def _headers() -> dict[str, str]:
    return {key: next(sheet[key].header for sheet in SHEETS if key in sheet.by_key) for key in PERSONAL}
