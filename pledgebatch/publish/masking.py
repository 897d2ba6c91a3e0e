"""A month as a superior may see it: what is personal left out or masked wherever it stands, and the cover says which."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from pledgebatch.engine.dataset import change_rows
from pledgebatch.months.answers import ACCEPTED, WORDS
from pledgebatch.publish.names import PARTED
from pledgebatch.publish.personal_texts import Hidden, mask_name
from pledgebatch.publish.protection import EVERYBODY, Protection, Withheld
from pledgebatch.rules.book import rules_under
from pledgebatch.rules.machinery.rule import Rule
from pledgebatch.schema.corrected import mark_of, originals_of
from pledgebatch.schema.decisions import CORRECTIONS
from pledgebatch.schema.fields import Field, Kind
from pledgebatch.schema.frames import CORRECTED
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.month import Month
from pledgebatch.schema.sheets import BOOK_SHEETS, BY_KEY, MEMBERS, REGISTRY, SHEETS
from pledgebatch.xlsx.safe_text import make_distinct

WITHHELD = "（按设置略去）"
SHEET_NAMES = frozenset(sheet.name for sheet in BOOK_SHEETS)
NO_TEXTS = frozenset((
    *("organisation", "org_name", "unit_name", "unit_category", "parent", "parent_name", "relation", "sent_by"),
    *("rule", "clause", "severity", "field", "cell", "state", "kind", "sha256", "received", "since", "verdict"),
))  # fmt: skip
"""Columns that are the office's or the program's own words; all others may say anything, and are looked through."""
OWN_WORDS = (Kind.CHOICE, Kind.INTEGER, Kind.DATE, Kind.MONTH, Kind.DEADLINE)
"""Kinds whose values, once understood, are words of the form itself."""


@dataclass(frozen=True)
class Reader:
    """Who does not see everything, and what is shown in the place of what."""

    withheld: Withheld
    hidden: Hidden
    files: Mapping[str, str]
    """The names of files as they are shown."""

    def shows(self, field: Field, cells: pd.Series) -> pd.Series | None:
        """The cells of a field that is kept back, as they are shown; None for a field that is shown."""
        if field.key in self.withheld.left_out:
            instead = WITHHELD if field.kind is Kind.PERSON else "" if cells.name == field.key + RAW else pd.NA
            return cells.where(cells.isna() | (cells == ""), instead)
        return mask_cells(cells) if field.key in self.withheld.masked else None

    def cover(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows with all columns looked through that may say anything."""
        shown: dict[str, pd.Series] = {}
        for key in rows.columns:
            if key in NO_TEXTS or rows[key].dtype != "str":
                continue
            if key == "file":
                shown[key] = self._files(rows[key])
            elif key == "sheet":
                strange = ~rows[key].isin(SHEET_NAMES | BY_KEY.keys())
                shown[key] = self._texts(rows, key).where(strange, rows[key]) if strange.any() else rows[key]
            else:
                shown[key] = self._texts(rows, key)
        return rows.assign(**shown)

    def table(self, name: str, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of a table, of all its columns or some, as they are shown."""
        if name in BY_KEY:
            return self._of_sheet(rows, BY_KEY[name].by_key)
        if name == "extras":
            return self.cover(rows).assign(value=WITHHELD)
        if name == "last_known":  # goes back to the branches alone
            return rows.iloc[:0]
        if name == "movements":
            return self._movements(rows)
        if name == "understood":
            return self._understood(rows)
        return self.cover(rows)

    def _of_sheet(self, rows: pd.DataFrame, fields: Mapping[str, Field]) -> pd.DataFrame:
        columns = {}
        for key in rows.columns:
            field = fields.get(key.removesuffix(RAW))
            if key == CORRECTED:
                columns[key] = self._originals(rows)
            if field is None:
                continue
            shown = self.shows(field, rows[key])
            if shown is None and field.kind is Kind.PHONE:
                known = rows[key].map(self.hidden.is_known_phone)
                shown = rows[key].mask(known, mask_cells(rows[key]))
            if shown is not None:
                columns[key] = shown.astype(rows[key].dtype)
            elif field.kind in OWN_WORDS and key == field.key:
                columns[key] = rows[key]
        rest = self.cover(rows.drop(columns=list(columns)))
        return pd.concat([rest, pd.DataFrame(columns, index=rows.index)], axis=1)[list(rows.columns)]

    def _originals(self, rows: pd.DataFrame) -> pd.Series:
        """What was typed in corrected cells, as far as it is shown."""
        shown: list[str | None] = []
        for mark, code in zip(rows[CORRECTED], rows.get("organisation", [""] * len(rows)), strict=True):
            cells = {
                key: (self._one(key, typed, str(code)), self.hidden.in_text(reason, str(code)))
                for key, (typed, reason) in originals_of(mark).items()
            }
            shown.append(mark_of(cells) if cells else None)
        return pd.Series(shown, index=rows.index, dtype="str")

    def _one(self, key: str, text: str, organisation: str) -> str:
        """A text of the field ``key`` as it is shown."""
        if key in self.withheld.left_out:
            return WITHHELD
        return _masked(text) if key in self.withheld.masked else self.hidden.in_text(text, organisation)

    def _understood(self, rows: pd.DataFrame) -> pd.DataFrame:
        seen = rows[~rows["field"].isin(self.withheld.left_out)]
        short = seen["field"].isin(self.withheld.masked)
        shown = self.cover(seen)
        cells = {key: shown[key].mask(short, mask_cells(seen[key])) for key in ("typed", "told")}
        return shown.assign(**cells).astype(rows.dtypes).reset_index(drop=True)

    def _movements(self, rows: pd.DataFrame) -> pd.DataFrame:
        kept_back = rows["field"].isin(self.withheld.touched)
        whole = (rows["sheet"] == MEMBERS.name) & (rows["field"].fillna("") == "")
        shown = self.cover(rows)
        cells = {}
        for key in ("before", "after"):
            of_persons = (
                shown[key].mask(whole, mask_cells(rows[key])) if EVERYBODY in self.withheld.touched else shown[key]
            )
            cells[key] = of_persons.mask(kept_back & rows[key].notna() & (rows[key] != ""), WITHHELD)
        return shown.assign(**cells).astype(rows.dtypes)

    def of_members(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows whose ``words`` are a member's name, or an item's text."""
        shown = self.cover(rows)
        names = (rows["sheet"] == MEMBERS.name) & (EVERYBODY in self.withheld.touched)
        return shown.assign(words=shown["words"].mask(names, mask_cells(rows["words"]))).astype(rows.dtypes)

    def findings(self, rows: pd.DataFrame, sheets: set[str], rules: Mapping[str, Rule]) -> pd.DataFrame:
        """The findings in their places; those on ``sheets`` say what the rule asks, and not what was typed."""
        asks = rows["rule"].map({code: rule.asks for code, rule in rules.items()}).fillna(WITHHELD)
        shown = self.cover(rows)
        short, out = (rows["field"].isin(keys) for keys in (self.withheld.masked, self.withheld.left_out))
        value = shown["value"].mask(short, mask_cells(rows["value"])).mask(out & rows["value"].notna(), WITHHELD)
        own = rows["sheet"].isin(sheets)
        message = shown["message"].mask(own, asks + WITHHELD)
        answered = rows["waiver"].str.startswith(ACCEPTED).fillna(False).astype(bool)
        waiver = shown["waiver"].mask(own & answered, ACCEPTED + WITHHELD)
        return shown.assign(value=value, message=message, waiver=waiver).astype(rows.dtypes)

    def answers(self, rows: pd.DataFrame, sheets: set[str]) -> pd.DataFrame:
        """What the branches say, but of findings on ``sheets``: there is no telling what it repeats."""
        own = rows["sheet"].isin(sheets)
        kept_back = {
            key: rows[key].mask(own & rows[key].notna(), WITHHELD) for key in ("value", "message", *WORDS, "opinion")
        }
        return self.cover(rows.assign(**kept_back)).astype(rows.dtypes)

    def decided(self, rows: pd.DataFrame) -> pd.DataFrame:
        """What the office decided; of a field that is kept back neither what stood there nor why."""
        shown = self.cover(rows)
        short, out = (rows["field"].isin(keys) for keys in (self.withheld.masked, self.withheld.left_out))
        of_cells = {"before": short.notna(), "after": rows["kind"] == CORRECTIONS.name}  # not the office's own words
        cells = {
            key: shown[key].mask(short & own, mask_cells(rows[key])).mask(out & own & rows[key].notna(), WITHHELD)
            for key, own in of_cells.items()
        }
        why = shown["reason"].mask((short | out) & rows["reason"].notna(), WITHHELD)
        return shown.assign(**cells, reason=why).astype(rows.dtypes)

    def coverage(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The list of who reported, with the persons of the registry."""
        changed = {key: self.shows(REGISTRY[key], rows[key]) for key in ("contact", "phone", "email")}
        columns = {key: cells.astype(rows[key].dtype) for key, cells in changed.items() if cells is not None}
        return self.cover(rows).assign(**columns)

    def _texts(self, rows: pd.DataFrame, key: str) -> pd.Series:
        whose = rows["organisation"] if "organisation" in rows else pd.Series("", index=rows.index)
        return self.hidden.in_texts(rows[key], whose)

    def _files(self, names: pd.Series) -> pd.Series:
        shown = {name: self.files.get(name) or self.hidden.in_text(name) for name in names.dropna().unique()}
        return names.map(shown).astype(names.dtype)


def protect(month: Month, protection: Protection, hidden: Mapping[Withheld, Hidden]) -> Month:
    """The month without what the superior of its organisations may not see; ``withheld`` says so in words.

    ``hidden`` is what each kind of superior must not read, of the whole month. A finding on a sheet that has such
    columns keeps its place and rule, not what was typed; what a branch added in columns of its own is not shown at all.
    """
    withheld = protection.of(month)
    if not withheld:
        return month
    reader = Reader(withheld, hidden[withheld], _files(month, hidden[withheld]))
    sheets = {sheet.name for sheet in SHEETS if withheld.touched & set(sheet.by_key)}
    open_ = {sheet.name for sheet in SHEETS} - sheets  # what stands on a tab that is none of ours may be anything
    set_aside = month.set_aside
    content = set_aside["content"].where(set_aside["sheet"].isin(open_), WITHHELD)
    frames: dict[str, Any] = {
        name: reader.cover(getattr(month, name))
        for name in ("submissions", "reconciliation", "changes", "orders", "undecided")
    }
    return replace(
        month,
        **frames,
        tables=change_rows(month.tables, partial(_table, reader=reader)),
        handed=reader.of_members(month.handed),
        unclaimed=reader.of_members(month.unclaimed),
        coverage=reader.coverage(month.coverage),
        findings=reader.findings(month.findings, sheets, rules_under(month.parameters)),
        answers=reader.answers(month.answers, sheets),
        set_aside=reader.cover(set_aside.assign(content=content)),
        decided=reader.decided(month.decided),
        withheld=withheld.in_words(),
    )


def mask_cells(cells: pd.Series) -> pd.Series:
    """Cells with each of the names or words in them masked."""
    return cells.map({cell: _masked(cell) for cell in cells.dropna().unique()}, na_action="ignore")


def _masked(cell: str) -> str:
    return PARTED.sub(lambda found: mask_name(found[0].strip()), cell)


def _table(name: str, rows: pd.DataFrame, reader: Reader) -> pd.DataFrame:
    return reader.table(name, rows)


def _files(month: Month, hidden: Hidden) -> dict[str, str]:
    """The files of a month by the names under which they are shown, no two of them alike."""
    files = month.submissions["file"].dropna().drop_duplicates().tolist()
    shown = [hidden.in_text(file) for file in files]
    stems = make_distinct(str(PurePosixPath(name).with_suffix("")) for name in shown)
    return {
        file: stem + PurePosixPath(name).suffix if name != file else file
        for file, name, stem in zip(files, shown, stems, strict=True)
    }
