"""Rows chosen, put in order, kept and brought into their types are those that pandas itself gives."""

import datetime as dt

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from pledgebatch.schema.arrow import as_frame, as_table
from pledgebatch.schema.choosing import choose, in_order
from pledgebatch.schema.frames import as_declared, empty

COLUMNS = {"organisation": "str", "row": "Int64", "due": "datetime64[s]"}
LINES = st.lists(
    st.tuples(
        st.sampled_from(["S2", "S10", "甲", "", None]),
        st.sampled_from([3, 20, 100, None]),
        st.sampled_from([dt.datetime(2011, 3, 5), dt.datetime(1899, 12, 31), None]),
        st.booleans(),
    ),
    max_size=6,
)


def frame_of(lines):
    columns = list(zip(*(line[:3] for line in lines), strict=True)) or [()] * 3
    return pd.DataFrame(
        {name: pd.Series(cells, dtype=COLUMNS[name]) for name, cells in zip(COLUMNS, columns, strict=True)}
    )


@given(LINES)
def test_chosen_are_the_wanted_rows_as_they_stood(lines):
    rows, wanted = frame_of(lines), pd.Series([line[3] for line in lines], dtype=bool)
    assert_frame_equal(choose(rows, wanted), rows[wanted])


@given(LINES)
def test_rows_are_put_in_order_by_several_columns_missing_values_last(lines):
    rows = frame_of(lines)
    expected = rows.sort_values(["organisation", "row"], kind="stable")
    assert_frame_equal(in_order(rows, ("organisation", "row")), expected)


@given(LINES)
def test_a_frame_comes_back_from_a_table_and_tells_pandas_its_types(lines):
    rows = frame_of(lines)
    table = as_table(rows)
    assert table.equals(pa.Table.from_pandas(rows, preserve_index=False), check_metadata=True)
    assert_frame_equal(as_frame(table), rows)
    assert_frame_equal(table.to_pandas(), rows)


def test_tables_without_a_piece_can_be_merged():
    nothing = as_frame(pa.table({"organisation": pa.chunked_array([], pa.large_string())}))
    assert nothing.merge(empty({"organisation": "str"}), on="organisation").empty


def test_columns_are_brought_into_their_types_and_order_and_those_that_lack_are_missing():
    given_as = pd.DataFrame({"more": ["x", "y"], "row": [3.0, None], "organisation": ["S1", None]}, index=[7, 5])
    declared = as_declared(given_as, COLUMNS)
    expected = {"organisation": ["S1", None], "row": [3, None], "due": [None, None]}
    assert_frame_equal(
        declared,
        pd.DataFrame({name: pd.Series(cells, dtype=COLUMNS[name]) for name, cells in expected.items()}).set_axis(
            [7, 5]
        ),
    )


def test_what_cannot_be_of_a_type_is_a_mistake_of_ours():
    with pytest.raises((TypeError, ValueError)):
        as_declared(pd.DataFrame({"row": ["三"]}), COLUMNS)
