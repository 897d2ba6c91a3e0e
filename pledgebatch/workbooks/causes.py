"""Findings of one cause told once: for those who read them. The findings themselves stay one a cell."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pledgebatch.rules.machinery.cells import short
from pledgebatch.rules.machinery.rule import Rule
from pledgebatch.schema.fields import Field
from pledgebatch.schema.frames import Severity
from pledgebatch.schema.kinds import form_of
from pledgebatch.schema.records import grouped
from pledgebatch.schema.sheets import SHEETS

Record = Mapping[str, Any]
Labels = Mapping[tuple[str, str, int], str]
"""What a row is called, by file, sheet and row: the number and the text of an item, the name of a member."""
APART = 3
"""Findings that differ in what they quote are told apart up to so many: what each says is worth a line."""
MOST_LABELS = 3
MOST_SPANS = 8
"""Stretches of cells named before it is only said how many there are."""
MOST_VALUES = 3
ELSE = "…"
_VARIES = re.compile(r"“[^”]*”|[A-Za-z]*\d[\d.:/-]*")
"""What a message quotes or counts: by it alone do the findings of one cause differ."""
_CELL = re.compile(r"([A-Z]+)(\d+)")
_MEANT = re.compile(r"是否“(.+?)”？")
_FIELDS = {(sheet.name, key): field for sheet in SHEETS for key, field in sheet.by_key.items()}


@dataclass(frozen=True)
class Cause:
    """Findings of one rule, severity and field that say the same, but for what each quotes."""

    rule: str
    severity: Severity
    sheet: str
    field: str
    message: str
    rows: Sequence[Record]

    @property
    def header(self) -> str:
        """The header of the field; empty where it is none of a sheet."""
        field = self._field
        return field.header if field else ""

    @property
    def _field(self) -> Field | None:
        return _FIELDS.get((self.sheet, self.field))

    @property
    def cells(self) -> list[str]:
        """The cells in their order."""
        return [row["cell"] for row in self.rows if row["cell"]]

    @property
    def typed(self) -> str:
        """What stands there now, the first few of it: nothing where all are blank."""
        distinct = dict.fromkeys(short(row["value"]) for row in self.rows if row["value"])
        told = "、".join(f"“{value}”" for value in list(distinct)[:MOST_VALUES])
        return told + ("等" if len(distinct) > MOST_VALUES else "")

    @property
    def unusable(self) -> bool:
        """Whether the cells are blank or hold nothing that is understood."""
        return "未填写" in self.message or "不能识别" in self.message

    def right(self, rules: Mapping[str, Rule]) -> str:
        """What to type instead: what was clearly meant, or the form of the field, or else how its rule is mended."""
        meant = {found[1] for row in self.rows for found in [_MEANT.search(row["message"])] if found}
        if len(meant) == 1 and len({row["value"] for row in self.rows}) == 1:
            return f"改填“{meant.pop()}”"
        form = form_of(self._field) if self._field and self.unusable else ""
        return f"请填：{form}" if form else rules[self.rule].mend


def causes(found: Iterable[Record], apart: int = APART) -> list[Cause]:
    """Findings by their causes, in the order in which each first comes.

    Those that differ in what they quote stay ``apart`` up to so many.
    """
    told = []
    kinds = grouped(map(dict, found), "rule", "severity", "sheet", "field", "file")
    for (rule, severity, sheet, field, _), rows in kinds.items():
        alike = grouped((row | {"words": _VARIES.sub(ELSE, row["message"])} for row in rows), "words")
        for same in alike.values():
            whole = grouped(same, "message")
            parts = [same] if len(whole) > apart else list(whole.values())
            told += [Cause(rule, Severity(severity), sheet, field, _message(part), part) for part in parts]
    return told


def _message(rows: Sequence[Record]) -> str:
    """The message of all: what differs in them is left open."""
    messages = list(dict.fromkeys(row["message"] for row in rows))
    if len(messages) == 1:
        return str(messages[0])
    varying = [_VARIES.findall(message) for message in messages]
    same = iter([len({*each}) == 1 for each in zip(*varying, strict=True)])
    return _VARIES.sub(lambda found: found[0] if next(same) else f"“{ELSE}”" if "“" in found[0] else ELSE, messages[0])


def spans(cells: Iterable[str]) -> list[str]:
    """Cells with those that stand in a column one below the other drawn together: AC4–AC15, AC18."""
    runs: list[tuple[str, int, int]] = []
    places = [(cell, _CELL.fullmatch(cell)) for cell in dict.fromkeys(cells)]
    odd = [cell for cell, place in places if not place]
    for column, row in sorted({(place[1], int(place[2])) for _, place in places if place}, key=_in_sheet):
        if runs and runs[-1][0] == column and runs[-1][2] == row - 1:
            runs[-1] = (column, runs[-1][1], row)
        else:
            runs.append((column, row, row))
    drawn = [
        text
        for column, first, last in runs
        for text in (
            [f"{column}{first}–{column}{last}"]
            if last - first > 1
            else [f"{column}{row}" for row in range(first, last + 1)]
        )
    ]
    return [*drawn, *odd]


def _in_sheet(place: tuple[str, int]) -> tuple[int, str, int]:
    return len(place[0]), place[0], place[1]


def cells_in_words(cells: Sequence[str]) -> str:
    """D17；D17、D21；D4–D15、D18 共 13 处."""
    drawn = spans(cells)
    told = "、".join(drawn[:MOST_SPANS]) + (" 等" if len(drawn) > MOST_SPANS else "")
    return told + (f" 共 {len(cells)} 处" if len(cells) > 1 else "")


def places_in_words(rows: Iterable[Record], labels: Labels) -> str:
    """The places of findings sheet by sheet, with what their rows are called, for who has no spreadsheet at hand."""
    told = []
    for sheet, here in grouped(map(dict, rows), "sheet").items():
        if not sheet:
            continue
        cells = cells_in_words([row["cell"] for row in here if row["cell"]])
        names = list(
            dict.fromkeys(labels.get((row["file"], sheet, row["row"]), "") for row in here if row["row"] != "")
        )
        names = [name for name in names if name]
        more = f" 等 {len(names)} 项" if len(names) > MOST_LABELS else ""
        called = f"：{'、'.join(names[:MOST_LABELS])}{more}" if names else ""
        told.append(f"《{sheet}》{cells}{called}")
    return "；".join(told)


def in_order(found: Iterable[Cause]) -> list[Cause]:
    """The gravest first."""
    grades = list(Severity)
    return sorted(found, key=lambda cause: grades.index(cause.severity))
