"""What rules ask of cells: blank, not understood, and sentences about both."""

import re

import pandas as pd

from pledgebatch.schema.columns import blank_texts
from pledgebatch.schema.fields import Field, Kind, Sheet
from pledgebatch.schema.kinds import RAW, explain, form_of
from pledgebatch.schema.texts import squeeze

LONGEST_QUOTE = 60
QUOTE = re.compile(f"“([^”]{{{LONGEST_QUOTE + 1},}})”")


def blank(frame: pd.DataFrame, key: str) -> pd.Series:
    """Nothing was typed; a missing column is FIL01's business and counts as not blank."""
    # What is blank has no value: where every cell has one, the texts need not be looked at.
    unknown = frame[key].isna()
    return unknown & (frame[key + RAW] == "") if unknown.any() else unknown


def given(frame: pd.DataFrame, key: str) -> pd.Series:
    """Something was typed."""
    return frame[key + RAW].notna() & ~blank(frame, key)


def obscure(frame: pd.DataFrame, key: str) -> pd.Series:
    """Something was typed that could not be understood."""
    unknown = frame[key].isna()
    return given(frame, key) & unknown if unknown.any() else unknown


def unclear(frame: pd.DataFrame, *keys: str) -> pd.Series:
    """Any of the fields is missing or was not understood: a rule that needs it is quiet."""
    return frame[list(keys)].isna().any(axis=1)


def sure(condition: pd.Series) -> pd.Series:
    """A comparison as a plain boolean: unknown is not a breach."""
    return condition if condition.dtype == bool else condition.fillna(False).astype(bool)


def no_hints(frame: pd.DataFrame) -> pd.Series:
    """A column of hints over ``frame`` that says nothing yet."""
    return pd.Series(blank_texts(len(frame)), index=frame.index)


def unusable(frame: pd.DataFrame, field: Field) -> pd.Series:
    """A sentence where the field is blank or was not understood."""
    return _hints_of(frame, field, blank(frame, field.key), obscure(frame, field.key))


def unfilled(frame: pd.DataFrame, field: Field) -> pd.Series:
    """As ``unusable``, for blanks only."""
    return _hints_of(frame, field, blank(frame, field.key), None)


def unread(frame: pd.DataFrame, field: Field) -> pd.Series:
    """As ``unusable``, for what was not understood only."""
    return _hints_of(frame, field, None, obscure(frame, field.key))


def _hints_of(frame: pd.DataFrame, field: Field, wanting: pd.Series | None, odd: pd.Series | None) -> pd.Series:
    hints = no_hints(frame)
    if wanting is not None and wanting.any():
        form = form_of(field)
        ask = f"请填：{form}" if field.kind is Kind.CHOICE else f"请填{form}" if form else "请补填"
        hints[wanting] = f"“{field.header}”未填写，{ask}"
    if odd is not None and odd.any():
        raws = frame.loc[odd, field.key + RAW]
        messages = {raw: f"“{field.header}”填的“{short(raw)}”不能识别，{explain(field, raw)}" for raw in raws.unique()}
        hints[odd] = raws.map(messages)
    return hints


def lacking(frame: pd.DataFrame, sheet: Sheet, key: str, among: tuple[str, ...]) -> pd.Series:
    """As ``unusable`` at ``key``, of fields that are filled in together: their blanks are reported once, at the first."""
    blanks = {each: blank(frame, each) for each in among}
    earlier = pd.Series(False, index=frame.index)
    for each in among[: among.index(key)]:
        earlier |= blanks[each]
    hints = unusable(frame, sheet[key]).where(~(blanks[key] & earlier))
    several = blanks[key] & ~earlier & (pd.DataFrame(blanks).sum(axis=1) > 1)
    if several.any():
        names = pd.Series("", index=frame.index[several], dtype="str")
        for each in among:
            names += blanks[each][several].map({True: f"、“{sheet[each].header}”", False: ""}).astype("str")
        hints[several] = names.str[1:] + "都未填写，请补填"
    return hints


def differs(now: pd.Series, before: pd.Series) -> pd.Series:
    """Whether two known texts differ in more than white space and width."""
    unlike = sure(now != before) & now.notna() & before.notna()
    unlike[unlike] = squeezed(now[unlike]) != squeezed(before[unlike])
    return unlike


def days(dates: pd.Series, chosen: pd.Series) -> pd.Series:
    """Dates as text where ``told``, missing elsewhere."""
    texts: pd.Series = dates[chosen].dt.strftime("%Y-%m-%d").astype("str")
    return texts.reindex(dates.index)


def placed(rows: pd.DataFrame, layout: pd.DataFrame, sheet: str, *keys: str) -> pd.Series:
    """Whether the workbook of each row has the columns of ``sheet``: what is missing in the file is FIL01's business."""
    found = layout[layout["sheet"] == sheet]
    there = pd.Series(True, index=rows.index)
    for key in keys:
        there &= rows["submission"].isin(found.loc[found["field"] == key, "submission"])
    return there


def squeezed(column: pd.Series) -> pd.Series:
    """Texts folded for comparing, white space and width removed."""
    folded = {text: squeeze(text) for text in column.dropna().unique().tolist()}
    return column.map(folded).astype("str")


def short(text: str, length: int = 40) -> str:
    """A typed text for use inside a sentence: one line, not too long."""
    line = " ".join(str(text).split())
    return line if len(line) <= length else line[: length - 1] + "…"


def with_short_quotes(message: str) -> str:
    """A message whose quotes of what was typed are short: all of it stands in the finding's ``value``."""
    return QUOTE.sub(lambda found: f"“{short(found[1], LONGEST_QUOTE)}”", message)


def day(dates: pd.Series) -> pd.Series:
    """Dates as sentences give them."""
    texts: pd.Series = dates.dt.strftime("%Y-%m-%d").astype("str")
    return texts


def has_sheet(rows: pd.DataFrame, layout: pd.DataFrame, key: str) -> pd.Series:
    """Which rows are of a file that has sheet ``key``; of one that is missing nothing can be said but that."""
    return rows["submission"].isin(layout.loc[layout["sheet"] == key, "submission"])


def of_organisation(rows: pd.DataFrame, organisations: pd.DataFrame, key: str) -> pd.Series:
    """What each row's 组织承诺 answers for ``key``."""
    answers = organisations.drop_duplicates("submission").set_index("submission")[key]
    return answers.reindex(rows["submission"]).set_axis(rows.index)
