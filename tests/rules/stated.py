"""What an example of the rule book states: the findings that it promises, what it changes, and which rules that concerns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from pledgebatch.notice.periods import Period
from pledgebatch.rules.book import RULES
from pledgebatch.rules.machinery.examples import Example
from pledgebatch.rules.machinery.reads import reads
from pledgebatch.rules.machinery.rule import Rule, Scope
from pledgebatch.schema.fields import Field
from pledgebatch.schema.sheets import BY_KEY
from pledgebatch.workbooks.form import FORM_ROWS
from pledgebatch.workbooks.table import HEADER, START
from tests.rules.right import changed_rows

ACROSS = {rule.code for rule in RULES if rule.across}
Found = set[tuple[str, str, str, str]]
"""Rule, severity, organisation and cell of findings."""


def expected(example: Example) -> Found:
    """The findings that an example promises."""
    return {_promise(example, each) for each in example.findings}


def is_of_one(example: Example) -> bool:
    """Whether an example is about what one organisation typed, and not about files, forms, or others."""
    named = any({"unit_code", "org_name"} & month.get("organisations", {}).keys() for month in _months(example))
    apart = any({"other", "registered"} & month.keys() for month in _months(example)) or example.rule in ACROSS
    return not (named or apart or is_of_files(example))


def is_of_one_file(example: Example) -> bool:
    """Whether an example is about the files of one organisation, which can be told by what stands in them."""
    named = {"unit_code", "org_name"} & example.changes.get("organisations", {}).keys()
    file = example.changes.get("file", {})
    return is_of_files(example) and not (named or "damage" in file or "code" in file.get("hidden", {}))


def is_of_files(example: Example) -> bool:
    """Whether an example is about files and forms, which no frame has."""
    return any({"file", "form"} & month.keys() for month in _months(example))


def _months(example: Example) -> list[Mapping[str, Any]]:
    return [example.changes, *(example.changes.get(when, {}) for when in ("last", "earlier", "last_year"))]


def changed_fields(example: Example) -> Iterator[Field]:
    """The fields that an example changes in its own month."""
    for key, edits in example.changes.items():
        if key in BY_KEY:
            rows = [edits] if BY_KEY[key].form else [edit for edit in edits.values() if isinstance(edit, dict)]
            yield from (BY_KEY[key][field] for row in rows for field in row if field != "like")


def concerned(examples: Sequence[Example]) -> list[Rule]:
    """The rules to which ``examples`` make a difference: their own, those about files, others and earlier months, and
    those that read what is changed; all where the figures are others, or an example is of no rule.

    What the others find in a right workbook, nothing, is tried with one that is right.
    """
    if any("parameters" in example.changes or not example.rule for example in examples):
        return list(RULES)
    places = {place for example in examples for place in changed_places(example)}
    about = {scope for example in examples for scope in _scopes_of(example)}
    own = {example.rule for example in examples}
    return [
        rule
        for rule in RULES
        if rule.across
        or rule.code in own
        or rule.scope in about
        or any((sheet, field) in places for sheet, fields in reads(rule).items() for field in fields)
    ]


def _scopes_of(example: Example) -> set[Scope]:
    """What rules look at, besides fields, that an example changes."""
    earlier = {Scope.HISTORY} if months_before(example) else set()
    of_one = {Scope.FILE, Scope.BATCH} if is_of_files(example) or not is_of_one(example) else set()
    return earlier | of_one


def changed_places(example: Example) -> set[tuple[str, str]]:
    """The fields, by the key of their sheet, that an example changes in any month or workbook: all of a sheet where rows
    are added or taken out."""
    months = [example.changes, *(each for each in example.changes.values() if isinstance(each, dict))]
    changed: set[tuple[str, str]] = set()
    for edits in (edits for month in months for edits in (month, month.get("form", {}))):
        for sheet in edits.keys() & BY_KEY.keys():
            fields = _fields_of(sheet, edits[sheet])
            changed |= {(sheet, field) for field in (BY_KEY[sheet].by_key if fields is None else fields)}
    return changed


def _fields_of(sheet: str, edits: Any) -> set[str] | None:
    """The fields that are changed in rows of a sheet; None where rows come or go, or the sheet itself."""
    if not isinstance(edits, dict):
        return None
    rows = [edit for edit in edits.values() if not isinstance(edit, str)]
    if any(edit is False or "like" in edit for edit in rows):
        return None
    return {field for edit in rows for field in edit} | {
        field for field, edit in edits.items() if isinstance(edit, str) and field in BY_KEY[sheet].by_key
    }


def months_before(example: Example) -> dict[str, Period]:
    """The months before that an example has."""
    period = Period.parse(example.period)
    whens = {
        "last": Period.of_ordinal(period.ordinal - 1),
        "earlier": Period.of_ordinal(period.ordinal - 2),
        "last_year": Period(period.year - 1, 12),
    }
    return {name: when for name, when in whens.items() if name in example.changes}


def _promise(example: Example, text: str) -> tuple[str, str, str, str]:
    severity, *rest = text.split()
    place = next((word for word in rest if word.split(".")[0] in BY_KEY), "")
    rule = next((word for word in rest if word != place and not word.startswith("@")), example.rule)
    second = "@S2" in rest
    organisation = next((word[1:] for word in rest if word.startswith("@")), "S1")
    return rule, severity, "" if organisation == "-" else organisation, _place(example, place, second)


def _place(example: Example, place: str, second: bool) -> str:
    sheet, *more = place.split(".")
    if not more:
        return ""
    if BY_KEY[sheet].form:
        return cell_of(sheet, FORM_ROWS[more[0]] + 1, more[0])
    number, field = more
    if number == "header":
        return cell_of(sheet, HEADER + 1, field)
    changes = example.changes.get("other", {}) if second else example.changes
    rows = list(changed_rows(sheet, changes, Period.parse(example.period), second))
    return cell_of(sheet, START + rows.index(number) + 1, field)


def cell_of(sheet: str, row: int, field: str) -> str:
    """The cell of a field in a row of a sheet, as a spreadsheet names it."""
    column = 1 if BY_KEY[sheet].form else [each.key for each in BY_KEY[sheet].fields].index(field)
    return f"{xl_col_to_name(column)}{row}"
