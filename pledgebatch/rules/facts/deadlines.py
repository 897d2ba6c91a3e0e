"""Deadlines that hang on more than their own words: on the office's settings, and on the day of the signature."""

import pandas as pd

from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.rules.facts.pledgers import pledge_dates
from pledgebatch.schema.deadlines import deadline, hangs_on_more
from pledgebatch.schema.frames import Tables
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.terms import SchoolYear
from pledgebatch.schema.texts import LONGEST_VALUE


def settled(tables: Tables, period: Period, parameters: Parameters) -> pd.DataFrame:
    """The items with what 三个月内, 本学期内 and 放寒假前 come to for each item that says so."""
    items = tables["items"]
    typed = items["due" + RAW].dropna().unique()
    hanging = items["due" + RAW].isin([text for text in typed if len(text) <= LONGEST_VALUE and hangs_on_more(text)])
    if not hanging.any():
        return items
    some = items[hanging]
    pledged = pledge_dates(some, tables["organisations"], tables["members"])
    school = SchoolYear.of(parameters)
    pairs = list(zip(some["due" + RAW], pledged, strict=True))
    days = {
        (text, day): deadline(text, period.year, school, None if pd.isna(day) else day.date())
        for text, day in set(pairs)
    }
    due = items["due"].copy()
    due[hanging] = pd.Series([days[pair] for pair in pairs], some.index, due.dtype)
    return items.assign(due=due)
