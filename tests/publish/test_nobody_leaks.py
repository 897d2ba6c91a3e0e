"""Every finished file of a superior, under each protection setting, searched for what should not be there."""

import html
import re
import zipfile
from dataclasses import replace

import openpyxl
import pytest

import pledgebatch
from pledgebatch.engine.workers import Serial
from pledgebatch.engine.writing import Writing
from pledgebatch.months.archive import read_month
from pledgebatch.publish.agenda import list_tasks
from pledgebatch.publish.figures import count_figures
from pledgebatch.publish.folders import Place, folder_names
from pledgebatch.publish.month import Publication, publish
from pledgebatch.publish.protection import Protection
from pledgebatch.publish.superiors import submit_superiors
from tests import books, quick_months

MONTH, NEXT = "2011-03", "2011-04"
PEOPLE = (
    "李明",
    "王芳",
    "赵强",
    "张伟",
    "张伟明",
    "劉偉德",
    "欧阳修文",
    "买买提·艾力",
    "孙丽",
    "周敏",
    "吴刚",
    "钱进",
    "郑华",
    "陈晨",
)
"""Members of both months, one who left, and the persons whom only other columns and the registry name."""
AS_WRITTEN = ("张 伟", "張偉", "刘伟德", "买买提•艾力", "王　芳")
"""Some of them as they stand in texts."""
PHONES = ("85501234", "13912345678", "13800001111", "13700002222")
ADDRESSES = ("qian@school.cn", "zheng@school.cn")
REGISTRY = books.REGISTRY.assign(
    head=["吴刚", "李明", "郑华"],
    contact=["", "钱进", "郑华"],
    phone=["", "13800001111", "13700002222"],
    email=["", "qian@school.cn", "zheng@school.cn"],
)
MEMBERS = [
    *books.MEMBERS,
    *(
        books.MEMBER | {"member_no": str(number), "name": name, "is_leader": "否", "birth_month": born, "joined_month": joined}
        for number, name, born, joined in (
            (4, "张伟", "1961-03", "1988-07"),
            (5, "张伟明", "1962-03", "1989-07"),
            (6, "劉偉德", "1963-07", "1990-07"),
            (7, "欧阳修文", "1964-07", "1991-07"),
            (8, "买买提·艾力", "1962-07", "1992-07"),
            (9, "高峰", "1961-07", "1993-07"),
            (10, "孙丽", "八十年代", "1994-07"),
        )
    ),
]  # fmt: skip
TEXTS = {
    "text": "张 伟同志与張偉明每月走访2户，王　芳记录", "measures": "由高峰负责，避开上下学高峰期；刘伟德电话13912345678",
    "progress": "欧阳修文已走访1户", "plan": "买买提•艾力编排，发至qian@school.cn", "result": "孙丽（1963年7月生）验收",
}  # fmt: skip
ITEMS = [
    *(row | {"responsible": name} for row, name in zip(books.ITEMS, ("李明", "张伟、王芳", "陈晨", "支委会", "王 芳"), strict=False)),
    books.ITEMS[4] | TEXTS | {"item_no": "D4甲", "member_no": "4", "name": "张伟", "responsible": "張偉", "due": "2011-03-20"},
]  # fmt: skip
OPINIONS = [
    *books.OPINIONS,
    {"opinion_no": "Y2", "date": "2011-02-21", "method": "其他", "opinion": "王芳老师的课后服务应延长"},
]
RECORDS = [
    *books.RECORDS[:3],
    {"date": "2011-03-08", "activity": "讨论会议", "summary": "赵强同志传达，85501234答疑", "responsible": "孙丽"},
]
VOTES = [
    {"pledger": "党员", "member_no": "2", "name": "王芳", "assessor": "群众"}
    | books.VOTES
    | {"rectify": "是", "date": "2011-03-20"}
]


@pytest.fixture(scope="module")
def months(tmp_path_factory):
    """A month with whom it names wherever a name can stand, and the next, in which one has gone and one is renamed."""
    folder = books.workspace(tmp_path_factory.mktemp("leaks") / "w", REGISTRY)
    head = {
        "head": "李明",
        "phone": "0519-85501234",
        "filled_by": "钱进",
        "approval_opinion": "同意，请吴刚督促",
        "member_count": "10",
    }
    more = {"opinions": OPINIONS, "records": RECORDS, "assessments": VOTES}
    file = books.write(folder / "inbox" / MONTH / "张伟_一小_13912345678.xlsx", head, MEMBERS, ITEMS, **more)
    _by_hand(file)
    now = [row for row in MEMBERS if row["name"] != "孙丽"]
    later = books.changed(now, 3, name="张伟民")
    books.write(folder / "inbox" / NEXT / "王芳一小4月.xlsx", head | {"period": NEXT}, later, ITEMS, NEXT, **more)
    for month in (MONTH, NEXT):
        quick_months.consolidate(folder, month, all_rules=True)
    return {month: folder / "output" / month for month in (MONTH, NEXT)}


def _by_hand(file):
    """A column and a note of the organisation's own, a tab named for a person, a row that is set aside."""
    book = openpyxl.load_workbook(file)
    sheet = book["党员承诺"]
    sheet.cell(3, sheet.max_column + 1, "张伟意见")
    sheet.cell(4, sheet.max_column, "王芳说好")
    sheet.cell(4, 2).comment = openpyxl.comments.Comment("问赵强", "钱进")
    row = next(number for number in range(4, 60) if not sheet.cell(number, 2).value)
    for column, value in enumerate(("1", "陈晨", "女（张伟代填）"), 1):
        sheet.cell(row, column, value)
    book.create_sheet("张伟明的附表").append(["赵强", "王芳"])
    book.save(file)


def written(months, folder, month=MONTH, relation="", **settings):
    """The texts of every file of the superior, by file, as ``month`` is published with these settings."""
    known = replace(read_month(months[month]), offices={"x": ""})  # whose own reports are written elsewhere
    if relation:
        known = replace(known, coverage=known.coverage.assign(relation=relation))
    protection = Protection(**settings)
    if protection.of(known):
        _publish_for_superiors(known, folder, protection)
    else:  # who sees all gets the office's own files
        publish(known, Publication(folder, protection=protection), Serial())
    return texts_of(folder)


def _publish_for_superiors(month, folder, protection):
    place, writing = Place(folder, names=folder_names(month.registry)), Writing(Serial(), folder)
    submit_superiors(month, place, list_tasks(month), count_figures(month), protection, writing)
    assert not writing.end()


def texts_of(folder):
    (above,) = (folder / "supervisors").iterdir()
    return {path.name: text_of(path) for path in sorted(above.iterdir())}


def text_of(path):
    if path.suffix != ".xlsx":
        return html.unescape(path.read_text("utf-8-sig"))
    with zipfile.ZipFile(path) as members:
        return html.unescape("\n".join(members.read(name).decode("utf-8") for name in members.namelist()))


def found(files, wanted):
    return {(name, each) for name, text in files.items() for each in wanted if each in text}


@pytest.mark.parametrize("month", [MONTH, NEXT])
@pytest.mark.parametrize("setting", ["direct_mask", "direct_leave_out"])
def test_no_person_stands_anywhere(months, tmp_path, setting, month):
    files = written(months, tmp_path, month, **{setting: ("name",)})
    assert len(files) == 5
    assert found(files, (*PEOPLE, *AS_WRITTEN, "张伟民")) == set()
    text = "".join(files.values())
    assert set(re.findall("高峰.?", text)) == {"高峰期"}
    assert ("王＊" in text) == (setting == "direct_mask")


@pytest.mark.parametrize("month", [MONTH, NEXT])
def test_they_stand_there_without_a_setting(months, tmp_path, month):
    files = written(months, tmp_path, month)
    of_march = {"孙丽", "张伟民"} if month == MONTH else {"陈晨"}
    assert {each for _, each in found(files, (*PEOPLE, *AS_WRITTEN))} >= {*PEOPLE, *AS_WRITTEN} - of_march - {"周敏"}
    assert {each for _, each in found(files, (*PHONES, *ADDRESSES))} == {*PHONES, *ADDRESSES}


def test_whom_one_field_names_is_masked_in_all_others(months, tmp_path):
    files = written(months, tmp_path, direct_mask=("contact", "filled_by"))
    assert found(files, ("钱进", "郑华")) == set()
    assert found(files, ("王芳",))


def test_no_telephone_and_no_address_stands_anywhere(months, tmp_path):
    files = written(months, tmp_path, direct_mask=("phone",), direct_leave_out=("email",))
    assert found(files, (*PHONES, *ADDRESSES)) == set()
    assert "85501235" in "".join(files.values())  # for the public to call, a field of its own


def test_no_month_of_birth_or_joining_stands_anywhere(months, tmp_path):
    files = written(months, tmp_path, direct_leave_out=("birth_month", "joined_month"))
    typed = {row[key] for row in MEMBERS for key in ("birth_month", "joined_month")}
    in_words = {f"{month[:4]}年{int(month[5:])}月" for month in typed if month[0] == "1"}
    assert found(files, typed | in_words) == set()
    assert found(files, ("王芳",))


@pytest.mark.parametrize(("relation", "hidden"), [("直属", False), ("指导", True)])
def test_who_only_guides_has_settings_of_its_own(months, tmp_path, relation, hidden):
    files = written(months, tmp_path, relation=relation, guidance_mask=("name",))
    assert (found(files, PEOPLE) == set()) == hidden


def test_files_are_still_told_apart(months, tmp_path):
    files = written(months, tmp_path, direct_mask=("name", "phone"))
    assert "张＊_一小_＊＊.xlsx" in files[f"台账_{MONTH}.xlsx"]


def test_who_is_overdue_is_not_counted_as_one_person(months, tmp_path):
    assert "（姓名按设置略去或遮盖）" in written(months, tmp_path, direct_mask=("name",))[f"督办清单_{MONTH}.xlsx"]


def test_months_rolled_up_are_protected_by_the_settings_of_who_rolls_them_up(months, tmp_path):
    above = books.workspace(tmp_path / "above", REGISTRY)
    (above / "pledgebatch.toml").write_text('[protection]\ndirect_mask = ["name"]\n', "utf-8")
    pledgebatch.rollup(above, [months[MONTH]], workers=0)
    assert found(texts_of(above / "output" / f"rollup-{MONTH}"), PEOPLE) == set()
