"""The registry is read as strictly as a workbook: every mistake is told once, to the office, at its cell."""

import datetime as dt
import re

import openpyxl
import pandas as pd
import pytest

import pledgebatch
from pledgebatch.intake.registry import read_office_book
from pledgebatch.schema.sheets import REGISTRY, WAIVERS
from tests import books, quick_months

COLUMNS = {field.key: number for number, field in enumerate(REGISTRY.fields, 1)}
RIGHT = pd.DataFrame(
    [
        ("P0", "云溪区教育党委", "党委", "云溪区教育局", "局机关", "直属", "", "否"),
        ("010", "云溪区学区党委", "党委", "云溪区学区", "局机关", "直属", "P0", "否"),
        ("S1", "云溪一小党支部", "党支部", "云溪一小", "公办学校", "直属", "P0", "是"),
        ("S2", "云溪二小党支部", "党支部", "云溪二小", "公办学校", "指导", "P0", "是"),
        *(
            (f"S{n}", f"云溪第{n}小学党支部", "党支部", f"云溪第{n}小学", "公办学校", "指导", "010", "是")
            for n in range(3, 28)
        ),
    ],
    columns=list(books.REGISTRY),
).assign(
    head="李明",
    contact="周敏",
    phone="0519-85501234",
    email=lambda rows: rows["unit_code"].str.lower() + "@yunxi.example",
    note="",
)
NAME = dict(zip(RIGHT["unit_code"], RIGHT["org_name"], strict=True))
ROW = {code: row for row, code in enumerate(RIGHT["unit_code"], 2)}


def write(folder, mistakes=(), sheets=(), waivers=(), edit=lambda book: None):
    """The right registry with ``mistakes`` (code, key, cell) put in, some tabs renamed, and waivers."""
    path = folder / "registry.xlsx"
    books.write_registry(path, RIGHT, pd.DataFrame(waivers) if waivers else None)
    book = openpyxl.load_workbook(path)
    for code, key, value in mistakes:
        book[REGISTRY.name].cell(ROW[code], COLUMNS[key]).value = value
    edit(book)
    for old, new in sheets:
        book[old].title = new
    book.save(path)
    return path


def remarks(path):
    told = read_office_book(path).remarks
    return [(one["cell"], one["value"], one["message"]) for one in told.to_dict("records")]


def cell(code, key):
    return f"{'ABCDEFGHIJKLM'[COLUMNS[key] - 1]}{ROW[code]}"


def test_a_right_registry_has_nothing_to_be_mended(tmp_path):
    assert remarks(write(tmp_path)) == []


def test_the_blank_registry_filled_in_leaves_nothing_to_be_said_of_columns_that_nobody_fills(tmp_path):
    books.write_registry(tmp_path / "registry.xlsx", books.REGISTRY)
    assert remarks(tmp_path / "registry.xlsx") == []


MISTAKES = [
    ("S3", "parent_code", "X9", "不在单位名册中"),
    ("S4", "parent_code", "S4", "本组织自己"),
    ("S5", "parent_code", 10, "“010”前面的 0 丢了"),
    ("S6", "parent_code", "O10", "字母和数字混了"),
    ("S7", "parent_code", "云溪区教育党委", "像是“P0”"),
    ("S8", "parent_code", None, "没有填上级组织编码"),
    ("S9", "reports", "不报送", "当作“否”"),
    ("S10", "reports", "否（已停办）", "当作“否”"),
    ("S11", "reports", "否\u200b", "当作“否”"),
    ("S12", "reports", "待定", "暂按“是”（应报）处理"),
    ("S13", "unit_category", "学校", "不能识别"),
    ("S14", "org_type", "支部", "当作“党支部”"),
    ("S15", "relation", "业务指导", "当作“指导”"),
    ("S16", "phone", "0519-85501234 13912345678", "几个号码"),
    ("S17", "email", "a..b@yunxi.example", "写法不对"),
    ("S18", "email", "a@yunxi.example;b@yunxi.example", "一格只填一个地址"),
    ("S19", "unit_category", "=1/0", "没有结果的公式"),
    ("S20", "org_name", "云溪第21小学党支部", "相同的有 2 个"),
    ("S25", "parent_code", dt.date(2011, 2, 1), "编号变成了日期"),
    ("S22", "org_name", None, "暂用所在单位"),
    ("S23", "contact", None, "“联系人”未填写"),
    ("S24", "unit_code", " ｓ24", "当作“S24”"),
]


@pytest.mark.parametrize(("code", "key", "value", "said"), MISTAKES, ids=[f"{m[0]}-{m[1]}" for m in MISTAKES])
def test_each_mistake_is_told_once_at_its_cell(tmp_path, code, key, value, said):
    ((where, _, message),) = remarks(write(tmp_path, [(code, key, value)]))
    at = cell("S21", key) if "相同的" in said else cell(code, key)
    assert where == at
    assert said in message


def test_superiors_in_a_circle_are_one_mistake_and_no_tie_of_it_holds(tmp_path):
    path = write(tmp_path, [("010", "parent_code", "S3"), ("S3", "parent_code", "S4")])
    ((where, _, message),) = remarks(path)
    assert where == cell("010", "parent_code")
    assert "010→S3→S4→010" in message
    registry = read_office_book(path).registry.set_index("unit_code")
    assert registry.loc[["010", "S3", "S4"], "parent_code"].isna().all()
    assert registry.loc["S5", "parent_code"] == "010"


def test_one_wrong_code_in_many_rows_is_one_remark_with_all_cells(tmp_path):
    ((where, _, message),) = remarks(write(tmp_path, [(f"S{n}", "parent_code", 10) for n in (3, 4, 5)]))
    assert where == cell("S3", "parent_code")
    assert message.endswith(f"（同样的还有 {cell('S4', 'parent_code')}、{cell('S5', 'parent_code')}）")


@pytest.mark.parametrize("key", ["parent_code", "unit_category", "relation", "reports"])
def test_a_cell_merged_down_holds_for_all_rows_that_it_covers(tmp_path, key):
    def merge(book):
        sheet = book[REGISTRY.name]
        sheet.merge_cells(start_row=ROW["S3"], end_row=ROW["S6"], start_column=COLUMNS[key], end_column=COLUMNS[key])

    path = write(tmp_path, edit=merge)
    ((where, _, message),) = remarks(path)
    assert (where, "合并单元格" in message) == (cell("S3", key), True)
    registry = read_office_book(path).registry.set_index("unit_code")
    assert registry.loc[["S3", "S4", "S5", "S6"], key].nunique(dropna=False) == 1


def test_what_stands_below_and_between_the_rows_is_no_organisation(tmp_path):
    def add(book):
        sheet = book[REGISTRY.name]
        sheet.insert_rows(10)
        for column, field in enumerate(REGISTRY.fields, 1):
            sheet.cell(10, column).value = field.header
        for number, text in enumerate(("以下空白", "填表人：周敏　2011年3月1日", "合计"), sheet.max_row + 1):
            sheet.cell(number, 1).value = text

    path = write(tmp_path, edit=add)
    told = remarks(path)
    assert len(told) == 4
    assert sorted(where for where, *_ in told) == ["A10", "A32", "A33", "A34"]
    assert read_office_book(path).registry["unit_code"].tolist() == RIGHT["unit_code"].tolist()


def test_a_book_is_read_again_when_it_changed_and_what_was_read_is_nobodys_to_change(tmp_path):
    path = write(tmp_path)
    first = read_office_book(path).registry
    first["org_name"] = "改了"
    assert read_office_book(path).registry["org_name"].tolist() == RIGHT["org_name"].tolist()
    write(tmp_path, [("S3", "org_name", "云溪三小新党支部")])
    assert "云溪三小新党支部" in read_office_book(path).registry["org_name"].tolist()


def test_a_renamed_tab_a_second_one_and_hidden_rows_are_told(tmp_path):
    def edit(book):
        book[REGISTRY.name].row_dimensions[ROW["S7"]].hidden = True
        book.copy_worksheet(book[REGISTRY.name]).title = "旧名册"

    told = [message for *_, message in remarks(write(tmp_path, sheets=[(REGISTRY.name, "名册")], edit=edit))]
    assert any(f"第 {ROW['S7']} 行被隐藏" in each for each in told)
    assert any("“名册”当作“单位名册”" in each for each in told)
    assert any("“旧名册”也像是单位名册" in each for each in told)
    assert len(told) == 3


def test_codes_that_became_numbers_are_asked_about_where_others_kept_their_zeros(tmp_path):
    ((where, _, message),) = remarks(write(tmp_path, [("S3", "unit_code", 31)]))
    assert (where, "31 是数字" in message) == (cell("S3", "unit_code"), True)


WAIVER = {"unit_code": "S1", "rule": "ITM14", "until": "2011-12-31", "reason": "已报批", "approved_by": "郑岚"}
FLAWED = [
    WAIVER | {"unit_code": "S99"},
    WAIVER | {"rule": "ITM99"},
    WAIVER | {"until": "2011-02-28"},
    WAIVER | {"reason": ""},
    WAIVER | {"approved_by": ""},
]


def test_every_flaw_of_the_waivers_is_told_at_its_cell(tmp_path):
    place = books.workspace(tmp_path / "w")
    write(place, waivers=FLAWED)
    told = pledgebatch.office_remarks(place, "2011-03")
    assert told["cell"].tolist() == ["D5", "E6", "A2", "B3", "C4"]
    assert set(told["sheet"]) == {WAIVERS.name}


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (("S3", "unit_code", None), "第 6 行的“组织编码”未填写"),
        (
            ("S3", "unit_code", dt.date(2011, 3, 2)),
            "第 6 行的“组织编码”未填写，或是合并单元格、没有结果的公式、被 Excel 改成日期的编码",
        ),
        (("S3", "unit_code", "S4"), "第 6、7 行的组织编码重复"),
    ],
)
def test_a_code_blank_or_twice_stops(tmp_path, mistake, said):
    with pytest.raises(pledgebatch.OfficeMistake, match=re.escape(said)):
        read_office_book(write(tmp_path, [mistake]))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "文件是空的"),
        ("编码,名称".encode("gbk"), "只能存一张表"),
        (b"<html><table></table></html>", "文件是网页"),
        (b"PK\3\4", "文件已损坏"),
    ],
)
def test_why_the_book_cannot_be_read_is_told_to_the_clerk_with_what_the_clerk_can_do(tmp_path, data, why):
    (tmp_path / "registry.xlsx").write_bytes(data)
    with pytest.raises(
        pledgebatch.OfficeMistake, match=f"单位名册 registry.xlsx 无法读取：.*{why}.*另存为 .xlsx"
    ) as told:
        read_office_book(tmp_path / "registry.xlsx")
    assert "报送" not in str(told.value)


def test_a_required_header_stops_another_is_told(tmp_path):
    def rename(header):
        def edit(book):
            column = next(each for each in book[REGISTRY.name][1] if each.value == header)
            column.value = "甲乙丙"

        return edit

    with pytest.raises(pledgebatch.OfficeMistake, match="缺少“是否报送”栏"):
        read_office_book(write(tmp_path, edit=rename("是否报送")))
    path = write(tmp_path, edit=rename("联系人"))
    ((_, _, message),) = remarks(path)
    assert "缺少“联系人”栏" in message
    assert read_office_book(path).registry["contact"].isna().all()


def all_at_once(book):
    sheet = book[REGISTRY.name]
    sheet.cell(sheet.max_row + 1, 1).value = "以下空白"
    sheet.merge_cells(
        start_row=ROW["S25"], end_row=ROW["S27"], start_column=COLUMNS["relation"], end_column=COLUMNS["relation"]
    )
    sheet.cell(ROW["S1"], COLUMNS["parent_code"]).value = 10
    sheet.cell(ROW["S2"], COLUMNS["unit_category"]).value = "小学"
    sheet.cell(ROW["S2"], COLUMNS["parent_code"]).value = "P9"
    sheet.cell(ROW["S1"], COLUMNS["org_type"]).value = None


def test_nothing_of_it_is_a_branchs_finding_state_or_verdict(tmp_path):
    """Both schools send what they were sent; their own lines in the registry are wrong in several ways."""
    s2 = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "relation": "指导"}
    months = []
    for name, more in (
        ("right", {}),
        ("wrong", {"mistakes": [m[:3] for m in MISTAKES], "waivers": FLAWED, "edit": all_at_once}),
    ):
        place = books.workspace(tmp_path / name)
        write(place, **more)
        books.write(place / "inbox" / "2011-03" / "云溪一小党支部_承诺台账_201103.xlsx", {"phone": ""})
        books.write(place / "inbox" / "2011-03" / "云溪二小党支部_承诺台账_201103.xlsx", s2)
        for code in ("S3", "S21", "S27"):
            books.write(place / "inbox" / "2011-03" / f"{code}.xlsx", s2 | {"unit_code": code, "org_name": NAME[code]})
        if name == "right":
            months.append(quick_months.consolidate(place, "2011-03", all_rules=True))
        else:
            months.append(pledgebatch.consolidate(place, "2011-03", workers=0))
            assert all(message in (place / "output" / "2011-03" / "index.html").read_text("utf-8")
                       for message in months[-1].remarks["message"] if "<" not in message)  # fmt: skip
    right, wrong = months
    assert len(right.remarks) == 0
    assert len(wrong.remarks) == len(MISTAKES) + len(FLAWED) + 5
    assert not wrong.remarks.duplicated(["sheet", "cell", "message"]).any()
    # What quotes other organisations tells those apart whose names the office has made the same.
    own = [
        each.findings.assign(message=each.findings["message"].mask(each.findings["rule"] == "SIM02")) for each in months
    ]
    assert own[0].equals(own[1])
    sent = ["S1", "S2", "S3", "S21", "S27"]
    for key in ("coverage", "verdicts"):
        was, now = (getattr(each, key)[lambda rows: rows["organisation"].isin(sent)] for each in months)
        names = ["organisation", "state", "error", "warning", "notice"] if key == "coverage" else list(was)
        assert now[names].reset_index(drop=True).equals(was[names].reset_index(drop=True))


def test_a_name_that_the_office_gave_to_two_is_not_asked_of_the_branch(tmp_path):
    place = books.workspace(tmp_path / "w")
    write(place, [("S3", "org_name", NAME["S21"])])
    books.write(place / "inbox" / "2011-03" / "S3.xlsx", {"unit_code": "S3", "org_name": NAME["S3"]})
    month = quick_months.consolidate(place, "2011-03", "ORG01")
    assert not month.findings["rule"].eq("ORG01").any()
    assert month.remarks["message"].str.contains("“党组织名称”相同的有 2 个").sum() == 1


def test_what_the_office_did_not_prefill_is_not_asked_of_the_branch(tmp_path):
    place = books.workspace(tmp_path / "w")
    blank = {"org_type": "", "unit_category": "", "relation": "", "unit_name": ""}
    write(place, [("S1", key, None if key == "unit_name" else "？？") for key in blank])
    books.write(place / "inbox" / "2011-03" / "云溪一小党支部_承诺台账_201103.xlsx", blank)
    books.write(place / "inbox" / "2011-03" / "S3.xlsx", {"unit_code": "S3"})
    assert not set(
        quick_months.consolidate(place, "2011-03", all_rules=True).findings.query("organisation == 'S1'")["field"]
    ) & set(blank)
