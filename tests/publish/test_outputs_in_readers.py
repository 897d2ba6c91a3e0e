"""Every kind of workbook that leaves the office, read by programs that we did not write, cell by cell."""

import openpyxl
import pandas as pd
import pytest

from pledgebatch.intake.own_books import refuse_own_book
from pledgebatch.publish.ledger_views import NAMES as LEDGER_NAMES
from pledgebatch.readers.file_types import Unreadable
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import SHEETS
from pledgebatch.schema.words import show_values
from tests import programs
from tests.clients import require
from tests.outputs import Outputs
from tests.programs import READERS, Cells
from tests.programs.matrix import DOCUMENT, matrix


@pytest.fixture(scope="module")
def right(outputs: Outputs) -> list[Cells]:
    """What stands in each workbook."""
    return list(programs.by_openpyxl(list(outputs.paths.values())))


@pytest.fixture(scope="module")
def seen() -> dict[str, list[Cells]]:
    """What each reader made of each workbook, as far as it was asked."""
    return {}


@pytest.mark.parametrize("name", READERS)
def test_a_reader_finds_every_cell_as_it_is(
    outputs: Outputs, right: list[Cells], seen: dict[str, list[Cells]], name: str
) -> None:
    read, missing = READERS[name]
    require(missing())
    seen[name] = list(read(list(outputs.paths.values())))
    for output, cells, own in zip(outputs.paths, right, seen[name], strict=True):
        assert programs.wrong(own, cells) == {}, output


def test_the_matrix_in_the_document_is_what_the_readers_found(
    outputs: Outputs, right: list[Cells], seen: dict[str, list[Cells]]
) -> None:
    require("; ".join(missing() for _, missing in READERS.values() if missing()))
    assert matrix(outputs.paths, right, seen) in DOCUMENT.read_text("utf-8"), "run “python -m tests.programs”"


@pytest.mark.parametrize("name", ["汇总台账_2011-04", "台账_2011-04"])
def test_the_ledgers_say_what_the_data_say(outputs: Outputs, right: list[Cells], name: str) -> None:
    """Each ledger's own columns, against the Parquet of the month."""
    data = outputs.place / "output" / "2011-04" / "data"
    found = right[list(outputs.paths).index(name)]
    registry = pd.read_parquet(data / "registry.parquet")
    below = registry.loc[registry["parent_code"] == "P1", "organisation"]
    for sheet in SHEETS:
        rows = pd.read_parquet(data / f"{sheet.key}.parquet").sort_values(["organisation", "row"], kind="stable")
        rows = rows[rows["set_aside"].isna()]
        rows = rows[rows["organisation"].isin(below)] if name.startswith("台账") else rows
        for column, field in enumerate(sheet.fields, 3):
            values = show_values(field, rows[field.key]) if field.kind.name == "MONTH" else rows[field.key]
            typed = values.isna() & rows[field.key + RAW].notna()
            wanted = [
                programs.text(value)
                for value in values.astype(object).mask(values.isna(), "").mask(typed, rows[field.key + RAW])
            ]
            assert [
                found.get((LEDGER_NAMES[sheet.key], row, column), "") for row in range(2, len(rows) + 2)
            ] == wanted, field.key
        assert (LEDGER_NAMES[sheet.key], len(rows) + 2, 1) not in found or not len(rows)


OF_BRANCHES = {"退回修改", "下发工作簿", "空白工作簿"}


def test_all_but_the_workbooks_of_branches_are_the_office_s_own_should_they_come_back(outputs: Outputs) -> None:
    refused = set()
    for name, path in outputs.paths.items():
        try:
            refuse_own_book(openpyxl.load_workbook(path, read_only=True).sheetnames)
        except Unreadable:
            refused.add(name)
    assert refused == outputs.paths.keys() - OF_BRANCHES
