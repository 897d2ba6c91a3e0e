"""The labelled pledges put through the real rules: what each should trigger, and what is told.

``labelled/README.md`` says how the rows are written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period, Stage
from pledgebatch.rules.book import BY_CODE
from pledgebatch.rules.machinery.evaluate import evaluate
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import LAYOUT, columns_of, empty, frame
from pledgebatch.schema.kinds import RAW, understand
from pledgebatch.schema.sheets import ITEMS, MEMBERS, ORGANISATION
from tests.rules.labels import PARTS, Label, read

PLEDGES = ("ITM02", "ITM04", "ITM06", "ITM07", "ITM08", "ITM09", "ITM11", "ITM12", "ITM13", "ITM22")
ORAL = ("COV04",)
PERIOD = Period(2011, 3)
CATEGORIES = {"bureau": "局机关", "school": "公办学校", "clinic": "公立医院卫生院", "private_school": "民办学校",
              "private_hospital": "民营医院"}  # fmt: skip
UNITS = (
    ("bureau", "云溪区教育局机关党支部", "云溪区教育局", ""),
    ("school", "青禾小学党支部", "青禾小学", "bureau"),
    ("clinic", "柳河镇卫生院党支部", "柳河镇卫生院", "bureau"),
    ("private_school", "启明星学校党支部", "启明星学校", "bureau"),
    ("private_hospital", "仁和医院党支部", "仁和医院", "bureau"),
    ("s1", "云溪一小党支部", "云溪一小", "bureau"),
    ("s2", "云溪二小党支部", "云溪二小", "bureau"),
    ("s3", "白塔初级中学党支部", "白塔初级中学", "bureau"),
    ("c1", "石桥镇卫生院党支部", "石桥镇卫生院", "bureau"),
    ("p1", "育才学校党支部", "育才学校", "bureau"),
)
IN_ORDER = "先排好日程，分头准备，事后请人核对"


class Counted:
    """Who was told right, wrong, and not at all."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """The part of what it told that it should have told."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """The part of what it should have told that it told."""
        return self.right / max(self.right + self.missed, 1)


@dataclass(frozen=True)
class Figure(Counted):
    """How often a heuristic was right on one part of the set."""

    rule: str
    part: str
    right: int
    wrong: int
    missed: int

    def __str__(self) -> str:
        return (
            f"{self.rule} {self.part:<8} precision {self.precision:.2f} recall {self.recall:.2f}"
            f" ({self.right} right, {self.wrong} wrong, {self.missed} missed)"
        )


def figures() -> list[Figure]:
    """The figures of every heuristic on both parts."""
    return [figure for part in PARTS for figure in (*_figures(PLEDGES, part, "pledges"), *_figures(ORAL, part, "oral"))]


def findings_of(tables: dict[str, Any], codes: Iterable[str]) -> pd.DataFrame:
    """What some rules find in ``tables``, whatever the stage."""
    findings, not_evaluated, _ = evaluate([BY_CODE[code] for code in codes], tables, set(Stage))
    assert not not_evaluated, not_evaluated
    return findings


def codes_of(rows: list[dict[str, str]], codes: Iterable[str]) -> dict[int, set[str]]:
    """The codes that the rules tell of each row, each a pledger of its own."""
    findings = findings_of(tables(rows), codes)
    found: dict[int, set[str]] = {number: set() for number in range(len(rows))}
    for number, code in zip(findings["row"], findings["rule"], strict=True):
        found[int(number)].add(code)
    return found


def _figures(codes: tuple[str, ...], part: str, name: str) -> list[Figure]:
    rows = read(part, name)
    found = codes_of(rows, codes)
    labels = [Label.parse(row["codes"]) for row in rows]
    return [
        Figure(
            code,
            part,
            right=sum(code in each and label.wants(code) for each, label in zip(found.values(), labels, strict=True)),
            wrong=sum(code in each - label.allowed for each, label in zip(found.values(), labels, strict=True)),
            missed=sum(code in label.lacks(each) for each, label in zip(found.values(), labels, strict=True)),
        )
        for code in codes
    ]


def tables(rows: list[dict[str, str]]) -> dict[str, Any]:
    """The tables that rules name, made of labelled rows; the sheet's row is the place in the list."""
    numbered = [(number, row | {"member_no": str(number + 1)}) for number, row in enumerate(rows)]
    items = [
        (
            number,
            row["unit"],
            row
            | {
                "measures": {"": IN_ORDER, "∅": ""}.get(row["measures"], row["measures"]),
                "due": row["due"] or "2011-12-20",
            },
        )
        for number, row in numbered
        if "text" in row
    ]
    members = [
        (
            number,
            row.get("unit", "school"),
            {"pledge_form": "口头", "is_leader": "否"} | row | {"post_type": row.get("post_type") or "专业技术岗位"},
        )
        for number, row in numbered
    ]
    organisations = [
        (
            number,
            unit,
            {"org_name": org_name, "unit_name": unit_name, "unit_category": CATEGORIES.get(unit, "公办学校")},
        )
        for number, (unit, org_name, unit_name, _) in enumerate(UNITS)
    ]
    registry = pd.DataFrame(UNITS, columns=["organisation", "org_name", "unit_name", "parent_code"], dtype="str")
    roster = _typed(MEMBERS, members)
    return {
        "items": _typed(ITEMS, items), "members": roster, "roster": roster,
        "organisations": _typed(ORGANISATION, organisations), "registry": registry.replace("", pd.NA), "period": PERIOD,
        "parameters": Parameters(), "layout": empty(LAYOUT),
    }  # fmt: skip


def _typed(sheet: Sheet, rows: list[tuple[int, str, dict[str, str]]]) -> pd.DataFrame:
    """The rows as a frame of the sheet: understood as a file's cells are."""
    codes = [unit for unit, *_ in UNITS]
    records: list[dict[str, object]] = []
    for number, unit, row in rows:
        record: dict[str, object] = {"row": number, "organisation": unit, "submission": codes.index(unit)}
        for field in sheet.fields:
            typed = row.get(field.key, "")
            record |= {field.key: understand(field, typed or None, PERIOD.year), field.key + RAW: typed}
        records.append(record)
    return frame(columns_of(sheet), records)
