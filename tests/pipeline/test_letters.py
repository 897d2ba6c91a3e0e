"""What a letter encloses: what the program wrote for its receiver, and nothing that somebody else put beside it."""

import pledgebatch
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.letters import ORGANISATIONS, SUPERVISORS, write_letters
from pledgebatch.pipeline.workspace import Workspace
from tests import books, quick_months

NOTE = "批示.docx"


def test_what_the_clerk_put_beside_it_is_enclosed_in_no_letter_and_outlives_the_month_made_anew(tmp_path):
    place = books.workspace(tmp_path / "w")
    books.write(place / "inbox" / "2011-03" / "一小.xlsx")
    output = place / "output" / "2011-03"
    own, above = output / "organisations" / "S1_云溪一小党支部", output / "supervisors" / "P0_云溪区教育党委"
    with quick_months.asking("ORG06"):
        pledgebatch.consolidate(place, "2011-03", workers=0)
        enclosed = names(place)
        for folder in (own, above):
            (folder / NOTE).write_bytes(b"PK")
        (above / "催报名单.csv").write_text("已打电话", "utf-8")
        pledgebatch.consolidate(place, "2011-03", workers=0)
    assert [(folder / NOTE).read_bytes() for folder in (own, above)] == [b"PK"] * 2
    assert (above / "催报名单（改过的）.csv").read_text("utf-8") == "已打电话"
    assert "已打电话" not in (above / "催报名单.csv").read_text("utf-8-sig")
    assert names(place) == enclosed


def names(place):
    """The names of what is enclosed, by receiver."""
    registry = books.REGISTRY.assign(
        organisation=books.REGISTRY["unit_code"], email="x@example.cn", email_raw="x@example.cn"
    )
    letters, _ = write_letters(Workspace(place), Period(2011, 3), registry, [ORGANISATIONS, SUPERVISORS], [])
    return {(each.kind, each.organisation): [one.name for one in each.enclosures] for each in letters}
