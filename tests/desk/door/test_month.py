"""A month at the door: signed in, brought, looked at, handed in; the workbook stands where the mailbox would have put it."""

import openpyxl
import pytest

import pledgebatch
from pledgebatch.desk.door import state
from pledgebatch.intake.receipts import Receipts
from tests import books, quick_months
from tests.desk.conftest import held_elsewhere
from tests.desk.door.conftest import door_of, sign_in


@pytest.fixture(scope="module", autouse=True)
def _few_rules():
    """Those that the workbooks break, and one that waits for the month."""
    with quick_months.asking("FIL02", "FIL04", "ORG06", "MEM07", "SIM02"):
        yield


def test_a_branch_sees_what_the_office_will_say_and_hands_in_once(branch, place, tmp_path):
    path = books.write(tmp_path / "一小.xlsx", {"phone": ""})
    assert branch.drop(path)["status"] == 200
    page = branch.get("/").text
    assert "组织承诺 B15" in page
    assert "退回修改" in page
    assert "改法：" in page
    assert "汇总时再核对的" in page
    assert not list((place / "inbox" / "2011-03").rglob("*.xlsx"))
    receipt = branch.press("/hand/2011-03", shown=branch.shown())
    assert "一小.xlsx" in receipt
    stands = place / "inbox" / "2011-03" / "邮件" / "一小.xlsx"
    assert stands.read_bytes() == path.read_bytes()
    again = branch.hand_in(path)
    assert [each.name for each in stands.parent.iterdir()] == ["一小.xlsx"]
    assert again.count("SHA-256") == 1


def test_the_time_of_receipt_is_written_down(branch, guard, place, tmp_path):
    branch.hand_in(books.write(tmp_path / "一小.xlsx"))
    (done,) = door_of(guard).book.handed("S1", "2011-03")
    receipt = Receipts(place / "inbox")[done.sha256]
    assert (receipt.received, receipt.file) == (done.received, "2011-03/邮件/一小.xlsx")
    month = quick_months.consolidate(place, "2011-03")
    files = month.submissions[["organisation", "file", "received"]].to_dict("records")
    assert files == [{"organisation": "S1", "file": "邮件/一小.xlsx", "received": done.received}]


def test_a_second_workbook_of_the_same_name_stands_beside_the_first(branch, place, tmp_path):
    branch.hand_in(books.write(tmp_path / "一小.xlsx"))
    branch.hand_in(books.write(tmp_path / "一小.xlsx", {"phone": ""}))
    names = sorted(each.name for each in (place / "inbox" / "2011-03" / "邮件").iterdir())
    assert names == ["一小.xlsx", "一小（2）.xlsx"]


def test_while_the_office_is_at_work_the_receipt_is_given_and_the_file_follows(branch, guard, place, tmp_path):
    from pledgebatch.pipeline.hand_in import put_away

    path = books.write(tmp_path / "一小.xlsx")
    with held_elsewhere(place, "consolidate 2011-03"):
        assert "一小.xlsx" in branch.hand_in(path)
        assert not (place / "inbox" / "2011-03" / "邮件").exists()
    door = door_of(guard)
    assert put_away(door.workspace, door.book) == 1
    assert put_away(door.workspace, door.book) == 0
    assert (place / "inbox" / "2011-03" / "邮件" / "一小.xlsx").read_bytes() == path.read_bytes()


def test_what_keeps_a_file_from_the_inbox_is_no_matter_of_the_branch_and_logged_once(
    branch, guard, place, tmp_path, monkeypatch, caplog
):
    path, door = books.write(tmp_path / "一小.xlsx"), door_of(guard)

    mistakes = [OSError(5, "Input/output error")] * 2 + [KeyError("ours")] * 2

    def refuse(*given: object) -> int:
        raise mistakes.pop(0)

    with monkeypatch.context() as broken:
        broken.setattr(state, "put_away", refuse)
        assert "一小.xlsx" in branch.hand_in(path)
        while mistakes:
            door.put_away()
    assert caplog.text.count("what was handed in could not be put into the inbox") == 2
    door.put_away()
    assert (place / "inbox" / "2011-03" / "邮件" / "一小.xlsx").read_bytes() == path.read_bytes()


def test_the_workbook_of_another_is_refused_with_a_sentence_and_nothing_of_it_is_told(branch, place, tmp_path):
    path = books.write(tmp_path / "二小.xlsx", {"unit_code": "S2", "org_name": "云溪二小党支部", "phone": ""})
    branch.drop(path)
    page = branch.get("/").text
    assert "不是本组织（S1）的" in page
    assert "B15" not in page
    assert "云溪二小党支部" not in page
    assert branch.get("/try/2011-03/report").status_code == 404
    assert 'action="/hand/' not in page
    assert (
        branch.post("/hand/2011-03", data={"shown": "0" * 64}, headers={"origin": "http://127.0.0.1:8732"}).status_code
        == 409
    )
    assert not list((place / "inbox" / "2011-03").iterdir())


def test_an_answer_on_the_page_is_what_the_sheet_would_say_and_ends_with_the_office(branch, guard, place, tmp_path):
    path = books.write(tmp_path / "一小.xlsx", members=books.changed(books.MEMBERS, 0, birth_month="1978-05"))
    branch.drop(path)
    page = branch.get("/").text
    asked = [number for number in range(9) if f'name="usual-{number}"' in page]
    (which,) = [
        number for number in asked if "未满十八" in _question(page, number) or "十八周岁" in _question(page, number)
    ]
    said = {f"usual-{which}": "情况属实", f"explanation-{which}": "<b>档案如此</b>=1+1"}
    page = branch.press("/answer/2011-03", shown=branch.shown(), **said)
    assert "1 条说明已写进" in page
    assert "已说明，待审定" in branch.get("/").text
    branch.press("/hand/2011-03", shown=branch.shown())
    month = pledgebatch.consolidate(place, "2011-03", workers=0)
    answers = month.answers[["organisation", "rule", "usual", "explanation", "state"]].to_dict("records")
    assert answers == [
        {
            "organisation": "S1",
            "rule": "MEM07",
            "usual": "情况属实",
            "explanation": "<b>档案如此</b>=1+1",
            "state": "已说明，待审定",
        }
    ]
    book = openpyxl.load_workbook(place / "decisions.xlsx")
    rows = [[cell.value for cell in row] for row in book["说明审定"].iter_rows()]
    (row,) = [number for number, line in enumerate(rows, 1) if "MEM07" in line]
    (column,) = [line.index("审定") + 1 for line in rows if "审定" in line]
    book["说明审定"].cell(row, column).value = "采纳"
    book.save(place / "decisions.xlsx")
    branch.drop(place / "inbox" / "2011-03" / "邮件" / "一小.xlsx")
    assert "十八周岁" not in branch.get("/").text
    assert "采纳" in branch.get("/past").text
    assert "合规报告" in branch.get("/past/2011-03/report").text
    other = sign_in(guard, "S2")
    for address in ("/past", "/past/2011-03/report", "/past/2011-03/return", "/past/2011-03/receipt"):
        assert "云溪一小" not in other.get(address).text


def _question(page: str, number: int) -> str:
    return page.partition(f'name="usual-{number}"')[0].rpartition("<legend>")[2]
