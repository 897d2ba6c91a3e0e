"""The clauses of the notice, sentence by sentence: number, title, paraphrase, modal verb. The rules say where they stand."""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

NO_CLAUSE = "-"
"""The clause of rules about the files and the calendar of the office, which the notice does not mention."""
BOTH_ANNEXES = "附件1/2"
"""What stands in both annexes: a rule may be about the same sentence of either."""


@dataclass(frozen=True)
class Sentence:
    """What one sentence of a clause asks, in our own words."""

    number: str
    """The clause and the place in it: 五.3-2."""
    text: str
    reviewer: tuple[str, ...] = ()
    """Fields in which a person, not a rule, answers for it."""
    why: str = ""
    """Why no machine can check it."""


@dataclass(frozen=True)
class Clause:
    """A numbered part of the notice."""

    number: str
    title: str
    paraphrase: str
    modal: str
    sentences: tuple[Sentence, ...]

    @cached_property
    def reviewer(self) -> tuple[str, ...]:
        """The fields in which a person answers for the clause."""
        return tuple(key for sentence in self.sentences for key in sentence.reviewer)

    @cached_property
    def not_mechanical(self) -> str:
        """Why no machine can check any of it; empty where one can."""
        reasons = dict.fromkeys(sentence.why for sentence in self.sentences)
        return "；".join(reasons) if all(reasons) else ""


def _clause(stated: dict[str, Any]) -> Clause:
    sentences = [
        Sentence(f"{stated['number']}-{place}", each["text"], tuple(each.get("reviewer", ())), each.get("why", ""))
        for place, each in enumerate(stated.pop("sentences"), 1)
    ]
    return Clause(**stated, sentences=tuple(sentences))


CLAUSES = tuple(
    map(_clause, tomllib.loads(files(__package__).joinpath("data", "clauses.toml").read_text("utf-8"))["clause"])
)
"""The notice in its own order."""
FIVE_ANSWERS = next(clause.reviewer for clause in CLAUSES if clause.number == "五.3")
"""The five questions of 五.3, answered by the reviewer item by item."""


def clause_of(sentence: str) -> str:
    """The clause that a sentence stands in, as rules name both: 五.3 of 五.3-2."""
    return sentence.rpartition("-")[0] or sentence


def sentences_named(sentence: str) -> tuple[str, ...]:
    """The sentences of the notice that a rule's ``sentence`` names: two where it stands in both annexes."""
    clause, _, place = sentence.rpartition("-")
    if clause == BOTH_ANNEXES:
        return tuple(f"{annex}-{place}" for annex in ("附件1", "附件2"))
    return (sentence,)
