"""Whatever is left blank, or has no column, no rule crashes over it."""

from dataclasses import replace

import numpy as np
import pandas as pd

from pledgebatch.intake.batch import read_batch
from pledgebatch.intake.find import arrivals
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.check import check_month
from pledgebatch.pipeline.read_arrivals import BESIDE
from pledgebatch.schema.frames import LAST_KNOWN, UNREAD, columns_of, empty, frame
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.month import History
from pledgebatch.schema.sheets import REGISTRY, SHEETS
from tests import books

DECEMBER = Period(2011, 12)
NOTHING = ("", pd.NA, "？？")
"""Blank, without a column, and not understood."""
PLACES = [(sheet.key, field.key, raw) for raw in NOTHING for sheet in SHEETS for field in sheet.fields]
"""What says nothing in the workbook of each organisation."""
LEGACY = [{"legacy_no": "Y1", "problem": "操场积水", "item_no": "Z3", "solved": "未解决"}]
ASSESSMENTS = [books.ASSESSMENTS[0] | {"rectify": "是", "rectify_by": "2011-12-01"}, books.ASSESSMENTS[1]]


def copies(batch, count):
    """The same workbook from ``count`` organisations."""

    def times(rows):
        repeated = rows.take(np.tile(np.arange(len(rows)), count)).reset_index(drop=True)
        return repeated.assign(submission=np.repeat(np.arange(count), len(rows)))

    beside = {name: times(getattr(batch, name)) for name in BESIDE}
    beside["files"]["file"] = [f"{number}.xlsx" for number in range(count)]
    beside["files"]["sha256"] = beside["files"]["file"]
    beside["files"]["hidden_code"] = pd.Series(map(code, range(count)), dtype="str")
    tables = {key: times(rows) for key, rows in batch.tables.items()}
    tables["organisations"]["unit_code"] = pd.Series(map(code, range(count)), dtype="str")
    return replace(batch, tables=tables, **beside)


def code(number):
    return f"C{number:03d}"


def test_no_rule_crashes_whatever_field_says_nothing(tmp_path):
    path = tmp_path / "一小.xlsx"
    tables = {"items": books.ITEMS[:6], "records": books.RECORDS[8:], "legacy": LEGACY, "assessments": ASSESSMENTS}
    books.write(path, {"period": str(DECEMBER)}, period=str(DECEMBER), **tables)
    batch = copies(read_batch([(0, arrivals(path)[0])], 2011), len(PLACES))
    tables = {key: rows.copy() for key, rows in batch.tables.items()}
    for sheet, field in dict.fromkeys((sheet, field) for sheet, field, _ in PLACES):
        rows = tables[sheet]
        raws = {number: raw for number, (*place, raw) in enumerate(PLACES) if place == [sheet, field]}
        own = rows["submission"].isin(raws)
        rows[field] = rows[field].mask(own)
        rows[field + RAW] = rows[field + RAW].mask(own, rows["submission"].map(raws).astype("str"))
    registry = frame(
        columns_of(REGISTRY), [{"organisation": code(n), "unit_code": code(n)} for n in range(len(PLACES))]
    )
    before = {
        key: rows.assign(organisation=rows["submission"].map(code).astype("str")) for key, rows in batch.tables.items()
    }
    before |= {"unread": empty(UNREAD), "last_known": empty(LAST_KNOWN)}
    reports = {key: rows.assign(reported="2011-11") for key, rows in before.items()}
    history = History(last=before, earlier=before, last_year=before, reports=reports)
    month = check_month(replace(batch, tables=tables), registry, DECEMBER, Parameters(), history)
    assert month.not_evaluated == {}
    assert month.undecided.to_dict("records") == []
    broken = month.findings[month.findings["message"].str.contains(r"nan|<NA>|None|NaT")]
    assert broken.groupby("rule")["message"].first().to_dict() == {}
