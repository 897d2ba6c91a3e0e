"""What each organisation's workbook says in each period, when nothing is wrong with it."""

import datetime as dt
from dataclasses import dataclass

from pledgebatch.demo.course import COURSES, NEWCOMER_REVIEWED, NEWCOMER_SIGNED
from pledgebatch.demo.items import FIRST, LEGACY_NO, Row, opinion_numbers, pledges_of, state_in, vary
from pledgebatch.demo.lists import read_lists, read_table
from pledgebatch.demo.organisations import LEAVERS, NIL_RETURN, Organisation
from pledgebatch.demo.people import Person
from pledgebatch.months.changes import YEARLY
from pledgebatch.notice.periods import Period, Stage
from pledgebatch.schema.sheets import ORGANISATION

LAST = Period(2011, 4)
"""The period in which one leaves, another arrives, and one declares a nil return."""
YEAR_END = 12
SELF_CHECKED, APPRAISED = 20, 22
"""Days of December."""
ANSWERED_AFTER = 7


@dataclass
class Book:
    """The contents of one workbook, as typed: answers by field key, rows by sheet key."""

    answers: Row
    rows: dict[str, list[Row]]


def book(organisation: Organisation, period: Period) -> Book:
    """The right workbook of ``organisation`` for ``period``."""
    if period < FIRST[period.year]:
        return _before_pledging(organisation, period)
    members = [_member(person, organisation, period) for person in _roster(organisation, period)]
    rows = {
        "members": members,
        "items": [
            state_in(item, organisation, period)
            for item in pledges_of(period.year)[organisation.code]
            if item.get("member_no", "1") in {member["member_no"] for member in members}
        ],
        "opinions": _opinions(organisation, period.year),
        "legacy": _legacy(organisation),
        "records": _records(organisation, period),
        "assessments": _assessments(organisation, period.year) if period.month == YEAR_END else [],
        "supervision": _supervision(organisation, period),
    }
    return Book(_answers(organisation, period, members), rows)


def _before_pledging(organisation: Organisation, period: Period) -> Book:
    """January and February: the roster is known, opinions are being gathered, nothing is pledged yet."""
    members = [
        {key: text for key, text in _member(person, organisation, period).items() if key in YEARLY}
        for person in _roster(organisation, period)
    ]
    asked = [field.key for field in ORGANISATION.fields if field.required is Stage.ALWAYS]
    answers = _answers(organisation, period, members)
    gathered = [row for row in _opinions(organisation, period.year) if row["date"] <= str(period.cutoff)]
    rows = {"members": members, "items": [], "opinions": gathered, "legacy": _legacy(organisation), "records": []}
    kept = (*asked, "legacy_answer", "filled_by", "filled_on")
    return Book({key: answers[key] for key in kept}, rows | {"assessments": [], "supervision": []})


def _roster(organisation: Organisation, period: Period) -> tuple[Person, ...]:
    arrived = (organisation.newcomer,) if organisation.newcomer and period >= LAST else ()
    return (*organisation.people, *arrived)


def _answers(organisation: Organisation, period: Period, members: list[Row]) -> Row:
    course = COURSES[period.year]
    number = organisation.number
    staying = sum(member.get("change") != "转出" for member in members)
    answers = {
        "year": str(period.year),
        "period": str(period),
        "parent_org": organisation.parent_name,
        "member_count": str(staying),
        "legacy_answer": "有" if organisation.problem else "无",
        "org_date": str(course.organisation_pledged),
        "approval_opinion": vary("approval_opinion", number),
        "approval_date": str(course.approved),
        "supervision_contact": f"0519-80{number:04d}2",
        "filled_by": organisation.registered["contact"],
        "filled_on": f"{period}-25",
        "nil_return": "是" if (organisation.code, period) == (NIL_RETURN, LAST) else "否",
    }
    agreed = ("org_sealed", "approval_sealed", "copy_parent", "copy_own", "copy_public")
    kept = ("has_analysis_meeting", "has_ledger", "has_inspection")
    answers |= dict.fromkeys((*agreed, *kept), "是")
    if period.month == YEAR_END:
        answers |= {
            "self_check": vary("org_self_check", number),
            "self_check_date": str(dt.date(period.year, YEAR_END, SELF_CHECKED)),
            "appraisal_date": str(dt.date(period.year, YEAR_END, APPRAISED)),
        }
    registered = {key: text for key, text in organisation.registered.items() if key in ORGANISATION.by_key}
    return registered | answers


def _member(person: Person, organisation: Organisation, period: Period) -> Row:
    course = COURSES[period.year]
    late = person is organisation.newcomer
    signed = course.leaders_signed if person.leads else course.members_signed + dt.timedelta(person.number % 4)
    row = {
        "member_no": str(person.number),
        "name": person.name,
        "sex": person.sex,
        "birth_month": person.birth_month,
        "ethnicity": person.ethnicity,
        "post": person.seat.post,
        "joined_month": person.joined_month,
        "education": person.education,
        "branch": organisation.name,
        "post_type": person.seat.post_type,
        "is_leader": "是" if person.leads else "否",
        "pledge_form": "口头" if person.pledges_orally else "书面",
        "branch_opinion": vary("branch_opinion", person.number),
        "branch_sealed": "是",
        "branch_date": str(NEWCOMER_REVIEWED if late else course.branch_agreed),
        "change": "转入" if late and period == LAST else "在册",
    }
    if person.pledges_orally:
        row |= {
            "oral_reason": "年老体弱",
            "oral_study_date": str(course.oral_studied),
            "participation_plan": vary("oral_plan", person.number),
        }
    else:
        row |= {
            "participation_plan": vary("participation_plan", person.number + organisation.number),
            "signed": "是",
            "signed_date": str(NEWCOMER_SIGNED if late else signed),
            "copy_branch": "是",
            "copy_own": "是",
            "copy_public": "是",
        }
    if period >= LAST and person.number == LEAVERS.get(organisation.code):
        row["change"] = "转出"
    if period.month == YEAR_END:
        row |= {
            "self_check": vary("self_check", person.number + organisation.number),
            "self_check_date": str(dt.date(period.year, YEAR_END, SELF_CHECKED)),
            "leader_comment": vary("leader_comment", person.number),
            "award_nominee": "是" if person.number % 9 == 2 and not person.pledges_orally else "否",
        }
    return row


def _opinions(organisation: Organisation, year: int) -> list[Row]:
    wishes = read_lists("sentences")[f"opinions_{organisation.sector}"]
    return [
        {
            "opinion_no": number,
            "date": str(day),
            "method": vary("method", place),
            "attendance": str(len(organisation.people) + 8 + place),
            "opinion": wishes[(organisation.number + year + place) % len(wishes)],
            "adopted": vary("adopted", place),
        }
        for place, (number, day) in enumerate(zip(opinion_numbers(year), COURSES[year].consulted, strict=True))
    ]


def _legacy(organisation: Organisation) -> list[Row]:
    if not organisation.problem:
        return []
    return [
        {"legacy_no": LEGACY_NO, "problem": organisation.problem, "promised_on": "2009-08-20", "solved": "未解决"},
        {"legacy_no": "L2", "problem": "公开栏更新不及时", "promised_on": "2009-08-20", "solved": "已解决"},
    ]


def _records(organisation: Organisation, period: Period) -> list[Row]:
    """What was done so far in the year; a nil return adds nothing."""
    year = [row for row in read_table("records") if row["period"][:4] == str(period.year)]
    until = Period(2011, 3) if (organisation.code, period) == (NIL_RETURN, LAST) else period
    return [
        {
            **{key: row[key] for key in ("date", "activity", "summary", "channel")},
            "attendance": str(len(organisation.people) - 1),
            "responsible": organisation.people[0].name,
        }
        for row in year
        if row["period"] <= str(until)
    ]


def _supervision(organisation: Organisation, period: Period) -> list[Row]:
    """What the public said soon after the pledges were made public, and the answer a week later."""
    received = COURSES[period.year].published + dt.timedelta(4 + organisation.number % 5)
    answered = received + dt.timedelta(ANSWERED_AFTER)
    row = {
        "said_no": f"Q{period.year % 100}01",
        "date": str(received),
        "channel": vary("channel", organisation.number),
        "said": vary("said", organisation.number),
    }
    if answered <= period.cutoff:
        row |= {"answer": vary("answer", organisation.number), "answered_on": str(answered)}
    return [row]


def _assessments(organisation: Organisation, year: int) -> list[Row]:
    """The votes on the organisation and on its head, by members and by the public (五.6)."""
    head = organisation.people[0]
    rows: list[Row] = []
    for pledged_by in ({"pledger": "组织"}, {"pledger": "党员", "member_no": str(head.number), "name": head.name}):
        for assessor, attendance in (("党员", len(organisation.people) - 1), ("群众", 2 * len(organisation.people))):
            fairly = 1 + (organisation.number + len(rows)) % 3
            votes = {"satisfied": attendance - fairly - 1, "fairly_satisfied": fairly, "basically_satisfied": 1}
            rows.append(
                pledged_by
                | {"assessor": assessor, "date": str(dt.date(year, YEAR_END, APPRAISED)), "attendance": str(attendance)}
                | {key: str(count) for key, count in votes.items()}
                | {"dissatisfied": "0", "rectify": "否"}
            )
    return rows
