"""The office's list of explanations: what the branches said and nobody has decided yet is added to 说明审定."""

from pathlib import Path

import pandas as pd

from pledgebatch.months.answers import OUR_SHEETS, in_words
from pledgebatch.months.questions import HEADERS
from pledgebatch.pipeline.decisions import Line, add_lines
from pledgebatch.schema.decisions import EXPLANATIONS
from pledgebatch.schema.records import records
from pledgebatch.schema.states import Answer


def list_waiting(answers: pd.DataFrame) -> list[Line]:
    """A line of 说明审定 for each of the ``answers`` that waits for the office."""
    waiting = answers[answers["state"] == Answer.WAITING]
    return [
        {
            "unit_code": each["organisation"],
            "sheet": each["sheet"] if each["sheet"] in OUR_SHEETS else "",
            "number": each["number"],
            "field": HEADERS.get((each["sheet"], each["field"]), ""),
            **{key: each[key] for key in ("rule", "value", "message")},
            "explanation": words,
            "period": each["said"],
        }
        for each, words in zip(records(waiting), in_words(waiting), strict=True)
    ]


def keep_waiting(path: Path, answers: pd.DataFrame) -> None:
    """Add what waits for the office to decisions.xlsx, which is not touched where nothing does or all stands there.

    Raises OfficeMistake where somebody has it open.
    """
    add_lines(path, EXPLANATIONS, list_waiting(answers))
