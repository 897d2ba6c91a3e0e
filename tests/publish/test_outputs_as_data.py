"""The Parquet of a month, asked as docs/outputs.md says: plain SQL comes to what the pages say."""

import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pledgebatch.months.archive import read_month
from pledgebatch.publish.figures import count_figures
from pledgebatch.rules.facts.tables import GONE
from pledgebatch.schema.archive_tables import ARCHIVE_TABLES
from tests.outputs import Outputs

DOCUMENT = (Path(__file__).parents[2] / "docs" / "outputs.md").read_text("utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", DOCUMENT, re.DOTALL)


@pytest.fixture(scope="module")
def month(outputs: Outputs) -> Path:
    return outputs.place / "output" / "2011-04"


def asked(month: Path, query: str) -> pd.DataFrame:
    """What a query of the document gives, asked in the folder of the data."""
    found: pd.DataFrame = duckdb.sql(re.sub(r"'(\w+\.parquet)'", rf"'{month / 'data'}/\1'", query)).df()
    return found


def test_items_by_category_and_status_are_those_of_the_cover(month: Path) -> None:
    answer, figures = asked(month, QUERIES[0]).set_index("unit_category"), count_figures(read_month(month))
    assert answer["items"].sum() == figures.items
    assert answer["items"].to_dict() == figures.parts.sum(axis=1).loc[answer.index].to_dict()
    assert answer["done"].sum() == figures.statuses.get("已完成", 0) > 0


def test_members_and_oral_pledges_are_those_of_the_list_of_organisations(month: Path) -> None:
    found, shown = asked(month, QUERIES[1]), read_month(month).coverage
    shown = shown[shown["members"] > 0].sort_values("organisation")
    assert found["organisation"].tolist() == shown["organisation"].tolist()
    assert found["members"].tolist() == shown["members"].tolist()
    assert found["oral"].tolist() == shown["oral"].tolist()
    assert set(re.findall("'(.+?)'", QUERIES[1].split("NOT IN")[1])) == set(GONE)


def test_what_is_past_its_day_is_what_the_cover_counts(month: Path) -> None:
    found = asked(month, QUERIES[2])
    assert len(found) == count_figures(read_month(month)).overdue
    assert found["days"].is_monotonic_decreasing


def test_every_table_is_described_and_no_other(month: Path) -> None:
    described = DOCUMENT.split("## The data of a month")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in described.splitlines() if line.startswith("| `")]
    named = re.findall(r"`(\w+)`", "".join(rows))
    assert sorted(named) == sorted(path.stem for path in (month / "data").glob("*.parquet"))
    assert set(named) >= set(ARCHIVE_TABLES) - {"layout"}


def test_in_ledger_says_what_set_aside_does(month: Path) -> None:
    for name in ("organisations", "members", "items", "records"):
        rows = pd.read_parquet(month / "data" / f"{name}.parquet")
        assert rows["in_ledger"].tolist() == rows["set_aside"].isna().tolist()
