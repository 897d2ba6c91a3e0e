"""Last month's figures: read back they are the month's own, and the next month is told beside them."""

from dataclasses import asdict, replace

import pandas as pd
import pytest

from pledgebatch.months.archive import read_figures, read_month
from pledgebatch.publish.figures import changes, count_figures
from tests import books, quick_months


@pytest.fixture(scope="module")
def months(tmp_path_factory):
    folder = books.workspace(tmp_path_factory.mktemp("figures") / "w")
    done = [books.ITEM | {"item_no": "Z8", "text": "为操场加装两盏路灯", "status": "已完成"}]
    told = {}
    for period, items in (("2011-03", books.ITEMS), ("2011-05", [*books.ITEMS, *done]), ("2012-03", books.ITEMS)):
        books.write(folder / "inbox" / period / "一小.xlsx", {"period": period}, items=items, period=period)
        told[period] = quick_months.consolidate(folder, period, "ITM03", "ITM14", "DDL03", "COV01")
    return folder / "output", told


def alike(one, other):
    return all(
        value.equals(asdict(other)[name]) if isinstance(value, pd.DataFrame) else value == asdict(other)[name]
        for name, value in asdict(one).items()
    )


def test_figures_read_back_are_those_of_the_month(months):
    output, told = months
    for period, month in told.items():
        own = replace(count_figures(month), before=None)  # each month keeps its own
        assert alike(count_figures(read_figures(output / period)), own)
        assert alike(count_figures(read_month(output / period)), own)


def test_a_month_is_told_beside_the_last_one_of_its_year(months):
    _, told = months
    assert told["2011-03"].before is None
    assert changes(count_figures(told["2011-05"]))["承诺事项"] == "比3月 +1"
    assert told["2012-03"].before is None  # pledges are made anew each year: there is nothing to compare with
