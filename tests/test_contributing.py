"""What CONTRIBUTING.md shows is done in a copy of the repository: it works, and touches the files that are listed."""

import re
from pathlib import Path

import pytest

from tests.checkout import ROOT, Checkout, to_test
from tests.generated import BLANK_WORKBOOK, CATALOGUE

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
GENERATE = "import runpy; runpy.run_module('tests.generated', run_name='__main__')"
MOST_FILES = {"Add a rule": 4, "Add a column": 3, "Change a threshold": 1}


@pytest.fixture
def copy(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "copy")


def listed(heading: str) -> list[str]:
    """The files that a section tells to touch, in its order."""
    section = re.search(rf"^## {heading}$(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert section, heading
    return re.findall(r"^\d+\. `([^`]+)`", section[1], re.MULTILINE)


@pytest.mark.parametrize(("heading", "most"), MOST_FILES.items())
def test_a_fact_stands_in_few_places(heading: str, most: int) -> None:
    assert 0 < len(listed(heading)) <= most


RULE = '''EVA07 = Rule(
    "EVA07", "五.6-2", "注重", WARNING, FACT, ROW, YEAR,
    asks="拟评选表彰的党员有领导点评",
    mend="补填领导点评；没有点评的不列入评选表彰",
)  # fmt: skip


@EVA07.case(on="roster", at="leader_comment", message="“{name}”拟评选表彰，却没有领导点评，请补填")
def nominee_without_comment(roster: pd.DataFrame) -> pd.Series:
    """An award follows what the leader said of the year."""
    return sure(roster["award_nominee"] == "是") & blank(roster, "leader_comment")


'''
EXAMPLES = """
[[EVA07]]
findings = ["warning members.2.leader_comment"]
period = "2011-12"
members.2 = { award_nominee = "是", leader_comment = "" }
[[EVA07]]
findings = []
period = "2011-12"
members.2 = { award_nominee = "否", leader_comment = "" }
"""
EVERY_EXAMPLE_OF_THE_RULE = """
import pathlib, tempfile
from pledgebatch.rules.machinery.examples import examples
from tests.rules import cases, stated
own = [each for each in examples() if each.rule == "EVA07"]
with tempfile.TemporaryDirectory() as folder:
    assert cases.findings_of_each(own, pathlib.Path(folder)) == [stated.expected(each) for each in own]
assert len(own) == 2
"""
LIST_RULES = "from pledgebatch.cli import main; main(['rules', '--format', 'json'])"


def test_a_rule_is_added(copy: Checkout) -> None:
    topic, examples, contract, catalogue = files = listed("Add a rule")
    copy.replace(
        topic,
        "RULES = (EVA01, EVA02, EVA03, EVA04, EVA05, EVA06)",
        RULE + "RULES = (EVA01, EVA02, EVA03, EVA04, EVA05, EVA06, EVA07)",
    )
    copy.append(examples, EXAMPLES)
    copy.append(contract, "EVA07,五.6,注重,warning,fact,row,year,award_nominee,nominee without 领导点评\r\n")
    own_tests = "tests/notice/test_clauses.py", "tests/rules/machinery/test_examples.py::test_no_rule_is_forgotten"
    told = copy.run(GENERATE, EVERY_EXAMPLE_OF_THE_RULE, to_test(*own_tests), LIST_RULES)
    assert '"code": "EVA07"' in told
    assert catalogue == CATALOGUE
    assert copy.changed() == sorted(files)


COLUMN = '        Field("group", "所在党小组", TEXT, clause="附件2", since="3"),\n'
VERSIONS = 'TEMPLATE_VERSIONS = ("0.9", "1", "2")', 'TEMPLATE_VERSIONS = ("0.9", "1", "2", "3")'
LAST_OF_MEMBERS = '    ),\n    identity=("name",),'
AS_AGREED = "from tests.schema import test_sheets; test_sheets.test_the_declaration_is_the_contract()"
MAY = """
import pathlib, tempfile
import openpyxl
import pandas as pd
import pledgebatch
from pledgebatch.rules.book import BY_CODE
from tests import quick_months
from tests.past import unpack

place = unpack(pathlib.Path(tempfile.mkdtemp()) / "w")
month = quick_months.consolidate(place, "2011-05", all_rules=True)
form = month.findings[month.findings["rule"] == "FIL01"]
assert form["severity"].tolist() == ["notice", "notice"], form["message"].tolist()
errors = month.findings[month.findings["severity"] == "error"]
assert set(errors["rule"]) == {"MEM09"}, errors["message"].tolist()  # S2 gives the branch of S1, as it did before
assert len(month.tables["members"]) == 6
"""
"""May's workbooks, sent out by the program of before and received, with the months before them."""
JUNE = """
assert all("所在党小组" in message for message in form["message"])
pledgebatch.make_templates(place, "2011-06", workers=0)
(place / "inbox" / "2011-06").mkdir()
for path in (place / "input_templates" / "2011-06").glob("*.xlsx"):
    book = openpyxl.load_workbook(path)
    sheet = book["党员承诺"]
    (header,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "所在党小组"]
    sheet.cell(header.row + 1, header.column).value = "第一党小组"
    book.save(place / "inbox" / "2011-06" / path.name)
about_fields = [code for code in BY_CODE if code.startswith(("FIL", "FLD"))]
month = quick_months.consolidate(place, "2011-06", *about_fields)
assert not (month.findings["rule"] == "FIL01").any()
blank = month.findings[month.findings["field"] == "group"]
assert blank["rule"].tolist() == ["FLD02"] * 4
kept = pd.read_parquet(place / "output" / "2011-06" / "data" / "members.parquet")["group"]
assert kept.eq("第一党小组").sum() == 2
"""
"""The workbooks that follow, with the column, which one member of three has filled in."""


def test_a_column_is_added(copy: Checkout) -> None:
    """Months and workbooks of before go on, and nobody is returned, whether or not it must be filled in."""
    sheets, contract, blank = files = listed("Add a column")
    copy.replace(sheets, LAST_OF_MEMBERS, COLUMN + LAST_OF_MEMBERS)
    copy.replace(sheets, *VERSIONS)
    line = "党员承诺,copy_public,承诺书已公示,choice,,是|否,附件2注,branch,"
    before = next(each for each in (ROOT / contract).read_text("utf-8").splitlines() if each.startswith(line))
    copy.replace(contract, before, f"{before}\n党员承诺,group,所在党小组,text,,,附件2,branch,")
    copy.run(AS_AGREED, GENERATE)
    assert blank == BLANK_WORKBOOK
    assert copy.changed() == sorted(files)
    copy.replace(sheets, COLUMN, COLUMN.replace("TEXT, ", "TEXT, ALWAYS, "))
    copy.run(MAY + JUNE)


def test_a_column_without_a_new_version_is_noticed(copy: Checkout) -> None:
    copy.replace(listed("Add a column")[0], LAST_OF_MEMBERS, COLUMN + LAST_OF_MEMBERS)
    with pytest.raises(AssertionError, match="FIL01"):
        copy.run(to_test("tests/past/test_past.py::test_it_is_continued"))


ACCEPTED = "test_a_right_workbook_of_an_earlier_version_is_accepted"


def test_a_new_version_of_the_workbook_is_issued(copy: Checkout) -> None:
    sheets, versions, contract, blank = files = listed("Issue a new version of the workbook")
    copy.replace(sheets, 'Field("responsible", "责任人", PERSON', 'Field("responsible", "责任人姓名", PERSON')
    copy.replace(sheets, *VERSIONS)
    copy.replace(versions, '"due"},\n    },\n', '"due"},\n    },\n    "2": {"items": {"责任人": "responsible"}},\n')
    copy.replace(contract, "承诺事项,responsible,责任人", "承诺事项,responsible,责任人姓名")
    own_tests = (
        "tests/schema/test_sheets.py",
        "tests/schema/test_versions.py",
        f"tests/pipeline/test_check.py::{ACCEPTED}",
    )
    copy.run(GENERATE, MAY, to_test(*own_tests))
    assert blank == BLANK_WORKBOOK
    assert copy.changed() == sorted(files)


FIGURES = {
    "dissatisfaction: float = setting(0.20": "dissatisfaction: float = setting(0.25",
    "deadline_day: int = setting(15": "deadline_day: int = setting(20",
}
FOLLOWS = """
from pledgebatch.notice.periods import pledge_deadline
from pledgebatch.pipeline.settings import blank_settings
from pledgebatch.rules.book import BY_CODE
assert "dissatisfaction = 0.25" in blank_settings() and "deadline_day = 20" in blank_settings()
assert pledge_deadline(2011).day == 20
assert any("25%" in rule.asks + rule.mend for rule in BY_CODE.values())
"""


def test_a_threshold_is_changed(copy: Checkout) -> None:
    (parameters,) = listed("Change a threshold")
    for old, new in FIGURES.items():
        copy.replace(parameters, old, new)
    assert copy.changed() == [parameters]
    copy.run(FOLLOWS, GENERATE)
    assert set(copy.changed()) <= {parameters, CATALOGUE, BLANK_WORKBOOK}


ROLL_CALL = '''"""缺报名单: who did not report, to be read aloud."""

from pathlib import Path

from pledgebatch.schema.month import Month
from pledgebatch.schema.states import State


def write_roll_call(month: Month, folder: Path) -> None:
    """Write 缺报名单.txt into ``folder``: a name a line."""
    names = month.coverage.loc[month.coverage["state"] == State.MISSING, "org_name"]
    (folder / "缺报名单.txt").write_text("".join(f"{name}\\n" for name in names), "utf-8", newline="\\n")
'''
CALL = (
    "    data = pool.submit(write_data, alone, folder, publication.registry_sha256, protection, "
    "publication.decisions_sha256)\n"
)
ROW = "| `output/{month}/催报名单.csv` | office |"
WRITTEN = """
import pathlib, tempfile
import pledgebatch
from tests import books, quick_months
from tests.test_documents import patterns

place = books.workspace(pathlib.Path(tempfile.mkdtemp()) / "w")
books.write(place / "inbox" / "2011-03" / "一小.xlsx")
with quick_months.asking("ORG06"):
    pledgebatch.consolidate(place, "2011-03", workers=0)
output = place / "output" / "2011-03"
assert (output / "缺报名单.txt").read_text("utf-8") == "云溪二小党支部\\n"
written = [path.relative_to(place).as_posix() for path in output.rglob("*") if path.is_file()]
assert not [path for path in written if not any(each.fullmatch(path) for each in patterns().values())]
"""


def test_an_output_is_added(copy: Checkout) -> None:
    module, month, outputs = files = listed("Add an output")
    copy.append(module, ROLL_CALL)
    copy.replace(
        month,
        CALL,
        f'{CALL}    called = pool.submit(write_roll_call, alone, folder)\n    wait_for("缺报名单", called)\n',
    )
    line = "from pledgebatch.publish.superiors import"
    copy.replace(month, line, f"from pledgebatch.publish.roll_call import write_roll_call\n{line}")
    row = (
        f"| `output/{{month}}/缺报名单.txt` | office | Who did not report | `{module.removeprefix('pledgebatch/')}` |\n"
    )
    copy.replace(outputs, ROW, row + ROW)
    assert copy.changed() == sorted(files)
    of_outputs = "tests/test_documents.py::test_the_table_of_outputs_says_who_reads_each_and_where_it_comes_from"
    copy.run(WRITTEN, to_test(of_outputs))
