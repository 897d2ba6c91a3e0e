"""Consolidated months read back."""

from itertools import combinations

import pytest

from pledgebatch.months.archive import Ledgers
from pledgebatch.notice.periods import Period
from pledgebatch.schema.sheets import MEMBERS, ORGANISATION
from tests import books, quick_months


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    place = books.workspace(tmp_path_factory.mktemp("archive") / "w")
    for code in ("S1", "S2"):
        books.write(place / "inbox" / "2011-03" / f"{code}.xlsx", {"unit_code": code})
    quick_months.consolidate(place, "2011-03")
    return place / "output"


def test_a_ledger_is_read_once_when_it_is_asked_for(output):
    month = Ledgers(output, Period(2011, 3))
    assert month[MEMBERS.key] is month[MEMBERS.key]
    with pytest.raises(KeyError):
        month["movements"]


@pytest.mark.parametrize("codes", [part for n in range(4) for part in combinations(("P0", "S1", "S2", "甲"), n)])
def test_the_rows_of_some_organisations_are_those_that_all_have(output, codes):
    month = Period(2011, 3)
    every, some = Ledgers(output, month), Ledgers(output, month, codes)
    for key, rows in every.items():
        expected = rows[rows["organisation"].isin(codes)].reset_index(drop=True)
        assert some[key].reset_index(drop=True).equals(expected)
    assert set(every[ORGANISATION.key]["organisation"]) == set(every[MEMBERS.key]["organisation"]) == {"S1", "S2"}
