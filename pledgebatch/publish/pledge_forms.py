"""The pledge forms of annex 1 and 2, filled from the ledger's rows, divided into sheets of A4."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.publish.render import template
from pledgebatch.rules.facts.tables import GONE
from pledgebatch.schema import fields
from pledgebatch.schema.frames import Tables
from pledgebatch.schema.sheets import ITEMS, MEMBERS, ORGANISATION
from pledgebatch.schema.words import in_words
from pledgebatch.xlsx.formats import count_lines
from pledgebatch.xlsx.safe_text import cell_texts

LINE = 62
"""Units of a line of items: 31 Chinese characters."""
FIRST_LINES, NEXT_LINES = 15, 25
"""Lines of items that the form itself holds, and a continuation sheet."""
NO_DATE = "　　　年　　月　　日"
KEPT, POSTED = "存档", "公示"
COPIES = {
    "附件1": (("上一级党组织存", KEPT), ("本党组织存", KEPT), ("公示", POSTED)),
    "附件2": (("所在党组织存", KEPT), ("承诺人存", KEPT), ("公示", POSTED)),
}
"""附件1注 and its like: three copies, who keeps each."""
RECALLED = "（有上次已知、本月未读到的内容，请核对）"
PRIVATE = ("sex", "birth_month", "ethnicity", "joined_month", "education", "phone")
"""What a posted copy leaves out, unless the office wants it in full: it shows name, branch, post, items and deadlines."""


@dataclass(frozen=True)
class Sheet:
    """A sheet of paper: the form itself, or a continuation of its items (``number`` of ``count``)."""

    annex: str
    year: int
    texts: Mapping[str, str]
    items: tuple[str, ...]
    number: int
    count: int
    recalled: bool = False
    """Whether some of it could not be read in this month and stands as last known."""
    copy: str = ""
    posted: bool = False

    @property
    def heading(self) -> str:
        """The title printed on the form."""
        return f"{self.year}年度{'基层党组织' if self.annex == '附件1' else '党员'}公开承诺书"


def forms_of(tables: Tables, organisation: str, period: Period) -> list[list[Sheet]]:
    """The forms of an organisation, first its own, then one for each member with a written pledge; each its sheets."""
    heads, roster, items = (_own(tables[key], organisation) for key in (ORGANISATION.key, MEMBERS.key, ITEMS.key))
    if heads.empty:
        return []
    head = _texts(ORGANISATION, heads)[0]
    year = int(head["year"]) if head["year"].isdigit() else period.year
    known = (
        set(tables["last_known"].query("organisation == @organisation")["sheet"]) if "last_known" in tables else set()
    )
    pledges: dict[str, list[str]] = {}
    for text in _texts(ITEMS, items):
        whose = text["member_no"] if text["pledger"] == "党员" else ""
        pledges.setdefault(whose, []).append(_pledge(text))
    made = [_sheets("附件1", year, head, pledges.get("", []), bool(known & {ORGANISATION.key, ITEMS.key}))]
    for text in _texts(MEMBERS, roster[~roster["change"].isin(GONE)]):
        own = pledges.get(text["member_no"], []) if text["member_no"] else []
        if own or text["pledge_form"] == "书面":
            made.append(_sheets("附件2", year, text, own, bool(known & {MEMBERS.key, ITEMS.key})))
    return made


def _own(table: pd.DataFrame, organisation: str) -> pd.DataFrame:
    return table[table["organisation"] == organisation].sort_values("row", kind="stable")


def _texts(sheet: fields.Sheet, rows: pd.DataFrame) -> list[dict[str, str]]:
    """The texts of rows by field key: as understood, else as typed."""
    words = {field.key: cell_texts(in_words(field, rows)) for field in sheet.fields}
    return [dict(zip(words, map(str.strip, row), strict=True)) for row in zip(*words.values(), strict=True)]


def _pledge(text: Mapping[str, str]) -> str:
    return f"{text['text']}（完成时限：{text['due'] or '　　　　'}）"


def _sheets(annex: str, year: int, texts: dict[str, str], pledges: list[str], recalled: bool) -> list[Sheet]:
    """The form and its continuation sheets, as many as the items need."""
    numbered = [f"{number}. {' '.join(text.split())}" for number, text in enumerate(pledges, 1)]
    parts = paginate(numbered)
    count = len(parts) - 1
    return [Sheet(annex, year, texts, tuple(part), number, count, recalled) for number, part in enumerate(parts)]


def paginate(texts: Iterable[str], first: int = FIRST_LINES, later: int = NEXT_LINES) -> list[list[str]]:
    """Texts in pages of ``first`` lines and then ``later``; one that fits no page goes on on the next."""
    pages: list[list[str]] = [[]]
    left = first
    waiting = list(texts)[::-1]
    while waiting:
        text = waiting.pop()
        needs = count_lines(text, LINE + 1)
        if needs <= left:
            pages[-1].append(text)
            left -= needs
        elif needs <= later:
            pages.append([text])
            left = later - needs
        else:
            # A character takes at most two units, so this many fit the lines left.
            fits = max(left, 1) * LINE // 2
            pages[-1].append(text[:fits])
            waiting.append(text[fits:])
            pages.append([])
            left = later
    return pages


def sheets_to_print(forms: Iterable[list[Sheet]], kind: str, full: bool = False) -> list[Sheet]:
    """The sheets to print of the copies kept or of the one posted, copy after copy of each form."""
    return [
        replace(sheet, copy=keeper + (RECALLED if sheet.recalled else ""), posted=kind == POSTED and not full)
        for form in forms
        for keeper, use in COPIES[form[0].annex]
        if use == kind
        for sheet in form
    ]


def render_forms(sheets: Iterable[Sheet], name: str, kind: str) -> str:
    """The sheets as a page that prints one to a sheet of A4."""
    return template("forms.html.j2").render(sheets=sheets, name=name, kind=kind, day=day_in_words)


def day_in_words(text: str) -> str:
    """A date as it stands below a signature; blanks to fill in by hand where there is none."""
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    return f"{year}年{int(month)}月{int(day)}日" if month.isdigit() and day.isdigit() else NO_DATE
