"""A month always publishes: whatever has come in so far, and however the registry says who is below whom."""

from contextlib import nullcontext

import openpyxl
import pandas as pd
import pytest

import pledgebatch
from pledgebatch.cli.printing import outcome
from pledgebatch.engine.workers import Serial
from pledgebatch.mistakes import OutOfMemory
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.make_forms import make_forms
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.organisations import write_organisations
from pledgebatch.publish.sheets import NOTHING
from pledgebatch.publish.superiors import write_page_of_superior
from pledgebatch.rules.book import BY_CODE
from tests import books, quick_months

PERIOD = "2011-03"


@pytest.fixture(scope="module", autouse=True)
def _few_rules():
    """Those that say something of nearly every month; what is asked besides is no matter to those who publish."""
    with quick_months.asking("FIL03", "FIL04", "FIL05", "ORG01", "ORG06", "DDL03"):
        yield


def registry(*rows):
    """A registry of schools, each given by its code, its superior, and whether it must report."""
    told = [
        (code, f"{code}小学党支部", "党支部", f"{code}小学", "公办学校", "直属", parent, reports)
        for code, parent, reports in rows
    ]
    return pd.DataFrame(told, columns=books.REGISTRY.columns)


def place_of(folder, *rows):
    return books.workspace(folder / "w", registry(*rows))


def send(place, code, name="", **tables):
    """The workbook of a school for March, right but for what is said otherwise."""
    head = {"unit_code": code, "org_name": f"{code}小学党支部", "unit_name": f"{code}小学"} | tables.pop("head", {})
    members = [row | {"branch": f"{code}小学党支部"} for row in tables.pop("members", books.MEMBERS)]
    return books.write(place / "inbox" / PERIOD / (name or f"{code}.xlsx"), head, members, **tables)


def everything(place):
    """The month and whatever else an office makes of it; fails where one of them is not made."""
    month = pledgebatch.consolidate(place, PERIOD, workers=0)
    output = place / "output" / PERIOD
    books_made = [*output.glob("*.xlsx"), *output.glob("*/*/*.xlsx")]
    for book in books_made:
        openpyxl.load_workbook(book)
    assert (output / "index.html").is_file()
    assert output / f"汇总台账_{PERIOD}.xlsx" in books_made
    make_forms(Workspace(place), Period.parse(PERIOD), count=0)
    for code in month.coverage["organisation"]:
        pledgebatch.archive_year(place, code, 2011)
    pledgebatch.make_templates(place, "2011-04", workers=0)
    assert len(pledgebatch.status(place))
    above = books.workspace(place.parent / "above")
    pledgebatch.rollup(above, [output], workers=0)
    return month


def ledger_of(place, code):
    """The ledger of a superior: what its sheets say below their headers."""
    (folder,) = (place / "output" / PERIOD / "supervisors").glob(f"{code}_*")
    assert (folder / "一页通.html").is_file()
    return openpyxl.load_workbook(folder / f"台账_{PERIOD}.xlsx"), (folder / "一页通.html").read_text("utf-8")


CHAIN = (("P", "", "否"), ("A", "P", "是"), ("B", "P", "是"), ("A1", "A", "是"), ("B1", "B", "是"))


SILENT = {"A1": "B", "B1": "A", "A": "AB", "": "PAB"}
"""Below whom nothing has come in, by who of a chain has sent a workbook."""


@pytest.mark.parametrize("firsts", [["A1", "B1", "A"], [""]], ids=["some", "nobody"])
def test_the_ledger_of_a_superior_below_whom_nothing_has_come_in_is_there_and_says_so(tmp_path, firsts):
    """Some chains in one month, of each of which somebody has sent a workbook, and one of which nobody has."""
    chains = {"KLM"[number]: first for number, first in enumerate(firsts)}
    place = place_of(
        tmp_path,
        *((chain + code, above and chain + above, reports) for chain in chains for code, above, reports in CHAIN),
    )
    of_nobody(place)
    sent = [chain + first for chain, first in chains.items() if first]
    for code in sent:
        send(place, code)
    month = pledgebatch.consolidate(place, PERIOD, workers=0)
    states = month.coverage.set_index("organisation")["state"]
    assert (states.drop(sent) == "missing").all()
    for chain, first in chains.items():
        for code in "PAB":
            book, page = ledger_of(place, chain + code)
            silent = code in SILENT[first]
            assert (book["承诺事项台账"]["A2"].value == NOTHING) == silent
            assert ("没有报来可用的工作簿" in page) == silent
            assert ("没有报来可用的工作簿" in book["封面"]["A3"].value) == silent


REGISTRIES = {
    "circles": (
        ("A", "A2", "是"), ("A2", "A", "是"), ("B", "B2", "是"), ("B2", "B3", "是"), ("B3", "B", "是"), ("C", "C", "是"),
        ("D", "X", "是"), ("D2", "D", "是"), ("E", "E2", "否"), ("E2", "E", "否"),
    ),
    "one organisation": (("A", "A", "是"),),
    "only one must report": (("A", "", "是"), ("B", "A", "否"), ("C", "B", "否")),
    "only one at the bottom must report": (("B", "", "否"), ("C", "B", "否"), ("A", "C", "是")),
}  # fmt: skip


@pytest.mark.parametrize("rows", REGISTRIES.values(), ids=REGISTRIES)
def test_whoever_is_whose_superior(tmp_path, rows):
    place = place_of(tmp_path, *rows)
    send(place, "A")
    everything(place)


def with_all(rows, **fields):
    return [row | fields for row in rows]


def unreadable(place):
    (place / "inbox" / PERIOD / "A.xlsx").write_bytes(b"PK\x03\x04broken")


def of_nobody(place):
    (place / "inbox" / PERIOD / "乱码.pdf").write_bytes(b"%PDF-1.4")


def unknown(place):
    send(place, "X")


def of_another_month(place):
    send(place, "A", head={"period": "2011-02"})


def nothing_to_report(place):
    for code in "AB":
        send(place, code, head={"nil_return": "是"}, members=[], items=[], opinions=[], records=[])


def all_set_aside(place):
    send(
        place,
        "A",
        members=with_all(books.MEMBERS, name=""),
        items=with_all(books.ITEMS, text=""),
        opinions=[],
        records=[],
    )


def without_a_finding(place):
    send(place, "A", "A小学党支部_承诺台账_201103.xlsx", head={"parent_org": "无"})


ARRIVALS = (unreadable, of_nobody, unknown, of_another_month, nothing_to_report, all_set_aside, without_a_finding)


@pytest.mark.parametrize("arrive", ARRIVALS)
def test_whatever_came_in(tmp_path, arrive):
    place = place_of(tmp_path, ("A", "", "是"), ("B", "A", "是"))
    arrive(place)
    with quick_months.asking(*BY_CODE) if arrive in (all_set_aside, without_a_finding) else nullcontext():
        month = everything(place)
    assert (arrive is without_a_finding) == month.findings.empty


class Clumsy(Serial):
    """A pool in which nothing can be written into the folders of ``codes``."""

    def __init__(self, *codes):
        self.codes = codes

    def submit(self, task, /, *args, **kwargs):
        of_school = task is write_organisations and set(self.codes) & set(args[1])
        of_superior = task is write_page_of_superior and args[1].name[0] in self.codes
        return super().submit(self.fail if of_school or of_superior else task, *args, **kwargs)

    def fail(self, month, *places):
        raise OutOfMemory("内存不足")


def test_pages_that_cannot_be_written_cost_one_organisation_and_are_named(tmp_path, monkeypatch):
    place = place_of(tmp_path, ("P", "", "否"), ("Q", "", "否"), ("A", "P", "是"), ("B", "P", "是"), ("C", "Q", "是"))
    for code in "AB":
        send(place, code, head={"phone": ""})
    output = place / "output" / PERIOD
    with monkeypatch.context() as clumsy:
        clumsy.setattr("pledgebatch.engine.engine.workers", lambda *count: Clumsy("A", "Q"))
        month = pledgebatch.consolidate(place, PERIOD, workers=0)
    lacking = ["organisations/A_A小学党支部", "supervisors/Q_Q小学党支部"]
    assert month.unwritten == [f"{folder}（内存不足）" for folder in lacking]
    page = (output / "index.html").read_text("utf-8")
    assert all(folder in page and not list((output / folder).iterdir()) for folder in lacking)
    assert (output / "organisations/B_B小学党支部/退回修改.xlsx").is_file()
    assert (output / "supervisors/P_P小学党支部/一页通.html").is_file()
    assert outcome([month]) == 1
    month = pledgebatch.consolidate(place, PERIOD, workers=0)  # what failed is not taken for what stands already
    assert month.unwritten == []
    assert all(list((output / folder).iterdir()) for folder in lacking)
