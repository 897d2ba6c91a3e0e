"""Typed frames from small tables of texts, without a file: the small door to a rule, and batches as if they were read.

findings("ITM03", items=[{"text": "每月上门走访3户", "due": ""}])  # ["error items.1.due"]
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pledgebatch.intake.batch import CHANGED, FILE, ROWS_READ, SKIPPED, Batch
from pledgebatch.intake.cell_problems import OBSCURED
from pledgebatch.intake.identity import identify_submissions
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period, Stage
from pledgebatch.rules.book import BY_CODE, RULES
from pledgebatch.rules.facts.deadlines import settled
from pledgebatch.rules.facts.tables import arrange
from pledgebatch.rules.machinery.evaluate import evaluate
from pledgebatch.schema.columns import Column, whole_array
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import EXTRA, LAYOUT, empty, frame
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import BOOK_SHEETS, BY_KEY, SHEETS, TEMPLATE_VERSION
from pledgebatch.schema.states import State
from pledgebatch.workbooks.form import FORM_ROWS
from pledgebatch.workbooks.table import START

Row = Mapping[str, str]
Lines = Mapping[str, Sequence[Row]]
"""The rows of each sheet, by its key."""
KEY_OF = {sheet.name: sheet.key for sheet in SHEETS}
LAID_OUT = frame(
    LAYOUT,
    [
        {
            "sheet": sheet.key,
            "field": field.key,
            "column": 2 if sheet.form else place,
            "row": FORM_ROWS[field.key] + 1 if sheet.form else None,
        }
        for sheet in SHEETS
        for place, field in enumerate(sheet.fields, 1)
    ],
)
"""Where the fields stand in a workbook that nobody altered."""


def findings(code: str, period: str = "2011-03", **tables: Any) -> list[str]:
    """What one rule finds in rows of one organisation, whatever the stage: ``severity sheet.row.field`` each.

    ``tables`` are the rows of sheets by key; those of earlier months are ``last_items`` and so on. ``parameters`` are
    the office's figures, ``registry`` a frame. Rows are counted from 1; a form has none.
    """
    month, parameters = Period.parse(period), tables.pop("parameters", Parameters())
    registry = tables.pop("registry", None)
    now = {sheet.key: [*tables.pop(sheet.key, [{}] if sheet.form else [])] for sheet in SHEETS}
    known = _known(now, month, parameters)
    for name, rows in tables.items():
        sheet = BY_KEY[name.rpartition("_")[2]]
        known[name] = typed(sheet, [rows], month.year).assign(organisation="S1", file="")
    absent = {} if registry is not None else {"batch": "no registry"}
    asked = {name for rule in RULES for case in rule.cases for name in case.needs}
    absent |= {name: "not given" for name in asked - known.keys() - GIVEN if name.partition("_")[2] in BY_KEY}
    found, _, _ = evaluate([BY_CODE[code]], known | {"registry": registry}, set(Stage), absent)
    return [_place(each) for each in found.to_dict("records")]


GIVEN = {"rows", "due", "owned", "reported"}
"""What the evaluation itself adds."""


def _known(lines: Lines, period: Period, parameters: Parameters) -> dict[str, Any]:
    file = {"file": "S1.xlsx", "sha256": "S1", "hidden_code": "S1", "hidden_period": str(period),
            "template_version": TEMPLATE_VERSION}  # fmt: skip
    batch = batch_of([lines], [file], period.year)
    submissions = identify_submissions(batch, None, period).assign(organisation="S1", state=str(State.ACCEPTED))
    place = submissions.set_index("submission")[["organisation", "file"]]
    tables = {key: rows.join(place, on="submission") for key, rows in batch.tables.items()}
    tables["items"] = settled(tables, period, parameters)
    changes, obscured = (rows.join(place, on="submission") for rows in (batch.changes, batch.obscured))
    known = arrange(tables, submissions, changes, batch.layout, period, parameters)
    return known | {"obscured": obscured, "submissions": known["submissions"].assign(asked_again=False)}


def _place(found: Mapping[str, Any]) -> str:
    sheet = KEY_OF[found["sheet"]]
    row = "" if BY_KEY[sheet].form or pd.isna(found["row"]) else str(int(found["row"]) - START)
    return (
        f"{found['severity']} {'.'.join(filter(None, (sheet, row, '' if pd.isna(found['field']) else found['field'])))}"
    )


def typed(sheet: Sheet, organisations: Sequence[Sequence[Row]], year: int) -> pd.DataFrame:
    """The typed frame of a sheet, from the rows of each organisation as texts."""
    columns = {field.key: Column(field) for field in sheet.fields}
    numbers, rows = [], []
    for number, lines in enumerate(organisations):
        numbers += [number] * len(lines)
        rows += [None if sheet.form else START + place for place in range(1, len(lines) + 1)]
        for key, column in columns.items():
            if lines:
                column.add([line.get(key, "") for line in lines], year)
    arrays = {"submission": whole_array(numbers), "row": whole_array(rows)}
    for key, column in columns.items():
        arrays[key], arrays[key + RAW] = column.arrays()
    return pd.DataFrame(arrays)


def batch_of(organisations: Sequence[Lines], files: Sequence[Mapping[str, Any]], year: int) -> Batch:
    """What intake gives of workbooks that nobody altered: the rows of each organisation, and what is known of its file."""
    kept = [_as_read(lines) for lines in organisations]
    return Batch(
        files=frame(
            FILE, [{"submission": number, "size": 1, "received": ""} | dict(file) for number, file in enumerate(files)]
        ),
        tables={sheet.key: typed(sheet, [lines[sheet.key] for lines in kept], year) for sheet in BOOK_SHEETS},
        layout=pd.concat([LAID_OUT.assign(submission=number) for number in range(len(kept))]).astype(LAYOUT),
        rows_read=empty(ROWS_READ),
        changes=empty(CHANGED),
        extras=empty(EXTRA),
        obscured=empty(OBSCURED),
        skipped=empty(SKIPPED),
    )


def _as_read(lines: Lines) -> dict[str, list[Row]]:
    """The rows that intake keeps: one with its number alone is none."""
    tables = {
        sheet.key: [
            row for row in lines.get(sheet.key, ()) if any(row[field] for field in row if field != sheet.number)
        ]
        for sheet in BOOK_SHEETS[1:]
    }
    return {"organisations": list(lines["organisations"])} | tables
