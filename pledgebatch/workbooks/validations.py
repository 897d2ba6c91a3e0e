"""What a spreadsheet says and checks while a cell is filled in; the office checks everything again."""

from functools import cache
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pledgebatch.schema.fields import Field, Kind
from pledgebatch.schema.kinds import form_of
from pledgebatch.schema.sheets import HIDDEN_NAME, SHEETS

LONGEST_LIST, LONGEST_MESSAGE = 255, 255
"""Excel's limits in characters; a longer list goes through a defined name."""
FIRST_LIST = 3
"""The column of the hidden sheet where the long lists begin."""
EXAMPLE = "如 "


@cache
def describe(field: Field) -> str:
    """The help of a field and the form of what to type, in one sentence."""
    form = form_of(field)
    if field.help.startswith(EXAMPLE) and not field.choices:
        # The field's own example takes the place of the kind's.
        return "，".join(filter(None, (form.partition("，")[0], field.help)))
    return "。".join(filter(None, (field.help, form)))


@cache
def help_line(field: Field) -> str:
    """The short help above a header; what a dropdown or the kind tells anyway is left out."""
    return field.help or (form_of(field) if field.kind in (Kind.DATE, Kind.MONTH, Kind.DEADLINE) else "")


@cache
def validation(field: Field) -> dict[str, Any]:
    """The data validation of a field; empty where there is nothing to say.

    Nothing is stopped: the office understands √ for 是, 汉 for 汉族 and 30人 for 30, so a warning is enough. Dates are
    not checked, for 2011.3.5 must remain possible. The header stands frozen above, so that nothing needs a title.
    """
    message = describe(field)[:LONGEST_MESSAGE]
    shown = {"input_message": message} if message else {}
    if field.choices:
        source = f"={list_name(field)}" if is_long(field) else list(field.choices)
        check: dict[str, Any] = {
            "validate": "list",
            "source": source,
            "error_message": "请从下拉列表中选择。确定要这样填吗？",
        }
    elif field.kind is Kind.INTEGER:
        check = {"validate": "integer", "criteria": ">=", "value": 0, "error_message": "请填整数。确定要这样填吗？"}
    else:
        return {"validate": "any"} | shown if message else {}
    if field.several:  # the list offers, and does not stop what it cannot hold
        return check | shown | {"ignore_blank": True, "show_error": False}
    return check | shown | {"ignore_blank": True, "error_type": "warning"}


def is_long(field: Field) -> bool:
    """Whether the choices are too long for a validation to hold itself."""
    return len(",".join(field.choices)) > LONGEST_LIST


def list_name(field: Field) -> str:
    """The defined name of a long list."""
    return f"list_{field.listed.removeprefix('@')}"


@cache
def long_lists() -> tuple[Field, ...]:
    """One field for each list that goes through a defined name."""
    return tuple({f.listed: f for sheet in SHEETS for f in sheet.fields if is_long(f)}.values())


def write_lists(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
    """Write the long lists on the hidden ``sheet`` and name them."""
    for column, field in enumerate(long_lists(), FIRST_LIST):
        letter = xl_col_to_name(column)
        for row, choice in enumerate(field.choices):
            sheet.write_string(row, column, choice)
        book.define_name(list_name(field), f"='{HIDDEN_NAME}'!${letter}$1:${letter}${len(field.choices)}")
