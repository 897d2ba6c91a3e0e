"""What branches of the demo say of warnings in April, and what the office makes of it: some accepted, one not."""

from pledgebatch.demo.items import Row
from pledgebatch.demo.lists import read_table
from pledgebatch.demo.year import Book
from pledgebatch.notice.periods import Period
from pledgebatch.schema.sheets import BY_KEY, EXPLANATIONS

ANSWERED = Period(2011, 4)
"""The month in whose workbooks they answer."""


def answer(organisation: str, period: Period, typed: Book) -> None:
    """Fill 说明 of the workbook of an organisation in, if it has something to say."""
    lines = [_asked(each) | _said(each) for each in read_table("answers") if each["organisation"] == organisation]
    if lines and period == ANSWERED:
        typed.rows[EXPLANATIONS.key] = lines


def _asked(each: Row) -> Row:
    sheet = BY_KEY[each["sheet"]]
    named = {"about_sheet": sheet.name, "about_no": each["number"], "about_field": sheet[each["field"]].header}
    return named | {key: each[key] for key in ("rule", "value", "message")}


def _said(each: Row) -> Row:
    return {key: each[key] for key in ("usual", "explanation")}


def decided_lines(clerk: str) -> list[Row]:
    """The lines of 说明审定 about them."""
    return [
        {
            "unit_code": each["organisation"], "sheet": BY_KEY[each["sheet"]].name, "number": each["number"],
            "field": BY_KEY[each["sheet"]][each["field"]].header, "explanation": "；".join(_said(each).values()),
            "period": str(ANSWERED), "decided_by": clerk,
            **{key: each[key] for key in ("rule", "value", "message", "decision", "opinion")},
        }
        for each in read_table("answers")
    ]  # fmt: skip
