"""What must not be read in a text: the persons, telephones, addresses and months that are kept from a superior."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pledgebatch.engine.dataset import pieces
from pledgebatch.publish.names import Names, as_compared, find_persons, normalise_name
from pledgebatch.publish.protection import EVERYBODY, PERSONAL, PERSONS, Protection, Withheld
from pledgebatch.schema.corrected import BLANK
from pledgebatch.schema.decisions import CORRECTIONS
from pledgebatch.schema.fields import Kind
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.month import Month
from pledgebatch.schema.sheets import ASSESSMENTS, MEMBERS, SHEETS

COVER = "＊"
MOBILE = r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"
LANDLINE = r"(?<!\d)\(?0\d{2,3}\)?[- ]?\d{7,8}(?!\d)"
LOCAL = r"(?<!\d)\d{3,4}[- ]?\d{4}(?!\d)"
"""A telephone of the place: only one that is known is covered."""
ADDRESS = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_PHONE = re.compile(f"(?P<certain>{MOBILE}|{LANDLINE})|{LOCAL}")
_ADDRESS = re.compile(ADDRESS, re.ASCII)
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d) ?[-./年] ?(0?[1-9]|1[0-2])(?!\d)( ?[-./月] ?\d)?")
_NUMBER = re.compile(r"\d{3}")
LOCAL_DIGITS = (7, 8)
Span = tuple[int, int, str]
"""From where to where of a text, and what stands there instead."""


@dataclass(frozen=True)
class Hidden:
    """What one kind of reader must not read; each organisation's months count in its own texts only."""

    names: Names
    left_out: frozenset[str]
    """Those of the names of which nothing is shown."""
    phones: frozenset[str] | None
    """Known telephones, digits only; None where telephones are shown."""
    addresses: bool
    months: Mapping[str, frozenset[int]]
    since: int
    """The month from which on a date with its day is an ordinary date."""

    def in_texts(self, texts: pd.Series, organisations: pd.Series) -> pd.Series:
        """A column of texts with all that in it covered, each distinct text looked through once."""
        codes, distinct = pd.factorize(texts)
        shown = [self.in_text(text) for text in distinct]
        covered = texts
        if any(new is not old for new, old in zip(shown, distinct, strict=True)):
            covered = texts.map(dict(zip(distinct, shown, strict=True)), na_action="ignore").astype(texts.dtype)
        dated = [number for number, text in enumerate(distinct) if self.months and _MONTH.search(as_compared(text))]
        if dated:
            at = np.isin(codes, dated)
            own = [self.in_text(*each) for each in zip(texts[at], organisations[at].fillna(""), strict=True)]
            covered = covered.mask(at, pd.Series(own, index=texts.index[at], dtype=texts.dtype))
        return covered

    def in_text(self, text: str, organisation: str = "") -> str:
        """A text of an organisation with all that in it covered."""
        alike = as_compared(text)
        spans = [*self._persons(text, alike), *self._phones(alike), *self._addresses(alike)]
        spans += self._months(alike, self.months.get(organisation, frozenset()))
        shown, end = "", 0
        for start, stop, instead in sorted(spans):
            if start >= end:
                shown, end = shown + text[end:start] + instead, stop
        return shown + text[end:] if spans else text

    def digest(self) -> str:
        """What a page depends on of all this, in short."""
        months = sorted((code, sorted(each)) for code, each in self.months.items())
        contents = (
            sorted(self.names),
            sorted(self.left_out),
            sorted(self.phones or ()),
            self.addresses,
            months,
            self.since,
        )
        return hashlib.sha256(repr(contents).encode()).hexdigest()

    def is_known_phone(self, text: object) -> bool:
        """Whether a telephone is one of those that are not shown."""
        return bool(self.phones) and isinstance(text, str) and _digits(text) in (self.phones or ())

    def _persons(self, text: str, alike: str) -> Iterator[Span]:
        if self.names:
            for start, stop, name in self.names.find(alike):
                yield start, stop, COVER * 2 if name in self.left_out else text[start] + COVER

    def _phones(self, alike: str) -> Iterator[Span]:
        if self.phones is not None and _NUMBER.search(alike):
            for found in _PHONE.finditer(alike):
                if found["certain"] or _digits(found[0]) in self.phones:
                    yield found.start(), found.end(), COVER * 2

    def _addresses(self, alike: str) -> Iterator[Span]:
        if self.addresses and "@" in alike:
            yield from ((found.start(), found.end(), COVER * 2) for found in _ADDRESS.finditer(alike))

    def _months(self, alike: str, months: Collection[int]) -> Iterator[Span]:
        for found in _MONTH.finditer(alike) if months else ():
            month = int(found[1]) * 12 + int(found[2]) - 1
            if month in months and (month < self.since or not found[3]):
                yield found.start(), found.end(2), COVER * 2


def find_hidden(month: Month, protection: Protection) -> dict[Withheld, Hidden]:
    """What must not be read by each kind of superior from whom something is kept; of the whole ``month``."""
    roles = (
        Withheld.of(protection.direct_leave_out, protection.direct_mask),
        Withheld.of(protection.guidance_leave_out, protection.guidance_mask),
    )
    return {withheld: _hidden(month, withheld) for withheld in dict.fromkeys(roles) if withheld}


def mask_name(text: str) -> str:
    """The first character, and covers for the others: 张＊, not how long the name is in full."""
    return text[:1] + COVER * (len(text) > 1)


def _hidden(month: Month, withheld: Withheld) -> Hidden:
    roster = (
        {normalise_name(name) for name in _texts_of(month, MEMBERS.key, "name")}
        if withheld.touched & PERSONS
        else set()
    )
    left_out = _persons(month, withheld.left_out & PERSONS, roster)
    masked = _persons(month, withheld.masked & PERSONS, roster)
    by_kind = {
        kind: [key for key in PERSONAL if key in withheld.touched and PERSONAL[key].kind is kind] for kind in Kind
    }
    months: dict[str, set[int]] = {}
    for key in by_kind[Kind.MONTH]:
        for rows in pieces(month.tables, MEMBERS.key, ["organisation", key]):
            for code, ordinal in rows.dropna().itertuples(index=False):
                months.setdefault(code, set()).add(int(ordinal))
    return Hidden(
        names=Names(left_out | masked),
        left_out=frozenset(Names(left_out)),
        phones=frozenset(_numbers(month, by_kind[Kind.PHONE])) if by_kind[Kind.PHONE] else None,
        addresses=bool(by_kind[Kind.EMAIL]),
        months={code: frozenset(each) for code, each in months.items()},
        since=(month.period.year - 1) * 12,
    )


def _persons(month: Month, keys: Collection[str], roster: set[str]) -> set[str]:
    """The persons named in the fields ``keys``, this month and in what it says of earlier ones, as names are compared."""
    if not keys:
        return set()
    found = {name for cell in _cells(month, keys) for name in _in_cell(cell, roster)}
    if EVERYBODY in keys:
        found |= roster | {normalise_name(name) for name in _before(month)}
    return found


def _in_cell(cell: str, roster: Collection[str]) -> Iterator[str]:
    whole = normalise_name(cell)
    yield from [whole] if whole in roster else find_persons(cell, roster)


def _before(month: Month) -> set[str]:
    """Members named as earlier months had them: gone or renamed, not read, or under an order of rectification."""
    found: set[str] = set()
    asked = ["sheet", "field", "before", "after"]
    for rows in pieces(month.tables, "movements", asked):
        own = rows[(rows["sheet"] == MEMBERS.name) & rows["field"].fillna("name").isin(["name", ""])]
        found |= {*own["before"].dropna(), *own["after"].dropna()}
    for rows in pieces(month.tables, "last_known", ["sheet", "field", "text"]):
        found |= {*rows.loc[(rows["sheet"] == MEMBERS.key) & (rows["field"] == "name"), "text"].dropna()}
    ordered = month.orders.loc[month.orders["kind"] == ASSESSMENTS.name, "subject"].dropna()
    return found | {parts[1] for parts in ordered.str.split("　") if len(parts) > 3}


def _cells(month: Month, keys: Collection[str]) -> set[str]:
    """What the fields ``keys`` say, on whatever sheet and in the registry."""
    found = {
        cell for key in keys for sheet in SHEETS if key in sheet.by_key for cell in _texts_of(month, sheet.key, key)
    }
    found |= _decided_cells(month, keys)
    return found.union(*(month.registry[key].dropna() for key in keys if key in month.registry))


def _decided_cells(month: Month, keys: Collection[str]) -> set[str]:
    """What stood in the fields ``keys`` of which the office decided, and what it put there."""
    decided = month.decided[month.decided["field"].isin(list(keys))]
    corrected = decided.loc[decided["kind"] == CORRECTIONS.name, "after"]
    return {*decided["before"].dropna(), *corrected.dropna()} - {BLANK}


def _texts_of(month: Month, table: str, key: str) -> set[str]:
    """What a field says, as understood and as typed."""
    both = pieces(month.tables, table, [key, key + RAW])
    return {each for rows in both for column in (key, key + RAW) for each in rows[column].dropna().unique() if each}


def _numbers(month: Month, keys: Collection[str]) -> Iterator[str]:
    """The telephones in the fields ``keys``, digits only, with area code and without."""
    for digits in map(_digits, _cells(month, keys)):
        if len(digits) >= LOCAL_DIGITS[0]:
            yield digits
            if digits.startswith("0"):
                yield from (digits[-length:] for length in LOCAL_DIGITS if len(digits) - length in (3, 4))


def _digits(text: str) -> str:
    return re.sub(r"\D", "", as_compared(text))
