"""The ledger workbook, reopened: what people open says what the month says, and nothing typed comes alive."""

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from pledgebatch.notice.periods import Period
from pledgebatch.publish import ledger as ledgers
from pledgebatch.publish import sheets
from pledgebatch.publish.figures import count_figures
from pledgebatch.publish.ledger import write_ledger
from pledgebatch.publish.ledger_views import NAMES
from pledgebatch.publish.month_slice import ledger_rows, restrict, split_month
from pledgebatch.schema.sheets import BY_KEY, ITEMS, MEMBERS
from pledgebatch.schema.states import State
from pledgebatch.xlsx.safe_text import CUT, LONGEST_CELL
from tests.publish.months import Unit, county, finding, item, member, month_of


def written(month):
    target = io.BytesIO()
    write_ledger(month, target)
    return target.getvalue()


def reopened(month):
    return openpyxl.load_workbook(io.BytesIO(written(month)))


def rows_of(book, name):
    """The rows of a sheet as dicts by header; none where the sheet says that there is nothing."""
    header, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows if row[0] != sheets.NOTHING]


def dimensions(sheet):
    """The column dimensions by header: neighbours that are alike share one."""
    each = sheet.column_dimensions.values()
    return {cell.value: next(one for one in each if one.min <= cell.column <= one.max) for cell in sheet[1]}


def one(**sheets_of_rows):
    return Unit("C001", "第一小学党支部", rows=sheets_of_rows)


@pytest.fixture(scope="module")
def whole():
    return county()


@pytest.fixture(scope="module")
def book(whole):
    return reopened(whole)


def test_a_ledger_begins_with_whose_row_it_is_and_ends_with_what_was_found(book):
    headers = [cell.value for cell in book["承诺事项台账"][1]]
    assert headers == ["组织编码", "党组织名称", *(field.header for field in ITEMS.fields), "问题"]


def test_headers_are_unique_in_every_sheet(book):
    for name in NAMES.values():
        headers = [cell.value for cell in book[name][1]]
        assert len(headers) == len(set(headers)), name


@pytest.mark.parametrize("key", NAMES)
def test_a_ledger_holds_the_rows_of_the_month(whole, book, key):
    assert len(rows_of(book, NAMES[key])) == len(ledger_rows(whole, key))


def test_values_are_what_was_understood():
    month = month_of(
        [one(members=[member(7, "王敏", birth_month="85.3", joined_month="2006年7月", signed_date="2011.3.5")])]
    )
    (row,) = rows_of(reopened(month), "党员台账")
    assert row["组织编码"] == "C001"
    assert row["党组织名称"] == "第一小学党支部"
    assert row["序号"] == 7
    assert row["民族"] == "汉族"
    assert row["出生年月"] == "1985-03"
    assert row["入党时间"] == "2006-07"
    assert row["签名日期"] == dt.datetime(2011, 3, 5)


def test_rows_stand_organisation_by_organisation_whatever_the_order_of_the_files():
    units = [
        Unit(code, f"{code}支部", rows={"members": [member(1, f"{code}甲"), member(2, f"{code}乙")]}) for code in "BA"
    ]
    assert [row["姓名"] for row in rows_of(reopened(month_of(units)), "党员台账")] == ["A甲", "A乙", "B甲", "B乙"]


def test_dates_look_like_dates():
    book = reopened(month_of([one(items=[item("Z1", "开放图书馆", due="2011-06-30")])]))
    due = next(cell for cell in book["承诺事项台账"][2] if cell.is_date)
    assert (due.value, due.number_format) == (dt.datetime(2011, 6, 30), "yyyy-mm-dd")


def test_a_value_not_understood_stands_as_typed_and_is_marked():
    rows = [item("Z1", "开放图书馆", due="等通知"), item("Z2", "开放阅览室", due="2011-06-30")]
    book = reopened(month_of([one(items=rows)]))
    column = [field.key for field in ITEMS.fields].index("due") + 3
    obscure, clear = (book["承诺事项台账"].cell(row, column) for row in (2, 3))
    assert obscure.value == "等通知"
    assert obscure.fill.fgColor.rgb == "FFFFE699"
    assert clear.fill.fill_type is None


TYPED = (
    "=1+1", "+1", "-1", "@SUM(A1)", "{=1+1}", "http://example.org", "mailto:a@example.org", "<script>alert(1)</script>",
    "<r><t>富文本</t></r>", "internal:'封面'!A1", "007", "1e5", "TRUE", "#REF!", "_x0041_", "第一行\n第二行", "𠮷野",
)  # fmt: skip


@pytest.fixture(scope="module")
def typed():
    """A ledger in which a branch typed each of these."""
    return written(month_of([one(items=[item(f"Z{n}", text) for n, text in enumerate(TYPED, 1)])]))


def test_what_a_branch_typed_stays_text(typed):
    sheet = openpyxl.load_workbook(io.BytesIO(typed))["承诺事项台账"]
    column = [field.key for field in ITEMS.fields].index("text") + 3
    again = CalamineWorkbook.from_filelike(io.BytesIO(typed)).get_sheet_by_name("承诺事项台账").to_python()
    assert [line[column - 1] for line in again[1:]] == list(TYPED)
    for row, text in enumerate(TYPED, 2):
        cell = sheet.cell(row, column)
        assert (cell.data_type, cell.hyperlink) == ("s", None), text


def test_what_a_branch_typed_is_no_formula_and_no_link(typed):
    xml = zipfile.ZipFile(io.BytesIO(typed)).read("xl/worksheets/sheet6.xml")
    assert b"<f>" not in xml
    assert b"<hyperlink" not in xml


def test_control_characters_are_left_out_and_endless_texts_cut_with_a_word():
    rows = [item("Z1", "响\x07铃\x00"), item("Z2", "好" * 40_000)]
    bell, endless = rows_of(reopened(month_of([one(items=rows)])), "承诺事项台账")
    assert bell["承诺事项"] == "响铃"
    assert endless["承诺事项"].endswith(CUT)
    assert len(endless["承诺事项"]) == LONGEST_CELL


def test_two_writes_are_the_same_bytes(whole):
    assert written(whole) == written(whole)


def test_a_row_set_aside_is_in_no_ledger_but_is_listed_with_the_reason():
    month = month_of([one(members=[member(1, "王敏"), member(2, "")], items=[item("Z1", "开放图书馆")])])
    book = reopened(month)
    assert [row["姓名"] for row in rows_of(book, "党员台账")] == ["王敏"]
    (aside,) = rows_of(book, "未入台账")
    assert (aside["工作表"], aside["行"], aside["原因"]) == ("党员承诺", 5, "没有姓名")
    assert "序号：2；" in aside["内容"]


def test_the_last_column_counts_the_findings_on_the_row():
    place = {"sheet": "承诺事项", "row": 5}
    found = [
        finding("ITM03", "C001", "“完成时限”未填写", field="due", cell="I5", **place),
        finding("TRK01", "C001", "“进展状态”未填写", field="status", cell="AH5", **place),
        finding("ITM03", "C001", "另一处", field="due", cell="I5", **place),
        finding("COV01", "C001", "没有承诺主体为“组织”的承诺事项", sheet="组织承诺"),
    ]
    heads = [{"unit_code": "C001"}]
    month = month_of([one(organisations=heads, items=[item("Z1", "开放图书馆"), item("Z2", "家访")])], found)
    book = reopened(month)
    assert [row["问题"] for row in rows_of(book, "承诺事项台账")] == [None, "3 处：ITM03、TRK01"]
    assert [row["问题"] for row in rows_of(book, "组织台账")] == ["1 处：COV01"]


def test_a_waived_finding_is_listed_but_counted_nowhere():
    place = {"sheet": "承诺事项", "row": 5, "field": "due", "cell": "I5"}
    found = [
        finding("ITM03", "C001", "“完成时限”未填写", **place, waiver="豁免至 2011-12：已批准"),
        finding("TRK01", "C001", "“进展状态”未填写", **place),
        finding("COV01", "C001", "没有组织承诺", sheet="组织承诺", waiver="豁免至 2011-12：已批准"),
    ]
    heads = [{"unit_code": "C001"}]
    book = reopened(month_of([one(organisations=heads, items=[item("Z1", "开放图书馆"), item("Z2", "家访")])], found))
    assert [row["问题"] for row in rows_of(book, "承诺事项台账")] == [None, "1 处：TRK01"]
    assert [row["问题"] for row in rows_of(book, "组织台账")] == [None]
    assert [row["豁免"] for row in rows_of(book, "问题清单")] == [
        "豁免至 2011-12：已批准",
        None,
        "豁免至 2011-12：已批准",
    ]


def test_findings_are_listed_with_their_severity_in_words(whole, book):
    listed = rows_of(book, "问题清单")
    assert len(listed) == len(whole.findings)
    assert {row["程度"] for row in listed} == {"错误", "警告", "提示"}
    assert [row["问题和改法"] for row in listed] == whole.findings["message"].tolist()


def test_what_was_understood_otherwise_stands_beside_what_was_typed():
    month = month_of([one(members=[member(1, " 王敏 ", joined_month="1999年7月", birth_month="1975-08")])])
    found = {row["栏目"]: (row["原来填的"], row["理解为"]) for row in rows_of(reopened(month), "原文对照")}
    assert found == {"民族": ("汉", "汉族"), "入党时间": ("1999年7月", "1999-07")}


def test_coverage_and_submissions_account_for_every_organisation_and_file(whole, book):
    assert {row["状态"] for row in rows_of(book, "报送情况")} == set(count_figures(whole).states)
    files = rows_of(book, "收件清单")
    assert len(files) == len(whole.submissions)
    assert {row["状态"] for row in files} >= {"单位不明", "已被替代", "无法读取"}


def test_oral_pledges_have_a_sheet_of_their_own(whole, book):
    assert {row["承诺方式"] for row in rows_of(book, "口头承诺")} == {"口头"}
    assert len(rows_of(book, "口头承诺")) == count_figures(whole).oral


def test_a_table_longer_than_a_sheet_goes_on_on_the_next(monkeypatch):
    monkeypatch.setattr(ledgers, "MOST_ROWS", 4)
    names = [f"党员{n}" for n in "甲乙丙丁戊己庚"]
    book = reopened(month_of([one(members=[member(n, name) for n, name in enumerate(names, 1)])]))
    parts = [rows_of(book, name) for name in ("党员台账", "党员台账2", "党员台账3")]
    assert [len(part) for part in parts] == [3, 3, 1]
    assert [row["姓名"] for part in parts for row in part] == names
    index = {row["工作表（点击打开）"]: row["行数"] for row in rows_of(book, "目录")}
    assert (index["党员台账"], index["党员台账2"], index["党员台账3"]) == (3, 3, 1)


def test_the_index_links_to_every_sheet_and_says_what_it_answers(book):
    links = {row[0].value: row[0].hyperlink.location for row in book["目录"].iter_rows(min_row=2)}
    assert list(links) == book.sheetnames[2:]
    assert all(location == f"'{name}'!A1" for name, location in links.items())
    assert all(row["回答什么问题"] and row["数据来自"] for row in rows_of(book, "目录"))


CHARTED = re.compile(r"<c:val><c:numRef><c:f>封面!\$([A-Z])\$(\d+)(?::\$[A-Z]\$(\d+))?</c:f>")


def test_the_charts_show_the_figures_of_the_month(whole, book):
    """Each series of the native charts points at cells of the cover that hold the month's own numbers."""
    parts = zipfile.ZipFile(io.BytesIO(written(whole)))
    drawn = [parts.read(name).decode() for name in sorted(parts.namelist()) if "/charts/chart" in name]
    figures = count_figures(whole)
    series = []
    for chart in drawn:
        # A program may show what labels are not told to leave out: LibreOffice does.
        assert re.findall(r"<c:showVal .*?</c:dLbls>", chart) == re.findall(
            r"<c:showVal .*?CatName val=.0.*?</c:dLbls>", chart
        )
        for column, first, last in CHARTED.findall(chart):
            cells = book["封面"][f"{column}{first}:{column}{last or first}"]
            series.append([cell.value for (cell,) in cells])
    people, parts_of, clauses = (
        table.T.to_numpy().tolist() for table in (figures.people, figures.parts, figures.clauses)
    )
    assert series == [*people[1:], *parts_of, list(figures.statuses.values()), *clauses]


def test_the_cover_says_what_changed_since_last_month():
    def of(number, *statuses):
        rows = {"items": [item(f"Z{n}", f"第{n}件", status=status) for n, status in enumerate(statuses)]}
        return month_of([Unit("C001", "一支部", rows=rows)], period=Period(2011, number))

    month = replace(of(5, "进行中", "已完成", "已完成"), before=of(4, "进行中", "未开始"))
    cover = reopened(month)["封面"]
    rows = [[cell for cell in row if cell is not None] for row in cover.iter_rows(values_only=True)]
    assert ["书面承诺", 0, "口头承诺", 0, "承诺事项", 3, "已公开事项", 0] in rows
    assert ["与上月持平", "与上月持平", "比上月 +1", "与上月持平"] in rows
    left = [[cell.value for cell in row[:4]] for row in cover.iter_rows()]
    start = left.index(["承诺事项进展", "本月", "上次", "变化"])
    assert left[start + 1 : start + 4] == [["未开始", 0, 1, -1], ["进行中", 1, 1, 0], ["已完成", 2, 0, 2]]
    assert not any("上月" in str(cell) for row in reopened(of(5, "进行中"))["封面"].values for cell in row)


def test_views_hold_the_items_that_they_are_about():
    rows = [
        item("Z1", "通过的", conclusion="通过", due="2011-12-31"),
        item("Z2", "退回的", conclusion="退回完善", due="2011-12-31"),
        item("Z3", "逾期的", conclusion="通过", due="2011-04-30"),
    ]
    book = reopened(month_of([one(items=rows)]))
    assert [row["承诺事项"] for row in rows_of(book, "审查退回")] == ["退回的"]
    assert [(row["承诺事项"], row["超过天数"]) for row in rows_of(book, "逾期事项")] == [("逾期的", 31)]
    assert len(rows_of(book, "公开台账")) == len(rows_of(book, "进展台账")) == 3


def test_sheets_are_ready_to_read_and_print(book):
    sheet = book["党员台账"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).column_letter}{sheet.max_row}"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.oddFooter.left.text.startswith("公开承诺汇总台账　2011年5月　数据截至 2011-05-31　pledgebatch ")


def test_columns_without_any_content_are_folded(book):
    columns = dimensions(book["党员台账"])
    assert columns["年底自查"].hidden
    assert not columns["姓名"].hidden


def test_a_row_is_as_high_as_its_longest_text_but_not_endless():
    rows = [item("Z1", "短"), item("Z2", "两行的文字" * 10), item("Z3", "好" * 40_000)]
    sheet = reopened(month_of([one(items=rows)]))["承诺事项台账"]
    assert [sheet.row_dimensions[row].height for row in (2, 3, 4)] == [None, 30, 180]


def test_a_month_without_a_file_has_a_ledger_too():
    book = reopened(month_of([Unit("C001", "第一小学党支部", state=State.MISSING)]))
    assert [cell.value for (cell,) in book["承诺事项台账"]["A2:A9"]] == [sheets.NOTHING, *[None] * 7]
    assert [row["状态"] for row in rows_of(book, "报送情况")] == ["未报"]


def test_columns_are_no_wider_than_their_words_and_names_stand_on_one_line():
    name = "云溪区社会事业局机关第一党支部"
    book = reopened(month_of([Unit("C001", name, rows={"items": [item("Z1", "两行的文字" * 12)]})]))
    widths = {header: column.width for header, column in dimensions(book["承诺事项台账"]).items()}
    assert 2 * len(name) < widths["党组织名称"] < 2 * len(name) + 4
    assert widths["承诺主体"] < 13
    assert widths["完成时限"] >= 12
    assert widths["承诺事项"] > 40


def test_what_is_grave_is_coloured():
    book = reopened(month_of([Unit("C001", "一支部", state=State.MISSING), Unit("C002", "二支部")]))
    column = [cell.value for cell in book["报送情况"][1]].index("状态") + 1
    missing, accepted = (book["报送情况"].cell(row, column) for row in (2, 3))
    assert (missing.value, missing.fill.fgColor.rgb) == ("未报", "FFF8CBCB")
    assert (accepted.value, accepted.fill.fill_type) == ("已接收", None)


def test_a_subset_holds_its_own_organisations_and_nothing_else(whole):
    some = restrict(whole, ["C002", "C015"])
    frames = [some.submissions, some.coverage, some.findings, some.verdicts, some.set_aside, some.reconciliation]
    for rows in (*frames, *some.tables.values()):
        assert set(rows["organisation"].dropna()) <= {"C002", "C015"}
    assert some.coverage["organisation"].tolist() == ["C002", "C015"]


def test_figures_add_up_over_organisations(whole):
    codes = whole.coverage["organisation"].tolist()
    total, parts = count_figures(whole), [count_figures(restrict(whole, [code])) for code in codes]
    for name in ("expected", "received", "members", "written", "oral", "items", "published"):
        assert getattr(total, name) == sum(getattr(part, name) for part in parts), name
    assert total.severities["错误"] == sum(part.severities["错误"] for part in parts)
    assert total.parts.equals(sum((part.parts for part in parts[1:]), parts[0].parts))
    assert sum(total.states.values()) == total.expected == len(codes)


def test_splitting_a_month_keeps_each_organisation_whole(whole):
    codes = whole.coverage["organisation"].tolist()
    for part, some in zip(split_month(whole, [codes[:5], codes[5:]]), (codes[:5], codes[5:]), strict=True):
        for key in BY_KEY.keys() & whole.tables.keys():
            left, right = part.tables[key], restrict(whole, some).tables[key]
            pd.testing.assert_frame_equal(left.reset_index(drop=True), right)


def test_members_who_report_nothing_odd_are_not_marked(book):
    sheet = book["党员台账"]
    name = [cell.value for cell in sheet[1]].index(MEMBERS["name"].header) + 1
    assert all(sheet.cell(row, name).fill.fill_type is None for row in range(2, sheet.max_row + 1))
