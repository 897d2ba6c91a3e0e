"""A rule that crashes over one organisation's rows is undecided for that one, and evaluated for all others."""

from functools import wraps

import pandas as pd
import pytest

from pledgebatch.engine.workers import Serial
from pledgebatch.intake.find import find
from pledgebatch.intake.registry import read_registry
from pledgebatch.mistakes import NoWorkers
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.check import check_month
from pledgebatch.pipeline.read_arrivals import read_arrivals
from pledgebatch.rules.book import BY_CODE, RULES
from pledgebatch.rules.machinery.evaluate import CRASHED, TOO_MUCH
from tests import books, quick_months

PERIOD = Period(2011, 3)
REGISTRY = pd.DataFrame(
    [
        (f"S{n}", f"云溪{n}小党支部", "党支部", f"云溪{n}小", "公办学校", "直属", "S1" if n > 1 else "", "是")
        for n in range(1, 4)
    ],
    columns=books.REGISTRY.columns,
)
OTHERS = {"S1", "S2"}
BAD = "S3"


def office(folder, numbers=(1, 2, 3)):
    """Three schools; each has left something blank, so that rules have something to say of all of them."""
    place = books.workspace(folder, REGISTRY)
    for number in numbers:
        head = {"unit_code": f"S{number}", "org_name": f"云溪{number}小党支部", "phone": ""}
        books.write(
            place / "inbox" / str(PERIOD) / f"{number}.xlsx", head, books.changed(books.MEMBERS, 1, birth_month="")
        )
    return place


def read(place):
    """What came to an office, and its registry."""
    batch = read_arrivals(find(place / "inbox" / str(PERIOD)), PERIOD.year, Serial())
    return batch, read_registry(place / "registry.xlsx")[0]


def judged(place):
    """The month of an office that was read, not published."""
    batch, registry = place
    return check_month(batch, registry, PERIOD, Parameters())


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return read(office(tmp_path_factory.mktemp("undecided") / "w"))


@pytest.fixture
def few():
    """A book of few rules: the others have nothing to do with it, and take their time."""
    with quick_months.asking("FIL04", "ORG01", "MEM03", "FLD02", "SIM02"):
        yield


def crash_over(code, breach, mistake=TypeError):
    """The breach of a case, which crashes where it sees a row of organisation ``code``."""

    @wraps(breach)
    def crashing(**given):
        tables = [rows for name, rows in given.items() if name != "registry" and isinstance(rows, pd.DataFrame)]
        if any(rows["organisation"].eq(code).any() for rows in tables if "organisation" in rows):
            raise mistake("over this one")
        return breach(**given)

    return crashing


def break_rules(monkeypatch, codes, mistake=TypeError):
    for case in (case for code in codes for case in BY_CODE[code].cases):
        monkeypatch.setitem(case.__dict__, "breach", crash_over(BAD, case.breach, mistake))


def of_others(findings):
    return findings[findings["organisation"] != BAD].reset_index(drop=True)


def test_all_rules_say_of_the_others_what_they_would_say_anyway(tmp_path, monkeypatch):
    place = read(office(tmp_path / "w", (1, 3)))
    before = judged(place)
    own = [rule.code for rule in RULES if not rule.across]
    break_rules(monkeypatch, own)
    month = judged(place)
    pd.testing.assert_frame_equal(of_others(month.findings), of_others(before.findings))
    pd.testing.assert_frame_equal(of_others(month.verdicts), of_others(before.verdicts))
    assert set(before.findings.loc[before.findings["rule"].isin(own), "organisation"]) == {"S1", BAD}
    assert not set(month.findings.loc[month.findings["organisation"] == BAD, "rule"]) & set(own)
    assert set(month.undecided["organisation"]) == {BAD}
    assert set(month.undecided["reason"]) == {CRASHED}
    passed = month.verdicts[(month.verdicts["organisation"] == BAD) & (month.verdicts["verdict"] == "合格")]
    assert passed["clause"].tolist() == ["六.1"]  # EVA05 alone is due, and there is no vote of theirs to crash over


def test_a_rule_that_wants_too_much_memory_for_one_says_so(place, few, monkeypatch):
    break_rules(monkeypatch, ["FIL04"], MemoryError)
    month = judged(place)
    assert month.undecided.to_dict("records") == [{"organisation": BAD, "rule": "FIL04", "reason": TOO_MUCH}]
    assert set(month.findings.loc[month.findings["rule"] == "FIL04", "organisation"]) == OTHERS


def test_a_rule_that_looks_across_organisations_leaves_out_the_one_over_which_it_crashes(place, few, monkeypatch):
    before = judged(place)
    break_rules(monkeypatch, ["SIM02"])
    month = judged(place)
    assert month.undecided[["organisation", "rule"]].to_dict("records") == [{"organisation": BAD, "rule": "SIM02"}]
    copied = [set(each.loc[each["rule"] == "SIM02", "organisation"]) for each in (before.findings, month.findings)]
    assert copied == [OTHERS | {BAD}, OTHERS]


@pytest.mark.parametrize("code", ["MEM03", "SIM02"])
def test_a_rule_that_crashes_over_everybody_is_evaluated_for_nobody(place, few, monkeypatch, code):
    case = BY_CODE[code].cases[0]
    case.takes  # noqa: B018 - found out by its own function, not by the other one
    monkeypatch.setitem(case.__dict__, "breach", lambda **given: 1 / 0)
    month = judged(place)
    assert month.not_evaluated[code] == CRASHED
    assert month.undecided.empty


def test_that_no_worker_begins_is_nobody_s_fault(place, few, monkeypatch):
    """A rule crashes over one organisation; while it is found out over which, no worker lives to compare texts."""
    case, calls = BY_CODE["SIM02"].cases[0], []
    case.takes  # noqa: B018 - found out by its own function, not by the other one

    def crash(**given):
        calls.append(given)
        raise TypeError("over somebody") if len(calls) == 1 else NoWorkers("no worker")

    monkeypatch.setitem(case.__dict__, "breach", crash)
    with pytest.raises(NoWorkers):
        judged(place)
    assert len(calls) == 2


def test_who_sent_a_blank_name_blinds_no_rule_for_others(tmp_path, few):
    place = office(tmp_path / "w")
    books.write(place / "inbox" / str(PERIOD) / "3.xlsx", {"unit_code": BAD, "org_name": ""})
    month = judged(read(place))
    assert month.undecided.empty
    assert not {"FIL04", "ORG01"} & set(month.not_evaluated)
    found = month.findings[month.findings["organisation"] == BAD]
    assert found.loc[found["field"] == "org_name", "rule"].isin(["ORG01", "FLD02"]).any()
    assert set(month.findings.loc[month.findings["rule"] == "FIL04", "organisation"]) == OTHERS | {BAD}
