"""What a superior does not see, and how the cover says so."""

import pandas as pd
import pytest

import pledgebatch
from pledgebatch.publish.personal_texts import mask_name
from pledgebatch.publish.protection import Protection
from tests import books

PERIOD = "2011-03"


def ledger_of(place, settings):
    """Every text in the superior's ledger workbook and page, and the office's own."""
    (place / "pledgebatch.toml").write_text(f"[protection]\n{settings}\n", "utf-8")
    pledgebatch.consolidate(place, PERIOD, workers=0)
    above = next((place / "output" / PERIOD / "supervisors").iterdir())
    sheets = pd.read_excel(
        above / f"台账_{PERIOD}.xlsx", sheet_name=None, engine="calamine", header=None, dtype=str, keep_default_na=False
    )
    return sheets, (above / "一页通.html").read_text("utf-8")


@pytest.fixture
def place(tmp_path):
    folder = books.workspace(tmp_path / "w")
    rows = books.changed(books.MEMBERS, 1, birth_month="八十年代", joined_month="1985.3")
    books.write(folder / "inbox" / PERIOD / "一小.xlsx", members=rows, items=books.ITEMS[:3])
    return folder


def texts(sheets):
    return "\n".join("\t".join(row) for rows in sheets.values() for row in rows.to_numpy().tolist())


def test_a_column_left_out_stands_nowhere_and_the_cover_says_so(place):
    before = texts(ledger_of(place, "")[0])
    assert {"1970-05", "八十年代"} <= set(before.replace("\n", "\t").split("\t"))
    sheets, page = ledger_of(place, 'direct_leave_out = ["birth_month"]')
    shown = texts(sheets)
    for typed in ("1970-05", "1982-11", "1940-02", "八十年代"):
        assert typed not in shown + page
    assert "略去“出生年月”" in texts({"封面": sheets["封面"]})
    assert "李明" in shown


def test_a_name_masked_is_masked_where_findings_quote_it(place):
    sheets, page = ledger_of(place, 'direct_mask = ["name"]')
    people = {"李明", "王芳", "赵强"}
    shown = {
        name
        for name in people
        for key, rows in sheets.items()
        if key != "承诺事项台账"
        for name in people
        if name in texts({key: rows})
    }
    shown -= {"李明"}  # also the head of the organisation, who is another field
    assert not shown
    assert "王＊" in texts(sheets)
    assert not [name for name in ("王芳", "赵强") if name in page]
    assert "遮盖“姓名”" in texts({"封面": sheets["封面"]})


def test_the_office_and_the_organisation_see_everything(place):
    ledger_of(place, 'direct_leave_out = ["name", "birth_month"]')
    output = place / "output" / PERIOD
    own = pd.read_excel(
        output / f"汇总台账_{PERIOD}.xlsx",
        sheet_name=None,
        engine="calamine",
        header=None,
        dtype=str,
        keep_default_na=False,
    )
    assert "王芳" in texts(own)
    (report,) = (output / "organisations").glob("S1_*/合规报告.html")
    assert "八十年代" in report.read_text("utf-8")


def test_a_role_of_its_own_for_those_who_only_guide(place):
    sheets, _ = ledger_of(place, 'guidance_leave_out = ["birth_month"]')
    assert "1970-05" in texts(sheets)


def test_the_findings_are_as_many_and_at_the_same_places(place):
    columns = ["文件", "工作表", "单元格", "规则"]
    (before, _), (after, _) = ledger_of(place, ""), ledger_of(place, 'direct_leave_out = ["birth_month", "name"]')
    plain, covered = (
        sheets["问题清单"].set_axis(sheets["问题清单"].iloc[0], axis=1)[columns] for sheets in (before, after)
    )
    pd.testing.assert_frame_equal(plain, covered)
    assert len(plain) > 2


@pytest.mark.parametrize(
    "setting", ['direct_leave_out = ["status"]', 'direct_mask = ["birth_month"]', 'guided = ["name"]']
)
def test_what_cannot_be_left_out_or_masked_is_told(place, setting):
    with pytest.raises(pledgebatch.OfficeMistake, match="protection"):
        ledger_of(place, setting)


def test_a_mask_leaves_the_first_character():
    assert [mask_name(text) for text in ("李明", "欧阳修文", "·", "")] == ["李＊", "欧＊", "·", ""]


@pytest.mark.parametrize(
    "keys", [{"direct_mask": ("sex",)}, {"guidance_mask": ("nonsense",)}, {"direct_leave_out": ("text",)}]
)
def test_what_cannot_be_kept_back_is_refused_wherever_it_is_asked_for(keys):
    with pytest.raises(ValueError, match=next(iter(keys))):
        Protection(**keys)
