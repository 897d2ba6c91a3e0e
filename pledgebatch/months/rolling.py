"""What rolls forward: into the next workbook, and, for a nil return, into the month's ledger."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from pledgebatch.months.archive import last_reports
from pledgebatch.months.changes import SAID_ANEW, YEARLY
from pledgebatch.months.orders import open_orders
from pledgebatch.months.unread import Recalled
from pledgebatch.notice.periods import Period
from pledgebatch.rules.facts.approval import approved
from pledgebatch.rules.facts.tables import GONE
from pledgebatch.schema.fields import Filler
from pledgebatch.schema.frames import CORRECTED, Tables
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import ASSESSMENTS, LEGACY, MEMBERS, ORGANISATION, SHEETS, TABLES
from pledgebatch.schema.states import LIVE
from pledgebatch.schema.texts import squeeze
from pledgebatch.schema.words import in_words

KEPT_IN_A_NEW_YEAR = ("member_count", "head", "phone", "supervision_contact")
"""Answers of the form that do not belong to one year's pledge."""


def roll_forward(
    output: Path,
    period: Period,
    organisations: Collection[str] | None = None,
    handovers: pd.DataFrame | None = None,
) -> dict[str, pd.DataFrame]:
    """The last report before ``period`` of each organisation, or of some, by sheet key, as texts to show, with
    ``last_known``, what of them comes from an earlier one; empty where there is none."""
    reports = last_reports(output, period, organisations, handovers)
    return {} if reports is None else {**roll(reports, period), "last_known": reports["last_known"]}


def roll(reports: Tables, period: Period) -> dict[str, pd.DataFrame]:
    """The last ``reports`` as texts, as far as they roll forward into ``period``; what could not be read, as last known.

    Pledges are made year by year (五): into a new year go the roster without those who left, what the form says of the
    organisation, the problems still unsolved, and rectification orders not yet carried out.
    """
    reports = dict(Recalled(reports))
    same_year = {key: rows["reported"].str[:4] == str(period.year) for key, rows in reports.items()}
    texts_of = {}
    for sheet in SHEETS:
        rows = reports[sheet.key]
        kept = _kept_in_a_new_year(sheet.key, rows)
        texts = pd.DataFrame({field.key: in_words(field, rows).fillna("") for field in sheet.fields})
        for key in {field.key for field in sheet.fields} - kept:
            texts[key] = texts[key].where(same_year[sheet.key], "")
        if sheet.settled:
            forms = reports[ORGANISATION.key]  # of several months: a submission's number is no key here
            by_code = [each.assign(submission=each["organisation"]) for each in (rows, forms)]
            texts["settled"] = same_year[sheet.key] & approved(*by_code)
        if CORRECTED in rows:
            texts[CORRECTED] = rows[CORRECTED].where(same_year[sheet.key])
        stays = same_year[sheet.key] | _stays(sheet.key, rows)
        texts_of[sheet.key] = texts.assign(organisation=rows["organisation"])[stays]
    return texts_of


def under_new_names(
    rolled: dict[str, pd.DataFrame], renamed: Mapping[str, Mapping[str, str]]
) -> dict[str, pd.DataFrame]:
    """``rolled`` with 所在党支部 under the name that the organisation has now; ``renamed`` gives it by the folded old one."""
    members = rolled.get(MEMBERS.key)
    if members is None or not renamed:
        return rolled
    pairs = zip(members["organisation"], members["branch"], strict=True)
    now = [renamed.get(code, {}).get(squeeze(name), name) for code, name in pairs]
    return rolled | {MEMBERS.key: members.assign(branch=pd.Series(now, index=members.index, dtype="str"))}


def _kept_in_a_new_year(key: str, rows: pd.DataFrame) -> set[str]:
    if key == ORGANISATION.key:
        return set(KEPT_IN_A_NEW_YEAR)
    return set(YEARLY) if key == MEMBERS.key else set(map(str, rows)) if key in (LEGACY.key, ASSESSMENTS.key) else set()


def _stays(key: str, rows: pd.DataFrame) -> pd.Series:
    """The rows of last year that a new year begins with."""
    if key == MEMBERS.key:
        return ~rows["change"].isin(GONE)
    if key == LEGACY.key:
        return rows["solved"] != "已解决"
    return open_orders(rows) if key == ASSESSMENTS.key else pd.Series(key == ORGANISATION.key, index=rows.index)


def answers_of(registered: Mapping[Any, object], names: Mapping[str, str], period: Period) -> dict[str, str]:
    """What the office fills in on the form: from the registry, where the field has the same key, and the period."""
    keys = ("unit_code", "org_name", "org_type", "unit_name", "unit_category", "relation", "head", "phone")
    answers = {key: _text(registered.get(key)) for key in keys}
    parent = _text(registered.get("parent_code"))
    return answers | {"year": str(period.year), "period": str(period), "parent_org": names.get(parent, "")}


def prefill(registered: Mapping[str, str], answers: Mapping[str, str]) -> dict[str, str]:
    """The answers to prefill on one organisation's form.

    The office's fields are as ``registered``; the branch's own as in its last ``answers``, or else as registered.
    """
    ours = {name for name in registered if ORGANISATION[name].filler is Filler.PREFILLED and registered[name]}
    kept = {name: text for name, text in answers.items() if text and name not in ours and name not in SAID_ANEW}
    return {**registered, **kept}


def carry_forward(tables: Tables, submissions: pd.DataFrame, reports: Tables | None) -> dict[str, pd.DataFrame]:
    """``tables`` (marked with ``set_aside``) with the last report's rows of those who declared 本月无变化.

    A nil return is one answer: its rows stand in the ledger as last reported in the same year, without a row number of
    its file. One that sends rows all the same is taken at its rows.
    """
    forms = tables[ORGANISATION.key]
    live = submissions[submissions["state"].isin(LIVE)]
    nil = forms[(forms["nil_return"] == "是") & forms["submission"].isin(live["submission"])]
    spoke = pd.concat([tables[sheet.key]["submission"] for sheet in TABLES])
    silent = nil[~nil["submission"].isin(spoke)].set_index("organisation")
    if reports is None or silent.empty:
        return dict(tables)
    carried = dict(tables)
    for sheet in TABLES:
        rows = reports[sheet.key]
        year = rows["organisation"].map(silent["period"]).astype("Int64") // 12
        rows = rows[(year.astype("str") == rows["reported"].str[:4]).fillna(False).astype(bool)]
        if len(rows):
            words = {field.key + RAW: in_words(field, rows) for field in sheet.fields}
            places = {name: rows["organisation"].map(silent[name]) for name in ("submission", "file")}
            rows = rows.drop(columns="row").assign(**words, **places)
            own = tables[sheet.key]
            rows = rows.reindex(columns=own.columns).astype(own.dtypes)
            carried[sheet.key] = pd.concat([own, rows], ignore_index=True)
    return carried


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
