"""The office's list of explanations: what the branches said and nobody has decided yet is added to 说明审定."""

from pathlib import Path

import pandas as pd

from pledgebatch.mistakes import OfficeMistake
from pledgebatch.months.answers import OUR_SHEETS, in_words
from pledgebatch.months.questions import HEADERS
from pledgebatch.pipeline.decisions import Line, add_lines
from pledgebatch.schema.decisions import EXPLANATIONS
from pledgebatch.schema.frames import REMARK, empty, frame
from pledgebatch.schema.records import records
from pledgebatch.schema.states import Answer, Severity


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


def keep_waiting(path: Path, answers: pd.DataFrame) -> pd.DataFrame:
    """Add what waits for the office to decisions.xlsx, which is not touched where nothing does or all stands there.

    Returns a remark where that cannot be done, since somebody has the book open: the month is none the worse for it.
    """
    try:
        add_lines(path, EXPLANATIONS, list_waiting(answers))
    except OfficeMistake as mistake:
        message = f"各单位的说明没有列进去：{mistake}。说明没有丢，关闭后再汇总一次就会列进去"
        line: dict[str, object] = {"file": path.name, "sheet": EXPLANATIONS.name, "severity": str(Severity.WARNING)}
        return frame(REMARK, [line | {"message": message}])
    return empty(REMARK)
