"""What a field and a sheet are."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from pledgebatch.notice.lists import aliases, own_words_for, vocabulary, words_for
from pledgebatch.notice.periods import Stage

WORD = 2
"""Characters of most words."""


class Kind(StrEnum):
    """What sort of value a field holds; ``kinds.py`` says how typed text becomes one."""

    TEXT = "text"
    CODE = "code"
    INTEGER = "integer"
    CHOICE = "choice"
    PERSON = "person"
    PHONE = "phone"
    DATE = "date"
    MONTH = "month"
    DEADLINE = "deadline"
    EMAIL = "email"


PERSONAL_KINDS = frozenset((Kind.PERSON, Kind.PHONE, Kind.EMAIL))
"""The kinds that say something of a person, unless a field says that it does not."""


class Filler(StrEnum):
    """Who fills a field in."""

    OFFICE = "office"
    PREFILLED = "prefilled"
    BRANCH = "branch"
    REVIEWER = "reviewer"


@dataclass(frozen=True)
class Field:
    """One column of a table, or one answer of the form; ``required`` is the stage from which it may not be blank."""

    key: str
    header: str
    kind: Kind
    required: Stage | None = None
    listed: str = ""
    """The choices, ``是|否`` or ``@ethnic_groups`` for a list of the notice."""
    clause: str = ""
    filler: Filler = Filler.BRANCH
    help: str = ""
    width: int = 0
    """Column width in Chinese characters; 0 leaves it to the kind."""
    several: bool = False
    """Whether several of the choices may be given, and others in words: a set."""
    personal: bool | None = None
    """Whether it says something of a person; None leaves it to the kind."""
    in_year: bool = False
    """Whether a month typed without its year is one of the pledge year."""
    begins: Stage | None = None
    """The stage in which it begins, of one that is not required; None for one that may always be filled in."""
    since: str = ""
    """The version of the workbook that brought it; empty where all had it."""

    @property
    def stage(self) -> Stage:
        """The stage it belongs to."""
        return self.required or self.begins or Stage.ALWAYS

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """The values of a choice, in order; empty for other kinds."""
        if self.listed.startswith("@"):
            return vocabulary(self.listed[1:])
        return tuple(self.listed.split("|")) if self.listed else ()

    @cached_property
    def spellings(self) -> dict[str, str]:
        """What the choices may be written as, in whatever width and case, each with the choice that is meant."""
        own = aliases(self.listed[1:]) if self.listed.startswith("@") else short_forms(self.choices)
        return own | words_for(self.key, self.choices) | {choice: choice for choice in self.choices}

    @cached_property
    def own_words(self) -> dict[str, str]:
        """What else is said for the choices in tables of people's own, each with the choice that is meant."""
        return own_words_for(self.key, self.choices)

    @property
    def is_personal(self) -> bool:
        """Whether it says something of a person, so that the office may keep it from superiors."""
        return self.kind in PERSONAL_KINDS if self.personal is None else self.personal

    @property
    def numbers_rows(self) -> bool:
        """Whether it numbers a row, or refers to one by its number."""
        return self.kind is Kind.CODE or self.key.endswith("_no")


def short_forms(choices: Collection[str]) -> dict[str, str]:
    """The choices with words at the end or inside left out (专业技术, 党务公开栏), where one alone fits what is left.

    Most words are of two characters.
    """
    found: dict[str, str] = {}
    for choice in choices:
        ends = [len(choice), *range(2 * WORD, len(choice) - WORD + 1, WORD)]
        words = [choice[:head] + choice[end:] for end in ends for head in range(WORD, end, WORD)]
        found |= {
            word: choice
            for word in words
            if 2 * len(word) >= len(choice) and _choices_holding(word, choices) == [choice]
        }
    return found


def _choices_holding(word: str, choices: Collection[str]) -> list[str]:
    """The choices whose characters hold those of ``word`` in their order."""
    return [choice for choice in choices for rest in [iter(choice)] if all(each in rest for each in word)]


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook; ``key`` names its frame in code, ``name`` is its tab."""

    key: str
    name: str
    fields: tuple[Field, ...]
    form: bool = False
    """A form holds one record: label in one cell, answer in the next. Other sheets are tables."""
    identity: tuple[str, ...] = ()
    """The fields without which a row cannot stand in a ledger; the first, if a number, may not repeat."""
    number: str | None = None
    """The field that numbers the rows: stable across months, never reused."""
    settled: tuple[str, ...] = ()
    """The fields that stay as they are once the row was reviewed and passed."""
    known_by: tuple[str, ...] = ()
    """The fields by which a row is known again next month, where rows have no number."""
    since: str = ""
    """The version of the workbook that brought it; empty where all had it."""
    asked: bool = False
    """Whether its rows are the office's questions, made anew for each workbook: what the office filled in is locked."""

    @cached_property
    def by_key(self) -> dict[str, Field]:
        """The fields by key."""
        return {field.key: field for field in self.fields}

    def __hash__(self) -> int:
        """Of its key alone: the hash of all fields is slow, and looked for often."""
        return hash(self.key)

    def __getitem__(self, key: str) -> Field:
        return self.by_key[key]
