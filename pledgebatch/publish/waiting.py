"""What the branches say of findings and the office has still to decide: identical words together."""

from typing import Any

import pandas as pd

from pledgebatch.months.answers import in_words
from pledgebatch.rules.machinery.cells import short
from pledgebatch.schema.records import records
from pledgebatch.schema.states import Answer

MOST_WORDS = 8
"""Different words that are shown; the ledger has all."""


def summarise_waiting(answers: pd.DataFrame) -> dict[str, Any]:
    """How many of ``answers`` wait for the office, and the words that most of them use, each with how often."""
    waiting = answers[answers["state"] == Answer.WAITING]
    if waiting.empty:
        return {"all": 0, "organisations": 0, "lines": [], "rest": 0}
    answered = pd.DataFrame({"words": in_words(waiting), "organisation": waiting["organisation"]})
    counts = (
        answered.groupby("words").agg(count=("words", "size"), organisations=("organisation", "nunique")).reset_index()
    )
    counts = counts.sort_values(["count", "words"], ascending=[False, True], kind="stable")
    lines = [line | {"words": short(line["words"])} for line in records(counts.head(MOST_WORDS))]
    return {
        "all": len(waiting),
        "organisations": int(waiting["organisation"].nunique()),
        "lines": lines,
        "rest": len(counts) - len(lines),
    }
