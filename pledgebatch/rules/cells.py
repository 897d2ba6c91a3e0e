"""What rules ask of cells: blank, not understood, and sentences about both."""

import pandas as pd

from pledgebatch.schema.fields import Field, Kind
from pledgebatch.schema.kinds import RAW, explain, form_of
from pledgebatch.schema.texts import squeeze


def blank(frame: pd.DataFrame, key: str) -> pd.Series:
    """Nothing was typed; a missing column is FIL01's business and counts as not blank."""
    return (frame[key + RAW] == "").fillna(False).astype(bool)


def given(frame: pd.DataFrame, key: str) -> pd.Series:
    """Something was typed."""
    return (frame[key + RAW] != "").fillna(False).astype(bool) & frame[key + RAW].notna()


def obscure(frame: pd.DataFrame, key: str) -> pd.Series:
    """Something was typed that could not be understood."""
    return given(frame, key) & frame[key].isna()


def unclear(frame: pd.DataFrame, *keys: str) -> pd.Series:
    """Any of the fields is missing or was not understood: a rule that needs it is quiet."""
    return frame[list(keys)].isna().any(axis=1)


def sure(condition: pd.Series) -> pd.Series:
    """A comparison as a plain boolean: unknown is not a breach."""
    return condition.fillna(False).astype(bool)


def hints(frame: pd.DataFrame) -> pd.Series:
    """A column of hints over ``frame`` that says nothing yet."""
    return pd.Series(pd.NA, index=frame.index, dtype="str")


def unusable(frame: pd.DataFrame, field: Field) -> pd.Series:
    """A sentence where the field is blank or was not understood."""
    said = hints(frame)
    form = form_of(field)
    ask = f"请填：{form}" if field.kind is Kind.CHOICE else f"请填{form}" if form else "请补填"
    said[blank(frame, field.key)] = f"“{field.header}”未填写，{ask}"
    odd = obscure(frame, field.key)
    if odd.any():
        raws = frame.loc[odd, field.key + RAW]
        told = {raw: f"“{field.header}”填的“{short(raw)}”不能识别，{explain(field, raw)}" for raw in raws.unique()}
        said[odd] = raws.map(told)
    return said


def unfilled(frame: pd.DataFrame, field: Field) -> pd.Series:
    """As ``unusable``, for blanks only."""
    return unusable(frame, field).where(blank(frame, field.key))


def unread(frame: pd.DataFrame, field: Field) -> pd.Series:
    """As ``unusable``, for what was not understood only."""
    return unusable(frame, field).where(obscure(frame, field.key))


def squeezed(column: pd.Series) -> pd.Series:
    """Texts folded for comparing, white space and width removed."""
    folded = {text: squeeze(text) for text in column.dropna().unique()}
    return column.map(folded).astype("str")


def short(text: str, length: int = 40) -> str:
    """A typed text for use inside a sentence: one line, not too long."""
    line = " ".join(str(text).split())
    return line if len(line) <= length else line[: length - 1] + "…"


def day(dates: pd.Series) -> pd.Series:
    """Dates as sentences give them."""
    said: pd.Series = dates.dt.strftime("%Y-%m-%d").astype("str")
    return said


def has_sheet(rows: pd.DataFrame, layout: pd.DataFrame, key: str) -> pd.Series:
    """Which rows are of a file that has sheet ``key``; of one that is missing nothing can be said but that."""
    return rows["submission"].isin(layout.loc[layout["sheet"] == key, "submission"])


def of_organisation(rows: pd.DataFrame, organisations: pd.DataFrame, key: str) -> pd.Series:
    """What each row's 组织承诺 answers for ``key``."""
    answers = organisations.drop_duplicates("submission").set_index("submission")[key]
    return answers.reindex(rows["submission"]).set_axis(rows.index)
