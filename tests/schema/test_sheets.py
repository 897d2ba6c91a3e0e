"""The declaration against the contract: every sheet, column, kind, stage and choice of the standard workbook."""

import csv
from pathlib import Path

from pledgebatch.schema.sheets import BOOK_OF_THE_OFFICE, BOOK_SHEETS

CONTRACT = Path(__file__).parents[1] / "contract" / "workbook.csv"


def declared():
    for sheet in (*BOOK_SHEETS, *BOOK_OF_THE_OFFICE):
        for field in sheet.fields:
            kind = "choices" if field.several else str(field.kind)
            yield (sheet.name, field.key, field.header, kind, str(field.required or ""), field.clause)


def agreed():
    for row in csv.DictReader(CONTRACT.read_text("utf-8").splitlines()):
        yield tuple(row[name] for name in ("sheet", "key", "header", "kind", "required_from", "clause"))


def test_the_declaration_is_the_contract():
    assert list(declared()) == list(agreed())


def test_choices_are_those_of_the_contract():
    rows = csv.DictReader(CONTRACT.read_text("utf-8").splitlines())
    for row, field in zip(rows, (f for s in (*BOOK_SHEETS, *BOOK_OF_THE_OFFICE) for f in s.fields), strict=True):
        if row["choices"].startswith("@"):
            assert field.choices
        else:
            assert "|".join(field.choices) == row["choices"]
        assert field.filler == row["filled_by"]


def test_keys_and_headers_do_not_repeat():
    for sheet in (*BOOK_SHEETS, *BOOK_OF_THE_OFFICE):
        for texts in ([f.key for f in sheet.fields], [f.header for f in sheet.fields]):
            assert len(set(texts)) == len(texts)
