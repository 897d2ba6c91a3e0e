"""Versions of the standard workbook follow from what the fields say of themselves."""

import pytest

from pledgebatch.schema import versions
from pledgebatch.schema.sheets import SHEETS, TEMPLATE_VERSION, TEMPLATE_VERSIONS


def test_what_came_later_came_with_a_version_that_there_was() -> None:
    came = {each.since for sheet in SHEETS for each in (sheet, *sheet.fields)} - {""}
    assert came <= set(TEMPLATE_VERSIONS[1:])
    assert set(versions.HEADERS) <= set(TEMPLATE_VERSIONS[:-1])
    assert set(versions.VERSIONS) == set(TEMPLATE_VERSIONS) - {TEMPLATE_VERSION}


def test_headers_left_behind_are_those_of_fields_and_no_longer_theirs() -> None:
    of_sheet = {sheet.key: sheet for sheet in SHEETS}
    for left in versions.HEADERS.values():
        for key, headers in left.items():
            for header, field in headers.items():
                assert of_sheet[key][field].header != header


@pytest.fixture
def four(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two more versions: 责任人 and 具体措施 get other headers after 1, 责任人 again after 2."""
    monkeypatch.setattr(versions, "TEMPLATE_VERSIONS", ("0.9", "1", "2", "3"))
    later = {
        "1": {"items": {"负责人": "responsible", "措施": "measures"}},
        "2": {"items": {"责任人员": "responsible"}},
    }
    monkeypatch.setattr(versions, "HEADERS", versions.HEADERS | later)


def test_a_version_has_the_headers_that_it_or_a_later_one_was_the_last_to_have(four: None) -> None:
    trial, first, second = (versions._as_it_was(name).headers["items"] for name in ("0.9", "1", "2"))
    assert second == {"责任人员": "responsible"}
    assert first == {"负责人": "responsible", "措施": "measures"}
    assert trial == {"负责人": "responsible", "承诺内容": "text", "落实措施": "measures", "完成期限": "due"}


def test_a_version_lacks_what_came_later_whether_a_field_or_a_sheet(four: None) -> None:
    trial, first = (versions._as_it_was(name).lacking for name in ("0.9", "1"))
    assert trial["legacy"] == ()
    assert "nil_return" in trial["organisations"]
    assert first == {
        "members": ("copy_branch", "copy_own", "copy_public"),
        "supervision": (),
        "explanations": (),
    }
