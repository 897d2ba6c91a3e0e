"""Earlier versions of the standard workbook: how they are still read, and what they could not yet say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pledgebatch.schema.sheets import BOOK_SHEETS, TEMPLATE_VERSIONS

Headers = Mapping[str, Mapping[str, str]]
"""By sheet key: headers, and the fields that they are today."""

HEADERS: Mapping[str, Headers] = {
    # The trial workbook, made after the annexes of the notice before the registry and the ledger were settled.
    "0.9": {
        "members": {"职务": "post", "入党年月": "joined_month", "学历": "education"},
        "items": {"承诺内容": "text", "落实措施": "measures", "完成期限": "due"},
    },
}
"""By version, the headers that it was the last to have."""


@dataclass(frozen=True)
class Version:
    """A version of the workbook, by how it differs from today's."""

    headers: Headers = field(default_factory=dict)
    """The headers that it had, and today's has not."""
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By sheet key: the fields it did not have; a sheet it did not have is listed without fields."""


def _as_it_was(name: str) -> Version:
    """An earlier version: with the headers that it or a later one was the last to have, without what came later."""
    own_on = TEMPLATE_VERSIONS[TEMPLATE_VERSIONS.index(name) :]
    later = own_on[1:]
    headers = {sheet.key: _headers(sheet.key, own_on) for sheet in BOOK_SHEETS}
    new = {sheet.key: tuple(each.key for each in sheet.fields if each.since in later) for sheet in BOOK_SHEETS}
    whole = {sheet.key: () for sheet in BOOK_SHEETS if sheet.since in later}
    return Version(
        {key: words for key, words in headers.items() if words},
        {key: fields for key, fields in (new | whole).items() if fields or key in whole},
    )


def _headers(sheet: str, versions: Sequence[str]) -> dict[str, str]:
    """By header the fields of ``sheet`` that were renamed since the first of ``versions``, as that called them."""
    as_called = {
        key: header for version in reversed(versions) for header, key in HEADERS.get(version, {}).get(sheet, {}).items()
    }
    return {header: key for key, header in as_called.items()}


VERSIONS: Mapping[str, Version] = {name: _as_it_was(name) for name in TEMPLATE_VERSIONS[:-1]}
"""By the template version in the hidden sheet. Today's is not listed; one that is neither is unknown (FIL01)."""
TODAY = Version()


def version_of(name: str) -> Version:
    """The version a workbook says it is; today's where it says none, or one that nobody knows."""
    return VERSIONS.get(name, TODAY)
