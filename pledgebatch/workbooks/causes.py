"""Findings of one cause drawn together, for those who read them. The findings themselves stay one a cell."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from pledgebatch.rules.machinery.cells import short
from pledgebatch.rules.machinery.rule import Rule
from pledgebatch.schema.fields import Field
from pledgebatch.schema.kinds import form_of
from pledgebatch.schema.sheets import SHEETS
from pledgebatch.schema.states import Severity
from pledgebatch.workbooks.findings import Finding, group

Labels = Mapping[tuple[str, str, int], str]
"""What a row is called, by file, sheet and row: the number and the text of an item, the name of a member."""
APART = 3
"""Findings that differ in what they quote stay apart up to so many: what each says is worth a line."""
MOST_LABELS = 3
MOST_RANGES = 8
"""Ranges of cells named before it is only said how many there are."""
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

    message: str
    findings: Sequence[Finding]

    @property
    def rule(self) -> str:
        """The code of the rule."""
        return self.findings[0].rule

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return self.findings[0].severity

    @property
    def sheet(self) -> str:
        """The name of the sheet; empty where it is about a whole file."""
        return self.findings[0].sheet

    @property
    def field(self) -> str:
        """The key of the field; empty where it is about a whole row or more."""
        return self.findings[0].field

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
        return [each.cell for each in self.findings if each.cell]

    @property
    def typed(self) -> str:
        """What stands there now, the first few of it: nothing where all are blank."""
        distinct = dict.fromkeys(short(each.value) for each in self.findings if each.value)
        quoted = "、".join(f"“{value}”" for value in list(distinct)[:MOST_VALUES])
        return quoted + ("等" if len(distinct) > MOST_VALUES else "")

    @property
    def answered(self) -> str:
        """How it stands with what the branch says of them, in brackets: nothing where it says nothing."""
        counts = Counter(each.answer for each in self.findings if each.answer)
        if len(counts) == 1 and counts.total() == len(self.findings):
            return f"（{next(iter(counts))}）"
        return "".join(f"（{count} 处{answer}）" for answer, count in sorted(counts.items()))

    @property
    def unusable(self) -> bool:
        """Whether the cells are blank or hold nothing that is understood."""
        return "未填写" in self.message or "不能识别" in self.message

    def right(self, rules: Mapping[str, Rule]) -> str:
        """What to type instead: what was clearly meant, or the form of the field, or else how its rule is mended."""
        meant = {match[1] for each in self.findings if (match := _MEANT.search(each.message))}
        if len(meant) == 1 and len({each.value for each in self.findings}) == 1:
            return f"改填“{meant.pop()}”"
        form = form_of(self._field) if self._field and self.unusable else ""
        return f"请填：{form}" if form else rules[self.rule].mend


def find_causes(findings: Iterable[Finding], apart: int = APART) -> list[Cause]:
    """Findings by their causes, in the order in which each first comes.

    Those that differ in what they quote stay ``apart`` up to so many.
    """
    causes = []
    for of_kind in group(findings, attrgetter("rule", "severity", "sheet", "field", "file")).values():
        for alike in group(of_kind, lambda each: _VARIES.sub(ELSE, each.message)).values():
            same = group(alike, attrgetter("message"))
            groups = [alike] if len(same) > apart else list(same.values())
            causes += [Cause(_common_message(each), each) for each in groups]
    return causes


def _common_message(findings: Sequence[Finding]) -> str:
    """The message of all: what differs in them is left open."""
    messages = list(dict.fromkeys(each.message for each in findings))
    if len(messages) == 1:
        return messages[0]
    varying = [_VARIES.findall(message) for message in messages]
    same = iter([len({*each}) == 1 for each in zip(*varying, strict=True)])
    return _VARIES.sub(lambda found: found[0] if next(same) else f"“{ELSE}”" if "“" in found[0] else ELSE, messages[0])


def ranges_of(cells: Iterable[str]) -> list[str]:
    """Cells in the order of the sheet, those one below the other drawn together: AC4–AC15, AC18."""
    runs: list[tuple[str, int, int]] = []
    places = [(cell, _CELL.fullmatch(cell)) for cell in dict.fromkeys(cells)]
    odd = [cell for cell, place in places if not place]
    for column, row in sorted({(place[1], int(place[2])) for _, place in places if place}, key=_in_sheet):
        if runs and runs[-1][0] == column and runs[-1][2] == row - 1:
            runs[-1] = (column, runs[-1][1], row)
        else:
            runs.append((column, row, row))
    ranges = [
        text
        for column, first, last in runs
        for text in (
            [f"{column}{first}–{column}{last}"]
            if last - first > 1
            else [f"{column}{row}" for row in range(first, last + 1)]
        )
    ]
    return [*ranges, *odd]


def _in_sheet(place: tuple[str, int]) -> tuple[int, str, int]:
    return len(place[0]), place[0], place[1]


def cells_in_words(cells: Sequence[str]) -> str:
    """D17；D17、D21；D4–D15、D18 共 13 处."""
    ranges = ranges_of(cells)
    words = "、".join(ranges[:MOST_RANGES]) + (" 等" if len(ranges) > MOST_RANGES else "")
    return words + (f" 共 {len(cells)} 处" if len(cells) > 1 else "")


def places_in_words(findings: Iterable[Finding], labels: Labels) -> str:
    """The places of findings sheet by sheet, with what their rows are called, for who has no spreadsheet at hand."""
    places = []
    for sheet, here in group(findings, attrgetter("sheet")).items():
        if not sheet:
            continue
        cells = cells_in_words([each.cell for each in here if each.cell])
        rows = dict.fromkeys((each.file, sheet, each.row) for each in here if each.row is not None)
        names = [name for name in dict.fromkeys(labels.get(row, "") for row in rows) if name]
        more = f" 等 {len(names)} 项" if len(names) > MOST_LABELS else ""
        words = f"：{'、'.join(names[:MOST_LABELS])}{more}" if names else ""
        places.append(f"《{sheet}》{cells}{words}")
    return "；".join(places)


def sort_causes(causes: Iterable[Cause]) -> list[Cause]:
    """The gravest first."""
    grades = list(Severity)
    return sorted(causes, key=lambda cause: grades.index(cause.severity))
