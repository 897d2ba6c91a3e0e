"""What a superior does not see, and how the cover says so."""

from dataclasses import dataclass
from functools import cache

import pandas as pd
import pytest

import pledgebatch
from pledgebatch.publish.personal_texts import mask_name
from pledgebatch.publish.protection import Protection
from tests import books

PERIOD = "2011-03"


@dataclass(frozen=True)
class Published:
    """The superior's ledger workbook and page, the office's own ledger, and the organisation's report."""

    ledger: dict[str, pd.DataFrame]
    page: str
    own: dict[str, pd.DataFrame]
    report: str


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = books.workspace(tmp_path_factory.mktemp("masked") / "w")
    rows = books.changed(books.MEMBERS, 1, birth_month="八十年代", joined_month="1985.3")
    books.write(folder / "inbox" / PERIOD / "一小.xlsx", members=rows, items=books.ITEMS[:3])
    return folder


def consolidate(place, settings):
    (place / "pledgebatch.toml").write_text(f"[protection]\n{settings}\n", "utf-8")
    pledgebatch.consolidate(place, PERIOD, workers=0)


@pytest.fixture(scope="module")
def published(place):
    """The month as it is published with some settings, each consolidated once."""

    @cache
    def publish(settings):
        consolidate(place, settings)
        output = place / "output" / PERIOD
        (above,) = (output / "supervisors").iterdir()
        (report,) = (output / "organisations").glob("S1_*/合规报告.html")
        return Published(
            sheets_of(above / f"台账_{PERIOD}.xlsx"),
            (above / "一页通.html").read_text("utf-8"),
            sheets_of(output / f"汇总台账_{PERIOD}.xlsx"),
            report.read_text("utf-8"),
        )

    return publish


def sheets_of(path):
    return pd.read_excel(path, sheet_name=None, engine="calamine", header=None, dtype=str, keep_default_na=False)


NOTHING = ""
BIRTH = 'direct_leave_out = ["birth_month"]'
BIRTH_AND_NAME = 'direct_leave_out = ["birth_month", "name"]'
NAME_MASKED = 'direct_mask = ["name"]\nguidance_leave_out = ["birth_month"]'


def texts(sheets):
    return "\n".join("\t".join(row) for rows in sheets.values() for row in rows.to_numpy().tolist())


def test_a_column_left_out_stands_nowhere_and_the_cover_says_so(published):
    before = texts(published(NOTHING).ledger)
    assert {"1970-05", "八十年代"} <= set(before.replace("\n", "\t").split("\t"))
    covered = published(BIRTH)
    shown = texts(covered.ledger)
    for typed in ("1970-05", "1982-11", "1940-02", "八十年代"):
        assert typed not in shown + covered.page
    assert "略去“出生年月”" in texts({"封面": covered.ledger["封面"]})
    assert "李明" in shown


def test_a_name_masked_is_masked_where_findings_quote_it(published):
    sheets, page = published(NAME_MASKED).ledger, published(NAME_MASKED).page
    rest = texts({key: rows for key, rows in sheets.items() if key != "承诺事项台账"})
    assert not [name for name in ("王芳", "赵强") if name in rest]  # 李明 is also the head, who is another field
    assert "王＊" in texts(sheets)
    assert not [name for name in ("王芳", "赵强") if name in page]
    assert "遮盖“姓名”" in texts({"封面": sheets["封面"]})


def test_the_office_and_the_organisation_see_everything(published):
    assert "王芳" in texts(published(BIRTH_AND_NAME).own)
    assert "八十年代" in published(BIRTH_AND_NAME).report


def test_a_role_of_its_own_for_those_who_only_guide(published):
    assert "1970-05" in texts(published(NAME_MASKED).ledger)


def test_the_findings_are_as_many_and_at_the_same_places(published):
    columns = ["文件", "工作表", "单元格", "规则"]
    plain, covered = (
        sheets["问题清单"].set_axis(sheets["问题清单"].iloc[0], axis=1)[columns]
        for sheets in (published(NOTHING).ledger, published(BIRTH_AND_NAME).ledger)
    )
    pd.testing.assert_frame_equal(plain, covered)
    assert len(plain) > 2


@pytest.mark.parametrize(
    "setting", ['direct_leave_out = ["status"]', 'direct_mask = ["birth_month"]', 'guided = ["name"]']
)
def test_what_cannot_be_left_out_or_masked_is_told(place, setting):
    with pytest.raises(pledgebatch.OfficeMistake, match="protection"):
        consolidate(place, setting)


def test_a_mask_leaves_the_first_character():
    assert [mask_name(text) for text in ("李明", "欧阳修文", "·", "")] == ["李＊", "欧＊", "·", ""]


@pytest.mark.parametrize(
    "keys", [{"direct_mask": ("sex",)}, {"guidance_mask": ("nonsense",)}, {"direct_leave_out": ("text",)}]
)
def test_what_cannot_be_kept_back_is_refused_wherever_it_is_asked_for(keys):
    with pytest.raises(ValueError, match=next(iter(keys))):
        Protection(**keys)
