"""Whatever is left blank, or has no column, no rule crashes over it."""

from dataclasses import replace

import pandas as pd
import pytest

from pledgebatch.intake.batch import read_batch
from pledgebatch.intake.find import arrivals
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.collect import BESIDE
from pledgebatch.pipeline.month import check_month
from pledgebatch.schema.frames import LAST_KNOWN, UNREAD, History, columns_of, empty, frame
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import REGISTRY, SHEETS
from tests import books

DECEMBER = Period(2011, 12)
PLACES = [(sheet.key, field.key) for sheet in SHEETS for field in sheet.fields]
LEGACY = [{"legacy_no": "Y1", "problem": "操场积水", "item_no": "Z3", "solved": "未解决"}]
ASSESSMENTS = [books.ASSESSMENTS[0] | {"rectify": "是", "rectify_by": "2011-12-01"}, books.ASSESSMENTS[1]]


def copies(batch, count):
    """The same workbook from ``count`` organisations."""

    def times(rows):
        return pd.concat([rows.assign(submission=number) for number in range(count)], ignore_index=True)

    beside = {name: times(getattr(batch, name)) for name in BESIDE}
    beside["files"]["file"] = [f"{number}.xlsx" for number in range(count)]
    beside["files"]["sha256"] = beside["files"]["file"]
    beside["files"]["hidden_code"] = pd.Series(map(code, range(count)), dtype="str")
    tables = {key: times(rows) for key, rows in batch.tables.items()}
    tables["organisations"]["unit_code"] = pd.Series(map(code, range(count)), dtype="str")
    return replace(batch, tables=tables, **beside)


def code(number):
    return f"C{number:03d}"


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    path = tmp_path_factory.mktemp("blanks") / "一小.xlsx"
    books.write(path, {"period": str(DECEMBER)}, period=str(DECEMBER), legacy=LEGACY, assessments=ASSESSMENTS)
    return copies(read_batch([(0, arrivals(path)[0])], 2011), len(PLACES))


@pytest.mark.parametrize("raw", ["", pd.NA, "？？"], ids=["blank", "no column", "not understood"])
def test_no_rule_crashes_whatever_field_says_nothing(batch, raw):
    tables = {key: rows.copy() for key, rows in batch.tables.items()}
    for number, (sheet, field) in enumerate(PLACES):
        own = tables[sheet]["submission"] == number
        tables[sheet].loc[own, field] = pd.NA
        tables[sheet].loc[own, field + RAW] = raw
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
    bad = month.findings[month.findings["message"].str.contains("nan|<NA>|None|NaT")]
    print(bad.groupby("rule")["message"].first().to_dict())
    broken = month.findings[month.findings["message"].str.contains(r"nan|<NA>|None|NaT")]
    assert broken.groupby("rule")["message"].first().to_dict() == {}
