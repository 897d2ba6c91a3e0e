"""What rolls forward from the last month into the next workbook."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from pledgebatch.months.archive import ledger_rows
from pledgebatch.notice.periods import Period
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import Tables
from pledgebatch.schema.kinds import RAW, show
from pledgebatch.schema.sheets import BY_KEY, MEMBERS, ORGANISATION, TABLES

MONTHLY_ANSWERS = ("nil_return", "filled_by", "filled_on")
"""Answers of the form that are given anew each month."""


def rolled_forward(output: Path, period: Period) -> dict[str, pd.DataFrame]:
    """The ledgers of the last month consolidated before ``period``, by sheet key; empty where there is none.

    Pledges are made year by year (五), so only the roster goes into a new year.
    """
    months = sorted(path.parent.name for path in output.glob("20??-??/manifest.json") if path.parent.name < str(period))
    if not months:
        return {}
    last = Period.parse(months[-1])
    rows = ledger_rows(output, last)
    return rows if last.year == period.year else {MEMBERS.key: rows[MEMBERS.key]}


def answers_of(registered: Mapping[Any, object], names: Mapping[str, str], period: Period) -> dict[str, str]:
    """What the office fills in on the form: from the registry, where the field has the same key, and the period."""
    keys = ("unit_code", "org_name", "org_type", "unit_name", "unit_category", "relation", "head", "phone")
    answers = {key: _text(registered.get(key)) for key in keys}
    parent = _text(registered.get("parent_code"))
    return answers | {"year": str(period.year), "period": str(period), "parent_org": names.get(parent, "")}


def rows_of(rolled: Tables, organisation: str) -> tuple[dict[str, str], dict[str, pd.DataFrame]]:
    """Last month's answers and rows of one organisation, as texts to show: as understood, else as typed."""
    answers: dict[str, str] = {}
    rows: dict[str, pd.DataFrame] = {}
    for key, frame in rolled.items():
        own = frame[frame["organisation"] == organisation]
        if own.empty:
            continue
        texts = _shown(BY_KEY[key], own)
        if key == ORGANISATION.key:
            first = {field.key: texts[field.key].iloc[0] for field in ORGANISATION.fields}
            answers = {name: text for name, text in first.items() if name not in MONTHLY_ANSWERS and text}
        elif BY_KEY[key] in TABLES:
            rows[key] = texts
    return answers, rows


def _shown(sheet: Sheet, frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            field.key: [
                show(field, value) or (raw if isinstance(raw, str) else "")
                for value, raw in zip(frame[field.key].tolist(), frame[field.key + RAW].tolist(), strict=True)
            ]
            for field in sheet.fields
        }
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
