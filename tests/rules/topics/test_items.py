"""五.5: whose an item is."""

import pytest

from tests.rules.typed import findings


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("李明", []), ("李明（校长）", []), ("李明同志", []), ("李 明", []), ("王芳", ["error items.1.name"]),
        ("李明明", ["error items.1.name"]), ("李", ["error items.1.name"]),
    ],
)  # fmt: skip
def test_a_title_behind_a_name_is_none_of_it(name: str, found: list[str]) -> None:
    members = [{"member_no": "1", "name": "李明"}, {"member_no": "2", "name": "王芳"}]
    items = [{"pledger": "党员", "member_no": "1", "name": name, "text": "每周听课3节"}]
    assert findings("ITM25", members=members, items=items) == found
