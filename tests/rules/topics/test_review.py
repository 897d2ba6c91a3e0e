"""五.3: who reviews. A title before or after a name hides nobody."""

import pytest

from tests.rules.typed import findings

ROSTER = [{"member_no": "1", "name": "李明"}, {"member_no": "2", "name": "王芳"}]


def reviewed_by(reviewer, name="李明"):
    item = {"pledger": "党员", "member_no": "1", "name": name, "text": "每周辅导2名学生", "reviewer": reviewer}
    return findings("REV05", items=[item], members=ROSTER)


@pytest.mark.parametrize(
    "reviewer",
    [
        "李明",
        "李 明",
        "李明同志",
        "校长李明",
        "李明（校长）",
        "党支部书记李明",
        "副校长：李明",
        "李明书记",
        "审查人：支部书记 李明",
    ],
)
def test_who_reviews_the_own_pledge_is_asked_whatever_the_title(reviewer):
    assert reviewed_by(reviewer) == ["warning items.1.reviewer"]


@pytest.mark.parametrize("reviewer", ["王芳", "校长王芳", "李明华", "党支部", "书记", ""])
def test_others_may_review(reviewer):
    assert reviewed_by(reviewer) == []
