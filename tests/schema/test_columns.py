import datetime as dt

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pledgebatch.schema.cells import LOST, as_typed
from pledgebatch.schema.columns import Column, text_array, typed, whole_array
from pledgebatch.schema.kinds import understand
from pledgebatch.schema.sheets import ITEMS, MEMBERS

CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "是", "√", "3月5日", "85.3", "a\r\nb", 0, 1, 1.0, True, False, None, LOST, dt.date(2011, 3, 5)]
    ),
    st.text(max_size=3),
    st.floats(),
)
FILES = st.lists(st.tuples(st.lists(CELLS, min_size=1, max_size=5), st.sampled_from([2010, 2011])), max_size=5)


@given(st.sampled_from((*ITEMS.fields, *MEMBERS.fields)), FILES)
def test_a_column_of_many_files_is_what_each_of_its_cells_is_alone(field, files):
    column = Column(field)
    for cells, year in files:
        column.add(cells, year)
    values, raws = column.arrays()
    alone = [(cell, year) for cells, year in files for cell in cells]
    assert len(values) == len(raws) == len(alone)
    for value, raw, (cell, year) in zip(values, raws, alone, strict=True):
        meant = understand(field, cell, year)
        assert (
            pd.isna(value) if meant is None else value == (pd.Timestamp(meant) if isinstance(meant, dt.date) else meant)
        )
        assert pd.isna(raw) if cell is LOST else raw == as_typed(cell)
    assert column.longest == max((len(as_typed(cell)) for cell, _ in alone), default=0)


def test_what_is_said_without_a_year_is_taken_in_that_of_its_file():
    column = Column(ITEMS["due"])
    column.add(["6月底前", "2011-06-30"], 2010)
    column.add(["6月底前"], 2011)
    values, raws = column.arrays()
    assert [str(value)[:10] for value in values] == ["2010-06-30", "2011-06-30", "2011-06-30"]
    assert list(raws) == ["6月底前", "2011-06-30", "6月底前"]


def test_true_is_not_one_though_they_are_equal():
    _, raws = typed(ITEMS["text"], [True, 1, 1.0, 0, False], 2011)
    assert list(raws) == ["TRUE", "1", "1", "0", "FALSE"]


def test_arrays_are_those_that_pandas_makes():
    for made, values, dtype in (
        (text_array(["a", None, ""]), ["a", None, ""], "str"),
        (whole_array([3, None, 0]), [3, None, 0], "Int64"),
        (whole_array([3, 4]), [3, 4], "Int64"),
        (text_array([]), [], "str"),
        (whole_array([]), [], "Int64"),
    ):
        pd.testing.assert_series_equal(pd.Series(made), pd.Series(values, dtype=dtype))
