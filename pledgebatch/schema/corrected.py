"""What a row says of its cells that the office corrected: what was typed there, and why it was corrected."""

import json
from collections.abc import Mapping

import pandas as pd

from pledgebatch.schema.frames import CORRECTED
from pledgebatch.schema.texts import fold

BLANK = "（空）"
MOST_QUOTED = 200
"""Characters of what was typed that are shown beside a correction."""
Original = tuple[str, str]
"""The text as typed, and the reason."""


def mark_of(originals: Mapping[str, Original]) -> str:
    """What a row says in ``CORRECTED``, by field."""
    return json.dumps({key: list(each) for key, each in originals.items()}, ensure_ascii=False, sort_keys=True)


def originals_of(mark: object) -> dict[str, Original]:
    """What was typed, and why it was corrected, by field; nothing of a row that was not."""
    if not isinstance(mark, str) or not mark:
        return {}
    return {key: (str(typed), str(reason)) for key, (typed, reason) in json.loads(mark).items()}


def find_corrected(rows: pd.DataFrame) -> dict[int, dict[str, Original]]:
    """``originals_of`` the rows that were corrected, by their places."""
    if CORRECTED not in rows:
        return {}
    marks = rows[CORRECTED]
    return {int(place): originals_of(marks.iloc[place]) for place in marks.notna().to_numpy().nonzero()[0]}


def both(typed: str, now: str) -> str:
    """A corrected cell as it is shown: as corrected, and as typed."""
    return f"{now or BLANK}（已更正，原填{quoted(typed)}）"


def note_of(original: Original) -> str:
    """What stands on a corrected cell of a workbook, in one line."""
    typed, reason = original
    return f"【办公室更正】原来填的是{quoted(typed)}，理由：{short(reason)}"


def quoted(typed: str) -> str:
    """What was typed, in quotes; a blank cell in words."""
    return f"“{short(typed)}”" if typed.strip() else BLANK


def short(text: str) -> str:
    """A text in one line, not too long."""
    line = fold(text) if "\n" in text else text.strip()
    return line if len(line) <= MOST_QUOTED else line[: MOST_QUOTED - 1] + "…"
