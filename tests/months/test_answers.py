"""Answers belong to what they are about, never to a row of Excel; they hold until the value changes."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pledgebatch.intake.identity import identify_submissions
from pledgebatch.months.answers import HELD, SETTLED, explain, in_words, keys_of, read_answers
from pledgebatch.months.questions import questions_of
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period, Stage
from pledgebatch.rules.book import BY_CODE
from pledgebatch.rules.facts.deadlines import settled as settled_deadlines
from pledgebatch.rules.facts.tables import arrange
from pledgebatch.rules.machinery.evaluate import evaluate
from pledgebatch.schema.frames import ANSWER, FINDING, SUBMISSION, counting, empty, frame
from pledgebatch.schema.sheets import EXPLANATIONS
from pledgebatch.schema.states import Answer
from tests.rules.right import right_answers, right_rows
from tests.rules.typed import batch_of, typed

MARCH, APRIL = Period(2011, 3), Period(2011, 4)
WAITING, ACCEPTED, REJECTED = map(str, (Answer.WAITING, Answer.ACCEPTED, Answer.REJECTED))


def finding(number: str = "Z1", value: str = "2011-03-22", row: int = 4, **more: Any) -> dict[str, object]:
    return {
        "organisation": "S1", "file": "a.xlsx", "sheet": "承诺事项", "row": row, "field": "publicity_date", "rule": "DDL02",
        "severity": "warning", "value": value, "message": f"公开日期“{value}”晚了", "number": number,
    } | more  # fmt: skip


def findings(*rows: Mapping[str, object]) -> pd.DataFrame:
    return frame(FINDING, [dict(row) for row in rows])


def said(found: pd.DataFrame, *words: str, month: Period = MARCH) -> pd.DataFrame:
    """What comes back on the lines of 说明 that are asked of ``found``, answered in their order, read as they stand."""
    lines = questions_of(found, empty(ANSWER)).to_dict("records")
    rows = [line | {"explanation": text} for line, text in zip(lines, words, strict=True)]
    return as_read([{key: str(row[key]) for key in EXPLANATIONS.by_key} for row in rows], month)


def as_read(rows: Sequence[Mapping[str, str]], month: Period = MARCH) -> pd.DataFrame:
    place = {"organisation": "S1", "file": "a.xlsx", "set_aside": pd.NA}
    table = typed(EXPLANATIONS, [rows], month.year).assign(**place).astype({"set_aside": "str"})
    submissions = frame(SUBMISSION, [{"submission": 0, "organisation": "S1", "state": "accepted"}])
    return read_answers({EXPLANATIONS.key: table}, submissions, month)


def explained(
    found: pd.DataFrame,
    answers: pd.DataFrame | None = None,
    before: pd.DataFrame | None = None,
    settled: pd.DataFrame | None = None,
    held: pd.DataFrame | None = None,
    month: Period = MARCH,
) -> tuple[list[tuple[str, str]], pd.DataFrame]:
    """How it stands with each finding, and the answers that hold."""
    none = empty(ANSWER)
    known = [each if each is not None else none for each in (answers, before)]
    office = empty(SETTLED) if settled is None else settled
    shown, kept = explain(found, *known, office, empty(HELD) if held is None else held, month)
    return list(shown[["waiver", "answer"]].fillna("").itertuples(index=False, name=None)), kept


def decided(answers: pd.DataFrame, decision: str = ACCEPTED, **more: str) -> pd.DataFrame:
    """The lines of 说明审定 about ``answers``, decided."""
    lines = answers.assign(decision=decision, explanation=in_words(answers)).assign(**more)
    return lines[list(SETTLED)].astype(SETTLED)


ONE, TWO = finding(), finding("Z2", "2011-03-23", 5)


def test_an_answer_waits_is_accepted_or_refused_and_says_so() -> None:
    found = findings(ONE, TWO)
    states, answers = explained(found, said(found, "时间已过", ""))
    assert states == [("", WAITING), ("", "")]
    assert explained(found, before=answers, settled=decided(answers))[0] == [("说明已采纳：时间已过", ""), ("", "")]
    refused = decided(answers, REJECTED, opinion="请写明原因")
    states, answers = explained(found, before=answers, settled=refused)
    assert states == [("", "说明不采纳"), ("", "")]
    lines = questions_of(explain_only(found, answers), answers)
    assert lines["decision"].tolist() == ["不采纳：请写明原因（原说明：时间已过）", ""]


def explain_only(found: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    return found.assign(answer=pd.Series(["x"] * len(found), index=found.index, dtype="str"))


def test_words_after_a_refusal_wait_again_and_words_after_an_acceptance_change_nothing() -> None:
    found = findings(ONE)
    _, answers = explained(found, said(found, "时间已过"))
    refused = decided(answers, REJECTED)
    states, _ = explained(found, said(found, "当天停电，有记录", month=APRIL), answers, refused, month=APRIL)
    assert states == [("", WAITING)]
    _, accepted = explained(found, before=answers, settled=decided(answers))
    states, _ = explained(found, said(found, "另一个说法", month=APRIL), accepted, decided(answers), month=APRIL)
    assert states == [("说明已采纳：时间已过", "")]


def test_errors_are_mended_not_explained() -> None:
    found = findings(finding(severity="error"))
    assert questions_of(found, empty(ANSWER)).empty
    answers = as_read([{"about_sheet": "承诺事项", "about_no": "Z1", "about_field": "公开日期", "rule": "DDL02",
                        "value": "2011-03-22", "message": "x", "explanation": "就是这样"}])  # fmt: skip
    states, kept = explained(found, answers)
    assert states == [("", "")]
    assert kept["state"].tolist() == [str(Answer.OF_NOTHING)]


def test_what_has_no_value_is_known_by_what_it_says() -> None:
    whole = finding("", None, None, field=None, sheet="工作记录", rule="TRK08", message="本季度没有跟踪检查")
    found = findings(whole)
    _, answers = explained(found, said(found, "五月补做"))
    assert explained(found, before=answers, settled=decided(answers))[0][0][0] == "说明已采纳：五月补做"
    other = findings(whole | {"message": "本季度没有督导检查"})
    assert explained(other, before=answers, settled=decided(answers))[0] == [("", "")]


def test_an_answer_lapses_with_its_finding_unless_that_could_not_be_looked_for() -> None:
    found = findings(ONE)
    _, answers = explained(found, said(found, "时间已过"))
    gone = findings(TWO)
    assert explained(gone, before=answers, settled=decided(answers), month=APRIL)[1].empty
    for silent in ({"organisation": "S1"}, {"rule": "DDL02"}, {"organisation": "S1", "rule": "DDL02"}):
        _, kept = explained(gone, before=answers, held=frame(HELD, [silent]), month=APRIL)
        assert kept["said"].tolist() == [str(MARCH)]


def test_the_office_may_accept_of_itself() -> None:
    found = findings(ONE)
    line = dict.fromkeys(SETTLED, "") | {"organisation": "S1", "sheet": "承诺事项", "number": "z1", "field": "publicity_date",
                                         "rule": "DDL02", "value": "2011-03-22", "explanation": "电话问过", "said": "2011-03",
                                         "decision": ACCEPTED}  # fmt: skip
    states, answers = explained(found, settled=frame(SETTLED, [line]))
    assert states == [("说明已采纳：电话问过", "")]
    assert explained(found, before=answers, settled=frame(SETTLED, [line]), month=APRIL)[0] == states


VALUES = st.text("甲乙丙丁0123-.=+@<&\"'\n　 ", max_size=12)
ROWS = st.lists(
    st.tuples(st.text("ABZ012甲", min_size=1, max_size=4), VALUES), min_size=1, max_size=6, unique_by=lambda row: row[0]
)


@settings(max_examples=15)
@given(ROWS, st.randoms(use_true_random=False))
def test_any_order_of_rows_and_lines_keeps_every_answer(rows: list[tuple[str, str]], chance: Any) -> None:
    found = findings(*(finding(number, value, row) for row, (number, value) in enumerate(rows, 4)))
    lines = questions_of(found, empty(ANSWER)).to_dict("records")
    answered = [
        {key: str(line[key]) for key in EXPLANATIONS.by_key} | {"explanation": f"因为{line['row']}"} for line in lines
    ]
    chance.shuffle(answered)
    moved = [*rows]
    chance.shuffle(moved)
    now = findings(*(finding(number, value, row) for row, (number, value) in enumerate(moved, 40)))
    states, answers = explained(now, as_read(answered))
    assert states == [("", WAITING)] * len(rows)
    assert (answers["state"] == WAITING).all()


@settings(max_examples=15)
@given(ROWS, st.data())
def test_a_change_of_a_value_lapses_its_own_answer_and_no_other(
    rows: list[tuple[str, str]], data: st.DataObject
) -> None:
    found = findings(*(finding(number, value, row) for row, (number, value) in enumerate(rows, 4)))
    _, answers = explained(found, said(found, *["时间已过"] * len(rows)))
    which = data.draw(st.integers(0, len(rows) - 1))
    other = data.draw(VALUES.filter(lambda text: keys(text) != keys(rows[which][1])))
    changed = [(number, other if at == which else value) for at, (number, value) in enumerate(rows)]
    now = findings(*(finding(number, value, row) for row, (number, value) in enumerate(changed, 4)))
    states, _ = explained(now, before=answers, settled=decided(answers), month=APRIL)
    assert [bool(waiver) for waiver, _ in states] == [at != which for at in range(len(rows))]


def keys(value: str) -> str:
    return str(keys_of(findings(finding(value=value))).iloc[0])


CODES = [f"S{number:03d}" for number in range(60)]
MONTHS = [Period(2011, month) for month in range(4, 10)]
LATE = {"Z1": "2011-03-22", "Z2": "2011-03-23", "D1甲": "2011-04-01"}
MOVED = CODES[::6], Period(2011, 7), "2011-03-24"
"""Who gives another day for Z1, from which month on."""


def lines_of(code: str, period: Period) -> dict[str, list[dict[str, str]]]:
    """What an organisation sends: right, but for what is past and cannot be mended any more."""
    form = right_answers(period) | {"unit_code": code}
    tables = {key: list(right_rows(key, period).values()) for key in ("members", "items", "opinions", "records")}
    late = LATE | ({"Z1": MOVED[2]} if code in MOVED[0] and period >= MOVED[1] else {})
    tables["items"] = [
        row | {"publicity_date": late.get(row["item_no"], row["publicity_date"])} for row in tables["items"]
    ]
    tables["members"] = [
        row | ({"joined_month": "1999-01"} if row["member_no"] == "2" else {}) for row in tables["members"]
    ]
    return {"organisations": [form], "legacy": [], "assessments": [], "supervision": [], **tables}


RULES = [BY_CODE[code] for code in ("DDL02", "MEM07", "MEM08", "TRK03", "CON02")]


def judged(
    period: Period, before: pd.DataFrame, settled: pd.DataFrame, lines: Mapping[str, list[dict[str, str]]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What some rules find in a month of all organisations, who answer with ``lines`` of 说明; and the answers."""
    organisations = [lines_of(code, period) | {EXPLANATIONS.key: lines.get(code, [])} for code in CODES]
    files = [{"file": f"{code}.xlsx", "sha256": code, "hidden_code": code, "template_version": "2"} for code in CODES]
    batch = batch_of(organisations, files, period.year)
    submissions = identify_submissions(batch, None, period).assign(organisation=CODES, state="accepted")
    place = submissions.set_index("submission")[["organisation", "file"]]
    tables = {key: rows.join(place, on="submission") for key, rows in batch.tables.items()}
    tables["items"] = settled_deadlines(tables, period, Parameters())
    changes = batch.changes.join(place, on="submission")
    known = arrange(tables, submissions, changes, batch.layout, period, Parameters())
    found, _, _ = evaluate(RULES, known, set(Stage), {})
    said = read_answers({EXPLANATIONS.key: tables[EXPLANATIONS.key].assign(set_aside=pd.NA)}, submissions, period)
    return explain(found, said, before, settled, empty(HELD), period)


def answered(asked: pd.DataFrame) -> dict[str, list[dict[str, str]]]:
    """The lines of 说明 as they come back, by organisation: each with the same usual reason."""
    lines: dict[str, list[dict[str, str]]] = {}
    for row in asked.assign(usual="时间已过无法更改").to_dict("records"):
        lines.setdefault(str(row["organisation"]), []).append({key: str(row[key]) for key in EXPLANATIONS.by_key})
    return lines


def test_half_a_year_of_sixty_organisations() -> None:
    """Whoever answers once, and is believed, is not asked again; whoever changes what it is about is."""
    before, settled = empty(ANSWER), empty(SETTLED)
    accepted: set[str] = set()
    seen: set[str] = set()
    repeated = without = 0
    for period in MONTHS:
        found, answers = judged(period, before, settled, {})
        open_now, every = keys_of(counting(found)), keys_of(found[found["severity"] != "error"])
        assert not accepted & {*open_now}, "what was accepted is asked again"
        without += int(every.isin(seen).sum())
        repeated += int(every.isin(seen & {*open_now}).sum())
        if period == MOVED[1]:
            new_day = found[(found["number"] == "Z1") & (found["value"] == MOVED[2]) & (found["rule"] == "DDL02")]
            assert len(counting(new_day)) == len(new_day) == len(MOVED[0]), "another value is asked about"
        asked = questions_of(found, answers)  # in the return, and answered in the month itself
        _, before = judged(period, before, settled, answered(asked))
        waiting = before[before["state"] == WAITING]
        settled = pd.concat([settled, decided(waiting)], ignore_index=True)
        accepted |= set(keys_of(waiting))
        seen |= {*every}
    assert without > 60 * 4 * (len(MONTHS) - 2)
    assert repeated <= 0.1 * without, (repeated, without)
