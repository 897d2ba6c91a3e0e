"""Earlier versions of the standard workbook: how they are still read, and what they could not yet say."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Version:
    """A version of the workbook, by how it differs from today's."""

    headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By sheet key: the headers it had, and the fields they are today."""
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By sheet key: the fields it did not have; a sheet it did not have is listed without fields."""


VERSIONS: Mapping[str, Version] = {
    # The trial workbook, made after the annexes of the notice before the registry and the ledger were settled.
    "0.9": Version(
        headers={
            "members": {"职务": "post", "入党年月": "joined_month", "学历": "education"},
            "items": {"承诺内容": "text", "落实措施": "measures", "完成期限": "due"},
        },
        lacking={
            "organisations": ("nil_return", "copy_parent", "copy_own", "copy_public", "continuation_pages"),
            "items": ("key_project", "legacy_no", "duty", "change_reason"),
            "legacy": (),
        },
    ),
}
"""By the template version in the hidden sheet. Today's is not listed; one that is neither is unknown (FIL01)."""
TODAY = Version()


def version_of(name: str) -> Version:
    """The version a workbook says it is; today's where it says none, or one that nobody knows."""
    return VERSIONS.get(name, TODAY)
