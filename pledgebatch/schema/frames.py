"""The frames that pass from room to room: their columns and types, each declared once."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd

from pledgebatch.schema.choosing import choose
from pledgebatch.schema.columns import text_array
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.kinds import DTYPES, RAW

Tables = Mapping[str, pd.DataFrame]
"""Typed rows by sheet key. Columns: ``PLACE``, then ``key`` and ``key_raw`` for each field of the sheet."""

PLACE = {"submission": "Int64", "organisation": "str", "file": "str", "row": "Int64"}
"""Where a row stands: number of the submission, code of the organisation, its file, Excel's row (missing on a form)."""
CORRECTED = "originals"
MARKED = {"set_aside": "str", "cells": "str", CORRECTED: "str"}
"""What is known of a row besides: why it stands in no ledger; and, where its table was laid out otherwise than ours, its
``cells``: ``field=cell``, a line each; and, as JSON by field, what was typed in cells that the office
corrected (``originals``), and why."""

FINDING = {
    "organisation": "str",
    "file": "str",
    "sheet": "str",
    "row": "Int64",
    "field": "str",
    "cell": "str",
    "rule": "str",
    "clause": "str",
    "severity": "str",
    "value": "str",
    "message": "str",
    "waiver": "str",
    "number": "str",
    "answer": "str",
}
"""A finding (contract): one breach of one rule at one place; row and cell missing where it is about a whole sheet.

``waiver``, in Chinese, says until when and why the finding does not count; missing where it does. ``number`` is what its
row is known by, whatever Excel calls it; ``answer``, in Chinese, how it stands with what the branch says of it."""

ANSWER = {
    "organisation": "str",
    "sheet": "str",
    "number": "str",
    "field": "str",
    "rule": "str",
    "value": "str",
    "message": "str",
    "usual": "str",
    "explanation": "str",
    "said": "str",
    "state": "str",
    "opinion": "str",
    "decided_by": "str",
    "alike": "Int64",
}
"""A branch's answer (说明) to a finding: what it is about, the reason it chose and its own words, the month in which it
``said`` so, and what the office decided (``state`` is an Answer). ``alike`` is how many findings of the month it answers with
just these words."""

LAYOUT = {"submission": "Int64", "sheet": "str", "field": "str", "column": "Int64", "row": "Int64"}
"""Where each field stands in each submission: Excel's column, and for a form its row; ``sheet`` is a sheet's key."""

SUBMISSION = {
    "submission": "Int64",
    "organisation": "str",
    "file": "str",
    "sha256": "str",
    "size": "Int64",
    "received": "str",
    "state": "str",
    "reason": "str",
}
"""A file received: ``organisation`` is the code it stands under (as typed where unknown), ``reason`` is Chinese."""

RECONCILIATION = {
    "organisation": "str",
    "file": "str",
    "sheet": "str",
    "read": "Int64",
    "ledger": "Int64",
    "set_aside": "Int64",
    "blank": "Int64",
}
"""Rows per file and sheet (contract): read = ledger + set_aside + blank."""

SET_ASIDE = {"organisation": "str", "file": "str", "sheet": "str", "row": "Int64", "reason": "str", "content": "str"}
"""Rows that no ledger holds: why, and what they say (``表头：内容；…``)."""

COVERAGE = {
    "organisation": "str",
    "org_name": "str",
    "unit_name": "str",
    "unit_category": "str",
    "relation": "str",
    "parent": "str",
    "parent_name": "str",
    "contact": "str",
    "phone": "str",
    "email": "str",
    "state": "str",
    "file": "str",
    "members": "Int64",
    "written": "Int64",
    "oral": "Int64",
    "items": "Int64",
    "error": "Int64",
    "warning": "Int64",
    "notice": "Int64",
    "pending": "Int64",
}
"""One row for each registered organisation that must report: its state for the month and its figures.

Waived findings do not count; ``pending`` are the questions that a reviewer has still to answer."""

VERDICT = {
    "organisation": "str",
    "clause": "str",
    "verdict": "str",
    "error": "Int64",
    "warning": "Int64",
    "notice": "Int64",
}
"""One row for each organisation and clause."""

CHANGE = {
    "organisation": "str",
    "file": "str",
    "sheet": "str",
    "cell": "str",
    "header": "str",
    "found": "str",
    "kind": "str",
    "tab": "str",
    "field": "str",
    "basis": "str",
    "sure": "str",
}
"""What differs from the standard form: ``kind`` is missing_sheet, missing_column, renamed_column (read all the
same), doubtful_column (like a missing one, not read), repeated_column (``found`` names each, ``cell`` is the one read),
guessed_column (read, to be confirmed), held_column (no margin: kept, not read), read_tab and refused_tab.

Of what was read or held by a guess, ``tab`` is the branch's own, ``basis`` says why in Chinese, and ``sure`` is 明确 or
待确认; ``field`` is a key."""

MOVEMENT = {
    "organisation": "str",
    "since": "str",
    "sheet": "str",
    "number": "str",
    "kind": "str",
    "field": "str",
    "before": "str",
    "after": "str",
}
"""What moved since an organisation's last report (``since``, its month): a row added or gone, its words in ``after`` or
``before``; a field of the row with this number changed, from what to what; or a column, or a whole sheet, could not be
read, and ``since`` is when it last was. ``kind`` is a Movement."""

REMARK = {
    "file": "str", "sheet": "str", "row": "Int64", "field": "str", "cell": "str", "severity": "str", "value": "str",
    "message": "str",
}  # fmt: skip
"""What the office itself should mend, in its registry, its waivers or its folders: shown to the clerk, never to a branch."""

FORMER_NAMES = "former_names"
"""The column of the registry that holds what an organisation was called in earlier months."""
BETWEEN_NAMES = "\n"
"""What stands between several of them: no name has it."""
EVENT = {"organisation": "str", "event": "str", "from_period": "str", "to": "str", "was": "str", "note": "str"}
"""An organisation dissolved, merged, renamed or moved, from a month on: ``to`` is the code of the receiver or superior,
or the new name, and ``was`` the name or superior that the registry had when it was written down."""
HANDOVER = {
    "period": "str", "cause": "str", "giver": "str", "receiver": "str", "sheet": "str", "number": "str", "new_number": "str",
    "words": "str", "status": "str",
}  # fmt: skip
"""A row that one organisation gave and another has since ``period``, by a merger or with a member who moved: its number
with either. ``words`` are its name or text, ``status`` is how far an item was that was withdrawn for the move alone. On the
sheet of the form it is the name of the organisation itself."""
HANDED = {**MOVEMENT, "words": "str", "giver": "str", "other": "str"}
"""A row that was handed over this month, as a movement of either side: its number there, ``before`` and ``after``, and
who is on the ``other`` side, in words."""
UNCLAIMED = {
    "organisation": "str", "since": "str", "sheet": "str", "number": "str", "words": "str", "due": "datetime64[s]",
    "status": "str",
}  # fmt: skip
"""A member, or an open item, of an organisation that was dissolved, whom nobody has taken over; ``since`` is the month of
its last report."""
REGISTRY_MOVE = {
    **MOVEMENT, "org_name": "str", "members": "Int64", "items": "Int64", "superiors": "str", "from_period": "str",
}  # fmt: skip
"""What the office changed in its registry since the last month: an organisation added, gone, renamed, under another
superior, or with another 是否报送; and what became of one by 组织变动, with the month from which. ``members`` and ``items``
are those of the last report (``since``) of one that ended; ``superiors`` are the codes of all above it, before or now,
joined by 、."""

EXTRA = {"submission": "Int64", "sheet": "str", "row": "Int64", "header": "str", "value": "str", "cells": "str"}
"""A cell below a header of the organisation's own; or a note on a cell, whose ``header`` is ``NOTE``. ``cells`` are those
of its row (``MARKED``)."""
NOTE = "批注（{}）"
UNDERSTOOD = {
    "organisation": "str", "file": "str", "row": "Int64", "sheet": "str", "field": "str", "header": "str", "typed": "str",
    "told": "str",
}  # fmt: skip
"""A cell in the ledgers that was understood otherwise than typed."""
UNREAD = {"submission": "Int64", "organisation": "str", "file": "str", "sheet": "str", "field": "str"}
"""A column that could not be read, or, without ``field``, a sheet of which nothing could be; ``sheet`` is a sheet's key."""
LAST_KNOWN = {**UNREAD, "nth": "Int64", "text": "str", "since": "str"}
"""A cell of what could not be read, as it was last known, in the month ``since``. ``nth`` is which of the organisation's
rows in the ledger it belongs to, counted from 0, or, where nothing of the sheet could be read, which of those last known."""
OF_NO_SHEET = {
    "extras": {**EXTRA, "organisation": "str", "file": "str"},
    "understood": UNDERSTOOD,
    "movements": MOVEMENT,
    "unread": UNREAD,
    "last_known": LAST_KNOWN,
}
"""The tables of a month beside those of the sheets: many rows too, organisation by organisation."""


DECIDED = {
    "organisation": "str", "kind": "str", "since": "str", "sheet": "str", "number": "str", "field": "str", "rule": "str",
    "before": "str", "after": "str", "reason": "str", "decided_by": "str",
}  # fmt: skip
"""办理记录: a decision of the office's. ``kind`` is the sheet it is from, ``since`` its month; ``before`` is what it is about,
``after`` what was decided. ``organisation`` is missing where it concerns nobody in particular."""
UNAPPLIED = {"organisation": "str", "row": "Int64", "message": "str"}
"""A correction that does not apply: its ``row`` in decisions.xlsx, and why, in Chinese."""
UNDECIDED = {"organisation": "str", "rule": "str", "reason": "str"}
"""A rule that could not be evaluated for one organisation, though for others, and why, in Chinese."""
ORDER = {
    "organisation": "str",
    "kind": "str",
    "subject": "str",
    "by": "datetime64[s]",
    "done": "datetime64[s]",
    "state": "str",
    "days": "Int64",
}
"""A rectification order, from an assessment or a review that sent an item back: until when, done when, days overdue."""


def counting(findings: pd.DataFrame) -> pd.DataFrame:
    """The findings that count: those without a waiver."""
    return choose(findings, findings["waiver"].isna())


def as_agreed(findings: pd.DataFrame) -> pd.DataFrame:
    """The findings in the columns of the contract; one that is waived or answered says so at the head of its message."""
    marked = "【" + findings["waiver"].fillna(findings["answer"]) + "】" + findings["message"]
    return findings.assign(message=marked.fillna(findings["message"])).drop(columns=["waiver", "number", "answer"])


def by_organisation(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all ``parts`` by organisation and, where they have one, file; otherwise as they stood."""
    together = pd.concat(parts, ignore_index=True)
    keys = [name for name in ("organisation", "file") if name in together]
    return together.sort_values(keys, kind="stable", ignore_index=True)


def columns_of(sheet: Sheet) -> dict[str, str]:
    """The columns of a sheet's frame with their types."""
    columns = dict(PLACE)
    for each in sheet.fields:
        columns[each.key] = DTYPES.get(each.kind, "str")
        columns[each.key + RAW] = "str"
    return columns


def empty(columns: Mapping[str, str]) -> pd.DataFrame:
    """A frame of ``columns`` without rows."""
    return _empty(tuple(columns.items()))[:]


@cache
def _empty(columns: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns})


def as_declared(rows: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """``rows`` in ``columns`` and their types; missing values where they lack one. Most columns are what they should be."""
    return pd.DataFrame(
        {name: of_type(rows.get(name), rows.index, dtype) for name, dtype in columns.items()}, rows.index, copy=False
    )


def of_type(values: Any, index: pd.Index, dtype: Any) -> pd.Series:
    """A column of ``dtype``: as it is, brought to it, or of one value throughout; missing throughout for None."""
    if not isinstance(values, pd.Series):
        return pd.Series(values, index, dtype)
    return values if values.dtype == dtype else values.astype(dtype)


def frame(columns: Mapping[str, str], rows: list[dict[str, object]]) -> pd.DataFrame:
    """A frame of ``columns`` from records; what a record leaves out is missing."""
    return pd.DataFrame(
        {name: _array([row.get(name) for row in rows], dtype) for name, dtype in columns.items()}, copy=False
    )


def _array(values: list[Any], dtype: str) -> Any:
    is_text = dtype == "str" and all(value is None or isinstance(value, str) for value in values)
    return text_array(values) if is_text else pd.Series(values, dtype=dtype).array
