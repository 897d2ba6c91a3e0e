"""layouts.xlsx from month to month: what was guessed is listed, what the office says of it holds."""

from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest

import pledgebatch
from tests import books, quick_months
from tests.intake.layouts.tabs import FORM, PLEDGES, ROSTER, workbook
from tests.months.schools import name_of, of, send, workspace

HEADERS = ["组织编码", "工作表", "单元格", "原表头", "读作工作表", "读作栏目", "依据", "把握", "处理", "经办人"]
UNKNOWN = "本人主张"
MARCH, APRIL = "2011-03", "2011-04"


def sent(folder, period="2011-03", headers=None, form=FORM, file="一小.xlsx"):
    roster = [[(headers or {}).get(cell, cell) for cell in ROSTER[0]], *ROSTER[1:]]
    form = [[label, period if label == "填报月份" else answer] for label, answer in form]
    path = folder / "inbox" / period / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(workbook(组织承诺=form, 党员承诺=roster, 承诺事项=PLEDGES))
    return path


def form_of(code, **new):
    """The form of a school, some of its labels called otherwise."""
    own = {"组织编码": code, "党组织名称": name_of(code)}
    return [(new.get(label, label), own.get(label, answer)) for label, answer in FORM]


def send_own(place, period, code, headers=None, form=None):
    """A workbook of the school's own making."""
    sent(place, period, headers, form or form_of(code), f"{code}.xlsx")


def lines(folder, code=""):
    rows = list(openpyxl.load_workbook(folder / "layouts.xlsx")["表式"].iter_rows(values_only=True))
    assert list(rows[0]) == HEADERS
    told = [dict(zip(HEADERS, row, strict=True)) for row in rows[1:]]
    return [line for line in told if line["组织编码"] == code] if code else told


def say(folder, code, header, **said):
    book = openpyxl.load_workbook(folder / "layouts.xlsx")
    sheet = book["表式"]
    (row,) = [cell.row for cell in sheet["D"] if cell.value == header and sheet.cell(cell.row, 1).value == code]
    for column, text in said.items():
        sheet.cell(row, HEADERS.index(column) + 1, text)
    book.save(folder / "layouts.xlsx")


GUESSED, HELD, REFUSED, UNHEARD, MISTYPED, BLANK, FORM_REFUSED, FORM_CONFIRMED, TWO, ADDED = (
    f"S{number:02d}" for number in range(1, 11)
)
"""Of whose table a column is guessed; one is held back; one is refused and later confirmed; one stands under a word that nobody
knows; of which the office types nonsense; whose roster came back blank; and whose form has a label that is refused, that is
confirmed, that stands twice, or that the office names."""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """March as it came in, and after the office's word; April likewise: what was read each time, and the lines of the book."""
    place = workspace(
        tmp_path_factory.mktemp("layouts") / "w",
        GUESSED, HELD, REFUSED, UNHEARD, MISTYPED, BLANK, FORM_REFUSED, FORM_CONFIRMED, TWO, ADDED,
    )  # fmt: skip
    seen = []

    def consolidate(period, run=quick_months.consolidate):
        month = run(place, period)
        tables = {key: month.tables[key] for key in ("members", "organisations", "extras", "last_known")}
        seen.append(SimpleNamespace(**tables, changes=month.changes, remarks=month.remarks, lines=lines(place)))

    send_own(place, MARCH, GUESSED, {"职务或职业": "现任职务"})
    send_own(place, MARCH, HELD, {"民族": "学历", "职务或职业": UNKNOWN})
    send_own(place, MARCH, REFUSED, {"职务或职业": "现任职务", "民族": "人员类别"})
    send_own(place, MARCH, MISTYPED, {"职务或职业": "现任职务"})
    for code in (UNHEARD, BLANK):
        send(place, MARCH, code)
    for code in (FORM_REFUSED, FORM_CONFIRMED):
        send_own(place, MARCH, code, form=form_of(code, 党组织负责人="支部书记"))
    send_own(place, MARCH, TWO, form=[*form_of(TWO, 党组织负责人="支部书记"), ("党支部书记", "王芳")])
    send_own(place, MARCH, ADDED, form=form_of(ADDED, 党组织负责人=UNKNOWN, 联系电话="支部书记"))
    with quick_months.asking():
        consolidate(MARCH, lambda *given: pledgebatch.consolidate(*given, workers=0))
    shown = place / "output" / MARCH
    pages = [(shown / "index.html").read_text("utf-8")]
    pages += [path.read_text("utf-8") for path in shown.glob(f"organisations/{GUESSED}_*/合规报告.html")]

    say(place, HELD, "学历", 读作栏目="民族", 经办人="周敏")
    say(place, MISTYPED, "现任职务", 读作栏目="没有这一栏", 处理="确认")
    say(place, FORM_CONFIRMED, "支部书记", 处理="确认")
    say(place, TWO, "党支部书记", 读作栏目="党组织负责人", 经办人="周敏")
    say(place, ADDED, "支部书记", 处理="不采用")
    book = openpyxl.load_workbook(place / "layouts.xlsx")
    book["表式"].append([ADDED, "组织承诺", "A5", UNKNOWN, "组织承诺", "党组织负责人", None, None, "确认", "周敏"])
    book.save(place / "layouts.xlsx")
    consolidate(MARCH)

    say(place, MISTYPED, "现任职务", 读作栏目="职务或职业")
    say(place, REFUSED, "现任职务", 处理="不采用")
    say(place, FORM_REFUSED, "支部书记", 处理="不采用", 经办人="周敏")
    send_own(place, APRIL, REFUSED, {"职务或职业": "现任职务"})
    send_own(place, APRIL, UNHEARD, {"姓名": UNKNOWN})
    send(place, APRIL, BLANK, members=[])
    send_own(place, APRIL, FORM_REFUSED, form=form_of(FORM_REFUSED, 党组织负责人="支部书记"))
    consolidate(APRIL)
    say(place, REFUSED, "现任职务", 处理="确认")
    consolidate(APRIL)
    march, march_decided, april, april_decided = seen
    return SimpleNamespace(
        march=march, march_decided=march_decided, april=april, april_decided=april_decided, pages=pages
    )


def found(month, code, header):
    """The lines of the book about a header of a school's."""
    return [line for line in month.lines if line["组织编码"] == code and line["原表头"] == header]


def values(month, code, key, sheet="members"):
    return sorted(of(getattr(month, sheet), code)[key].dropna())


def head(month, code):
    return [None if text != text else text for text in of(month.organisations, code)["head"]]


def basis(month, code, header):
    changes = of(month.changes, code)
    return changes.loc[changes["found"] == header, "basis"].tolist()


def test_a_guess_is_listed_in_the_book_the_ledger_the_page_and_the_report(told):
    (line,) = found(told.march, GUESSED, "现任职务")
    assert (line["组织编码"], line["工作表"], line["单元格"]) == (GUESSED, "党员承诺", "F1")
    assert (line["读作工作表"], line["读作栏目"], line["把握"], line["处理"]) == (
        "党员承诺",
        "职务或职业",
        "明确",
        None,
    )
    assert "现任职务" in line["依据"]
    page, report = told.pages
    assert "现任职务" in page
    assert "现任职务" in report
    (why,) = basis(told.march, GUESSED, "现任职务")
    assert isinstance(why, str)


def test_a_column_held_back_is_read_once_the_office_says_what_it_is(told):
    assert of(told.march.members, HELD)["education"].isna().all()
    assert [(each["读作栏目"], each["把握"]) for each in found(told.march, HELD, "学历")] == [(None, None)]
    assert values(told.march_decided, HELD, "ethnicity") == ["回族", "汉族", "汉族"]
    (line,) = found(told.march_decided, HELD, "学历")
    assert (line["读作栏目"], line["经办人"]) == ("民族", "周敏")


def test_what_is_confirmed_is_used_next_month_without_asking_and_what_is_refused_never_again(told):
    assert values(told.march, REFUSED, "post") == ["数学教师", "无", "校长"]
    assert of(told.april.members, REFUSED)["post"].isna().all()
    assert [each["处理"] for each in found(told.april, REFUSED, "现任职务")] == ["不采用"]
    assert values(told.april_decided, REFUSED, "post") == ["数学教师", "无", "校长"]
    assert basis(told.april_decided, REFUSED, "现任职务") == ["经办人已确认"]


def test_a_column_under_a_word_that_nobody_knows_is_known_by_last_month_s_values(told):
    assert values(told.april, UNHEARD, "name") == ["李明", "王芳", "赵强"]
    (line,) = found(told.april, UNHEARD, UNKNOWN)
    assert (line["读作栏目"], line["把握"]) == ("姓名", "待确认")
    assert "上月" in line["依据"]


def test_what_the_office_typed_wrongly_is_told_to_it_and_decides_nothing(told):
    remarks = told.march_decided.remarks
    (message,) = remarks.loc[remarks["file"] == "layouts.xlsx", "message"]
    assert "没有这一栏" in message
    assert of(told.march_decided.members, MISTYPED)["post"].notna().all()


def test_a_workbook_without_a_code_is_whose_it_says_with_the_true_reason(tmp_path):
    third = ("S3", "云溪三小党支部", "党支部", "云溪三小", "公办学校", "直属", "P0", "是")
    place = books.workspace(
        tmp_path / "w", pd.DataFrame([*books.REGISTRY.values, third], columns=books.REGISTRY.columns)
    )
    others = [("党员人数", 3), ("填报月份", ""), ("联系电话", "")]
    sent(place, form=[("党组织名称", "云溪一小党支部"), *others], file="表.xlsx")
    sent(place, form=[("党组织负责人", "李明"), *others], file="云溪二小三月.xlsx")
    sent(place, form=[("党组织负责人", "李明"), *others], file="云溪三小/三月.xlsx")
    told = quick_months.consolidate(place, MARCH).submissions.set_index("organisation")
    assert told["file"].to_dict() == {"S1": "表.xlsx", "S2": "云溪二小三月.xlsx", "S3": "云溪三小/三月.xlsx"}
    for code, reason in (("S1", "党组织名称"), ("S2", "文件名"), ("S3", "文件夹")):
        assert reason in told.loc[code, "reason"]


def test_a_roster_that_came_back_blank_does_not_empty_next_month_s_workbook(told):
    known = of(told.april.last_known, BLANK)
    assert set(known["sheet"]) == {"members"}
    assert len(known["nth"].unique()) == 3


def test_no_book_is_made_where_nothing_was_guessed(tmp_path):
    place = books.workspace(tmp_path / "w")
    books.write(place / "inbox" / MARCH / "一小.xlsx")
    quick_months.consolidate(place, MARCH)
    assert not (place / "layouts.xlsx").exists()


def test_what_the_office_refuses_of_the_form_is_not_read_again_and_stays_beside_it(told):
    assert head(told.march, FORM_REFUSED) == ["李明"]
    assert head(told.april, FORM_REFUSED) == [None]
    extras = of(told.april.extras, FORM_REFUSED)
    assert extras.loc[extras["header"] == "支部书记", "value"].tolist() == ["李明"]
    (line,) = found(told.april, FORM_REFUSED, "支部书记")
    assert (line["读作工作表"], line["读作栏目"], line["处理"]) == ("组织承诺", "党组织负责人", "不采用")


def test_what_the_office_confirms_of_the_form_is_read_without_asking(told):
    assert head(told.march_decided, FORM_CONFIRMED) == ["李明"]
    assert basis(told.march_decided, FORM_CONFIRMED, "支部书记") == ["经办人已确认"]


def test_a_label_of_the_form_that_two_answers_stand_beside_is_read_once_the_office_says_which(told):
    assert head(told.march, TWO) == [None]
    held = {line["原表头"]: line["读作栏目"] for line in told.march.lines
            if line["组织编码"] == TWO and line["读作工作表"] == "组织承诺"}  # fmt: skip
    assert held == {"支部书记": None, "党支部书记": None}
    assert head(told.march_decided, TWO) == ["王芳"]


def test_a_line_that_the_office_adds_for_a_label_that_nobody_knows_is_applied(told):
    assert head(told.march_decided, ADDED) == ["李明"]
