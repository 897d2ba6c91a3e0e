"""承诺事项 of every organisation: what is pledged for the year, and how it stands in each month."""

import datetime as dt
from collections.abc import Iterator
from functools import cache

from pledgebatch.demo.course import (
    COURSES,
    NEWCOMER_PUBLISHED,
    NEWCOMER_REVIEWED,
    Course,
    in_words,
)
from pledgebatch.demo.lists import read_lists
from pledgebatch.demo.organisations import CAME_FROM, LEAVERS, NIL_RETURN, Organisation, reporting, unregistered
from pledgebatch.demo.people import Person
from pledgebatch.demo.pledges import Stock, templates
from pledgebatch.notice.clauses import FIVE_ANSWERS
from pledgebatch.notice.lists import CATEGORIES
from pledgebatch.notice.periods import Period
from pledgebatch.schema.sheets import ITEMS

Row = dict[str, str]
"""The texts of one row by field key."""
PARTS = ITEMS["part"].choices
UNITS = dict(
    zip(CATEGORIES, ("office_unit", "school_unit", "clinic_unit", "private_unit", "private_unit"), strict=True)
)
"""Whose templates an organisation's own pledges come from, by category."""
FIRST = {2010: Period(2010, 11), 2011: Period(2011, 3)}
"""The period of each year in which the pledges are first reported."""
LEGACY_NO = "L1"
WISH = "群众意见"
"""The basis of a pledge that answers an opinion."""


def vary(name: str, number: int) -> str:
    """One of the sentences of list ``name``."""
    sentences = read_lists("sentences")[name]
    return sentences[number % len(sentences)]


def opinion_numbers(year: int) -> list[str]:
    """The numbers of the opinions gathered in ``year``."""
    return [f"Y{year % 100}{number:02d}" for number in range(1, len(COURSES[year].consulted) + 1)]


@cache
def pledges_of(year: int) -> dict[str, tuple[Row, ...]]:
    """The items of ``year`` by organisation code, without what changes from month to month."""
    before = pledges_of(year - 1) if year - 1 in COURSES else {}
    stock = Stock(year, [item["text"] for items in before.values() for item in items])
    return {each.code: tuple(_items(each, year, stock)) for each in (*reporting(), unregistered())}


def _items(organisation: Organisation, year: int, stock: Stock) -> Iterator[Row]:
    course = COURSES[year]
    for number, template in enumerate(templates(UNITS[organisation.category]), 1):
        due = _due_day(organisation, course, number * 2)
        item = stock.draw_from(template, in_words(due), organisation.problem) | {
            "item_no": f"Z{year % 100}{number:02d}",
            "pledger": "组织",
            "responsible": organisation.people[number % 2].name,
            "publicity": _channel(organisation),
        }
        reviewer = organisation.people[1 - number % 2]
        # What was promised in the earlier campaign becomes a key project (五.2).
        if organisation.problem and template["basis"] == WISH:
            item |= {"key_project": "是", "legacy_no": LEGACY_NO, "basis": "遗留问题"}
        elif template["beneficiary"]:
            item |= {"basis": WISH, "opinion_no": opinion_numbers(year)[0]}
        yield _approve(item, reviewer, due, number, course.reviewed, _publication_day(organisation, course))
    for person in (*organisation.people, organisation.newcomer):
        if person is None or person.pledges_orally:
            continue
        if person is organisation.newcomer and (year == min(COURSES) or organisation.code in CAME_FROM):
            continue  # not there yet; or the pledges made elsewhere are still to come
        yield from _member_items(person, organisation, year, stock)


def _member_items(person: Person, organisation: Organisation, year: int, stock: Stock) -> Iterator[Row]:
    """One item of each part, and for leaders, whose standard is higher (二.2), one more of their post."""
    course = COURSES[year]
    late = person is organisation.newcomer
    reviewer = organisation.people[1 if person.number == 1 else 0]
    for number, part in enumerate((*PARTS, PARTS[1]) if person.leads else PARTS, 1):
        due = _due_day(organisation, course, person.number * 3 + number * 4)
        while late and due <= NEWCOMER_PUBLISHED + dt.timedelta(60):
            due = course.deadlines[course.deadlines.index(due) + 1]
        audience = "all" if part == PARTS[0] else person.seat.audience
        item = stock.draw(audience, part, in_words(due), person.seat.post.partition("教师")[0]) | {
            "item_no": f"D{year % 100}{person.number:02d}{number}",
            "pledger": "党员",
            "member_no": str(person.number),
            "name": person.name,
            "responsible": person.name,
            "publicity": _channel(organisation),
        }
        if item["basis"] == WISH:
            item["opinion_no"] = opinion_numbers(year)[person.number % 3]
        reviewed = NEWCOMER_REVIEWED if late else course.reviewed
        published = NEWCOMER_PUBLISHED if late else _publication_day(organisation, course)
        yield _approve(item, reviewer, due, person.number + number, reviewed, published)


def _approve(item: Row, reviewer: Person, due: dt.date, number: int, reviewed: dt.date, published: dt.date) -> Row:
    """The item as it is after review and publication (五.3, 五.4)."""
    return (
        item
        | dict.fromkeys(FIVE_ANSWERS, "是")
        | {
            "due": str(due),
            "key_project": item.get("key_project", "否"),
            "reviewer": reviewer.name,
            "review_date": str(reviewed),
            "conclusion": "通过",
            "publicity_date": str(published),
            "plan": vary("plan", number),
        }
    )


def _channel(organisation: Organisation) -> str:
    """How an organisation makes its pledges public."""
    return ITEMS["publicity"].choices[organisation.number % 3]


def _publication_day(organisation: Organisation, course: Course) -> dt.date:
    return course.published + dt.timedelta(organisation.number % 4)


def _due_day(organisation: Organisation, course: Course, number: int) -> dt.date:
    """A last day; where the nil return comes from, none so early that something must have changed."""
    late = [day for day in course.deadlines if day.month > 5]
    days = late if organisation.code == NIL_RETURN and course is COURSES[2011] else course.deadlines
    return days[(organisation.number + number) % len(days)]


def state_in(item: Row, organisation: Organisation, period: Period) -> Row:
    """The item as reported in ``period``: begun in the first month of the year, done when due."""
    number = int("".join(filter(str.isdigit, item["item_no"]))) + organisation.number
    due = dt.date.fromisoformat(item["due"])
    months = period.ordinal - FIRST[period.year].ordinal
    nil = organisation.code == NIL_RETURN
    if item.get("member_no") == str(LEAVERS.get(organisation.code)) and period >= Period(2011, 4):
        return item | {"status": "撤销", "change_reason": "本人调出，组织关系已转"}
    if months and due <= period.cutoff:
        done = {
            "status": "已完成",
            "progress": vary("progress_done", number),
            "done_date": str(due - dt.timedelta(number % 4)),
            "result": vary("result", number),
        }
        return item | done | ({"final_result": "完成"} if period.month == 12 else {})
    if number % 3 == 0 and due.month > max(8, period.month + 2) and period.year == 2011:
        return item | {"status": "未开始", "progress": vary("progress_idle", number)}
    step = number + (max(months - 1, 0) if nil else months)
    return item | {"status": "进行中", "progress": vary("progress_open", step)}
