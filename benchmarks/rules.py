"""Prints how fast the rules are: all of them over a great month, and thirty field checks against pandera's.

    python benchmarks/rules.py [ORGANISATIONS]

The month is that of ``inbox.py`` (50 members and 150 items each), typed once and repeated under other codes: 7,000
organisations have 350,000 member rows and 1,050,000 item rows. pandera (extra ``benchmarks``) expresses the same thirty
checks of single fields, lazily, so that both find every breach.
"""

import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from inbox import PERIOD, make

from pledgebatch.intake.batch import read_batch
from pledgebatch.intake.find import find
from pledgebatch.intake.registry import read_registry
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import stages_due
from pledgebatch.rules.book import RULES
from pledgebatch.rules.facts.tables import arrange
from pledgebatch.rules.machinery.cells import unusable
from pledgebatch.rules.machinery.evaluate import evaluate
from pledgebatch.rules.machinery.rule import ALWAYS, ERROR, FACT, ROW, Rule
from pledgebatch.schema.fields import Kind
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import ITEMS, MEMBERS, SHEETS

MADE = 20
"""Organisations typed; the others repeat them."""
CHECKED = {
    MEMBERS: ("member_no", "name", "sex", "birth_month", "ethnicity", "post", "joined_month", "education", "branch",
              "post_type", "is_leader", "pledge_form", "participation_plan", "signed", "signed_date"),
    ITEMS: ("item_no", "pledger", "part", "text", "measures", "due", "virtue", "basis", "advanced", "annual_task",
            "fits_post", "reviewer", "review_date", "conclusion", "publicity"),
}  # fmt: skip
"""Thirty fields: each filled in, understood, and where it is a choice, one of the choices."""


def great_month(count: int) -> dict:
    """The tables that rules name, for ``count`` organisations."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, MADE)
        registry, _ = read_registry(folder / "registry.xlsx")
        batch = read_batch(list(enumerate(find(folder / "inbox"))), PERIOD.year)
    times = range(count // MADE)

    def repeated(frame: pd.DataFrame, codes: bool = True) -> pd.DataFrame:
        parts = [frame.assign(submission=frame["submission"] + MADE * n) for n in times]
        whole = pd.concat(parts, ignore_index=True)
        return whole.assign(organisation="B" + whole["submission"].astype("str").str.zfill(5)) if codes else whole

    tables = {sheet.key: repeated(batch.tables[sheet.key]).assign(file="f") for sheet in SHEETS}
    heads = tables["organisations"]
    tables["organisations"] = heads.assign(unit_code=heads["organisation"], unit_code_raw=heads["organisation"])
    files = repeated(batch.files).assign(state="accepted", identical=False)
    layout = repeated(batch.layout, codes=False)
    listed = registry[registry["organisation"] != "G"].reset_index(drop=True)
    listed = listed.assign(submission=pd.Series(listed.index, dtype="Int64"))
    listed = repeated(listed).assign(unit_code=lambda frame: frame["organisation"])
    registry = pd.concat([registry[registry["organisation"] == "G"], listed], ignore_index=True)
    known = arrange(tables, files, batch.changes.assign(organisation="", file=""), layout, PERIOD, Parameters())
    known["obscured"] = batch.obscured.assign(organisation="", file="").iloc[:0]
    return known | {"registry": registry, "reporting": registry.assign(state="accepted", file="f")}


def thirty() -> list[Rule]:
    """The thirty checks as rules of ours."""
    rules = []
    for sheet, keys in CHECKED.items():
        for key in keys:
            rule = Rule(f"{sheet.key}.{key}", "-", "-", ERROR, FACT, ROW, ALWAYS, "", "")

            def wrong(rows: pd.DataFrame, field=sheet[key]) -> pd.Series:
                return unusable(rows, field)

            rule.case(on=sheet.key, at=key)(wrong)
            rules.append(rule)
    return rules


def pandera_schemas() -> dict:
    """The same thirty checks as pandera says them, over the values and the texts typed."""
    schemas = {}
    for sheet, keys in CHECKED.items():
        columns = {}
        for key in keys:
            field = sheet[key]
            checks = [pa.Check.isin(list(field.choices))] if field.kind is Kind.CHOICE else []
            columns[key] = pa.Column(None, checks, nullable=False)
            columns[key + RAW] = pa.Column(None, pa.Check.str_length(min_value=1), nullable=True)
        schemas[sheet.key] = pa.DataFrameSchema(columns)
    return schemas


def with_pandera(schemas: dict, tables: dict) -> int:
    found = 0
    for key, schema in schemas.items():
        try:
            schema.validate(tables[key], lazy=True)
        except pa.errors.SchemaErrors as told:
            found += len(told.failure_cases)
    return found


def seconds(task, *args) -> tuple[float, object]:
    start = time.perf_counter()
    result = task(*args)
    return time.perf_counter() - start, result


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 7_000
    tables = great_month(count)
    rows = len(tables["items"]) + len(tables["members"])
    due = stages_due(PERIOD)
    mine, (ours, _) = seconds(evaluate, thirty(), tables, due)
    theirs, cases = seconds(with_pandera, pandera_schemas(), tables)
    whole, (found, unsaid) = seconds(evaluate, RULES, tables, due, {"history": "-"})
    print(f"{len(tables['items']):,} item rows and {len(tables['members']):,} member rows of {count:,} organisations")
    print("| measure | seconds | rows a second | ratio |")
    print("|---|---|---|---|")
    print(f"| thirty field checks, pandera ({cases:,} failure cases) | {theirs:.1f} | {rows / theirs:,.0f} | 1.00 |")
    print(f"| the same thirty, ours ({len(ours):,} findings) | {mine:.1f} | {rows / mine:,.0f} | {mine / theirs:.2f} |")
    print(
        f"| all {len(RULES) - len(unsaid)} rules that apply ({len(found):,} findings) | {whole:.1f} | {rows / whole:,.0f} | {whole / theirs:.2f} |"
    )


if __name__ == "__main__":
    main()
