"""Some schools that report month by month, each with a story of its own: a month costs nearly the same for one as for ten."""

import shutil
from pathlib import Path

import pandas as pd
from openpyxl import load_workbook

import pledgebatch
from tests import books

Rows = list[dict[str, str]]
NOTHING: dict[str, Rows] = {"members": [], "items": [], "opinions": [], "records": []}


def name_of(code: str) -> str:
    """What a school's branch is called."""
    return f"云溪{code}小学党支部"


def workspace(folder: Path, *codes: str, apart: str = "") -> Path:
    """A workspace in which these schools report, all to one superior but the one ``apart``, which has its own."""
    above = [("P0", "云溪区教育党委", "党委", "云溪区教育局", "局机关", "直属", "", "否")]
    above += [("P1", "云溪学区党委", "党委", "云溪学区", "局机关", "直属", "P0", "否")] * bool(apart)
    rows = [
        (code, name_of(code), "党支部", f"云溪{code}小学", "公办学校", "直属", "P1" if code == apart else "P0", "是")
        for code in codes
    ]
    return books.workspace(folder, pd.DataFrame([*above, *rows], columns=books.REGISTRY.columns))


def send(place: Path, period: str, code: str, head: dict[str, str] | None = None, **rows: Rows) -> Path:
    """The workbook of a school for a month, right but for what is said otherwise."""
    name = name_of(code)
    own = {"unit_code": code, "org_name": name, "unit_name": f"云溪{code}小学", "period": period, "year": period[:4]}
    members = [row | {"branch": name} for row in rows.pop("members", books.MEMBERS)]
    return books.write(place / "inbox" / period / f"{code}.xlsx", own | (head or {}), members, period=period, **rows)


def send_out(place: Path, period: str) -> dict[str, Path]:
    """The workbook made for each school."""
    made = pledgebatch.make_templates(place, period, workers=0)
    folder = place / "input_templates" / period
    return {code: folder / file for code, file in made[["organisation", "file"]].itertuples(index=False)}


def send_back(place: Path, period: str, workbook: Path) -> None:
    """A school sends its workbook as it got it."""
    target = place / "inbox" / period
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(workbook, target / workbook.name)


def of(rows: pd.DataFrame, code: str) -> pd.DataFrame:
    """What is told of one school."""
    return rows[rows["organisation"] == code]


def state(month: pledgebatch.Month, code: str) -> "pd.Series[object]":
    """Its line among those who report."""
    return month.coverage.set_index("organisation").loc[code]


def cells(path: Path, sheet: str) -> list[list[object]]:
    """The rows of a sheet from its headers on."""
    page = load_workbook(path)[sheet]
    return [[cell or "" for cell in row] for row in page.iter_rows(min_row=3, values_only=True) if any(row)]
