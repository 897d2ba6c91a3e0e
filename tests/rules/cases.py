"""Examples made real: the months that an example of the rule book describes, as typed frames or as files, and checked."""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pandas as pd
import pytest

from pledgebatch.intake.batch import Batch, read_batch
from pledgebatch.intake.find import find
from pledgebatch.intake.identity import identify_submissions
from pledgebatch.intake.registry import read_registry
from pledgebatch.months.archive import in_ledger
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline import assess_part
from pledgebatch.pipeline.assessed import Assessed, Terms
from pledgebatch.pipeline.conclude import look_across
from pledgebatch.pipeline.coverage import count_pledges
from pledgebatch.rules.book import RULES
from pledgebatch.rules.facts.tables import across
from pledgebatch.rules.machinery.examples import Example
from pledgebatch.rules.machinery.rule import Rule
from pledgebatch.schema.frames import Tables
from pledgebatch.schema.month import History
from pledgebatch.schema.sheets import BY_KEY, TABLES, TEMPLATE_VERSION
from pledgebatch.workbooks.registry_book import write_registry
from pledgebatch.workbooks.table import HEADER
from pledgebatch.workbooks.workbook import write_workbook
from tests import books
from tests.rules.right import OTHER, changed_rows, of_the_other, right_answers
from tests.rules.stated import Found, cell_of, concerned, is_of_files, months_before
from tests.rules.typed import Lines, batch_of

SENT_FIRST, SENT_SECOND = 1_300_000_000, 1_300_000_100
Changes = Mapping[str, Any]
"""How a month of an example differs from a right one."""
Reading = Callable[[Sequence[Lines], Sequence[str], Sequence[Changes], Period, Path], Batch]
"""Makes a batch of what each organisation typed, the codes that its workbook was made for, and what else is changed."""


def findings_of_each(examples: Sequence[Example], folder: Path, read: "Reading | None" = None) -> list[Found]:
    """The findings of each of ``examples`` that ``is_of_one``: those of a month are judged together, each as an organisation
    of its own, which did not report in earlier months that its example does not name; from typed frames unless it is said
    how to ``read``. No rule looks across them."""
    kinds: dict[str, list[int]] = {}
    for number, example in enumerate(examples):
        kind = f"{example.period} {example.changes.get('parameters')}"
        kinds.setdefault(kind, []).append(number)
    found: list[Found] = [set() for _ in examples]
    for numbers in kinds.values():
        some = [examples[number] for number in numbers]
        for rule, severity, organisation, cell in _findings_of_kind(some, folder, read or typed_in):
            found[numbers[int(organisation[1:])]].add((rule, severity, "S1", cell))
    return found


def _findings_of_kind(examples: Sequence[Example], folder: Path, read: Reading) -> Found:
    first = examples[0]
    period, parameters = Period.parse(first.period), Parameters(**first.changes.get("parameters", {}))
    codes = [f"S{number}" for number in range(len(examples))]
    superior, own = (books.REGISTRY[books.REGISTRY["unit_code"] == code] for code in ("P0", "S1"))
    registry = _registry(pd.concat([superior, *(own.assign(unit_code=code) for code in codes)]))

    def sent(changes: Mapping[str, Changes], when: Period) -> Batch:
        lines = [_lines(each, when) for each in changes.values()]
        for each, code in zip(lines, changes, strict=True):
            each["organisations"][0]["unit_code"] = code
        return read(lines, [*changes], [*changes.values()], when, folder)

    def reported(name: str) -> dict[str, Changes]:
        return {
            code: each.changes[name] for code, each in zip(codes, examples, strict=True) if name in months_before(each)
        }

    before = {
        name: _ledgers(sent(reported(name), when), registry, when)
        for name, when in {name: when for each in examples for name, when in months_before(each).items()}.items()
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assess_part, "RULES", concerned(examples))
        batch = sent({code: each.changes for code, each in zip(codes, examples, strict=True)}, period)
        submissions = identify_submissions(batch, registry, period)
        terms = Terms(registry, period, parameters, History(**before))
        rows = assess_part.arrange_part(batch, submissions, terms)
        return _as_found(assess_part.ask_rules(batch, submissions, terms, rows).findings)


def _ledgers(batch: Batch, registry: pd.DataFrame, period: Period) -> Tables:
    """What stood in the ledgers of an earlier month, whatever the rules found in it."""
    submissions = identify_submissions(batch, registry, period)
    terms = Terms(registry, period, Parameters(), History())
    return in_ledger(assess_part.arrange_part(batch, submissions, terms).accounts)


def typed_in(
    organisations: Sequence[Lines], codes: Sequence[str], changes: Sequence[Changes], period: Period, folder: Path
) -> Batch:
    """As if workbooks with these rows had been read."""
    files = [
        {"file": f"{code}/{_name(lines['organisations'][0], period)}", "sha256": code, "hidden_code": code,
         "hidden_period": str(period), "template_version": TEMPLATE_VERSION}
        for code, lines in zip(codes, organisations, strict=True)
    ]  # fmt: skip
    return batch_of(organisations, files, period.year)


def written_and_read(
    organisations: Sequence[Lines], codes: Sequence[str], changes: Sequence[Changes], period: Period, folder: Path
) -> Batch:
    """The same through files: written by the one writer, altered as they are changed, and read as an inbox is."""
    inbox = folder / f"inbox {len(list(folder.iterdir()))}"
    for number, (lines, changed) in enumerate(zip(organisations, changes, strict=True)):
        _send(inbox / f"{number:04d}", lines, changed, period, SENT_FIRST)
    return read_batch(list(enumerate(find(inbox))), period.year)


def findings_of(example: Example, folder: Path) -> Found:
    """The findings of an example, by itself: through files where it is about them, else from typed frames."""
    return _as_found(found_in(example, folder, concerned([example])))


def _as_found(findings: pd.DataFrame) -> Found:
    places = findings[["rule", "severity", "organisation", "cell"]].fillna("")
    return set(places.itertuples(index=False, name=None))


def found_in(example: Example, folder: Path, rules: Sequence[Rule] = RULES) -> pd.DataFrame:
    """What ``rules``, and those that look across organisations, find in the month that an example describes."""
    read = _files if is_of_files(example) else _typed
    before = {}
    for name, when in months_before(example).items():
        changes = example.changes[name]
        before[name] = _ledgers(read(changes, when, folder / name), _registered(changes), when)
    period, parameters = Period.parse(example.period), Parameters(**example.changes.get("parameters", {}))
    batch, registry = read(example.changes, period, folder), _registered(example.changes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assess_part, "RULES", rules)
        submissions = identify_submissions(batch, registry, period)
        terms = Terms(registry, period, parameters, History(**before))
        rows = assess_part.arrange_part(batch, submissions, terms)
        asked = assess_part.ask_rules(batch, submissions, terms, rows)
    seen = SimpleNamespace(counted=count_pledges(rows.accounts, asked.missed), across=across(rows.known))
    of_several = look_across(terms, Assessed(batch, seen, rows.accounts), submissions, registry)[0]
    return pd.concat([asked.findings, of_several], ignore_index=True)


def _lines(changes: Mapping[str, Any], period: Period, second: bool = False) -> dict[str, list[dict[str, str]]]:
    """The rows of every sheet as an example changes them."""
    answers = right_answers(period)
    answers = (of_the_other(answers) | OTHER if second else answers) | changes.get("organisations", {})
    tables = {sheet.key: list(changed_rows(sheet.key, changes, period, second).values()) for sheet in TABLES}
    return {"organisations": [answers], **tables}


def _typed(changes: Mapping[str, Any], period: Period, folder: Path) -> Batch:
    """What one organisation or two typed, as typed frames."""
    other = changes.get("other")
    organisations = [_lines(changes, period)] + (
        [_lines(other, period, second=True)] if isinstance(other, dict) else []
    )
    codes = ["S1", "S2"][: len(organisations)]
    return typed_in(organisations, codes, [changes] * len(codes), period, folder)


def _registered(changes: Mapping[str, Any]) -> pd.DataFrame:
    codes = changes.get("registered", ["S1", "S2"] if changes.get("other") is not None else ["S1"])
    return _registry(books.REGISTRY[books.REGISTRY["unit_code"].isin(["P0", *codes])])


def _registry(rows: pd.DataFrame) -> pd.DataFrame:
    return _read_registry(tuple(rows.itertuples(index=False, name=None)))


@cache
def _read_registry(rows: tuple[tuple[str, ...], ...]) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registry.xlsx"
        write_registry(path, pd.DataFrame(rows, columns=books.REGISTRY.columns))
        return read_registry(path)[0]


def _files(changes: Changes, period: Period, folder: Path) -> Batch:
    """The same through files, as an example alters them."""
    inbox = folder / "inbox"
    _send(inbox, _lines(changes, period), changes, period, SENT_FIRST)
    other = changes.get("other")
    if isinstance(other, dict):
        _send(inbox, _lines(other, period, second=True), other, period, SENT_SECOND)
    return read_batch(list(enumerate(find(inbox))), period.year)


def _send(inbox: Path, lines: Lines, changes: Changes, period: Period, when: int) -> None:
    (answers,) = lines["organisations"]
    file = changes.get("file", {})
    path = inbox / (file.get("name") or _name(answers, period))
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = {sheet.key: pd.DataFrame(list(lines[sheet.key]), dtype="str") for sheet in TABLES}
    write_workbook(path, period, dict(answers), frames)
    _alter(path, changes.get("form", {}), file.get("hidden", {}), file.get("cells", {}))
    if file.get("damage"):
        path.write_bytes(path.read_bytes()[:3000])
    os.utime(path, (when, when))
    if file.get("twice"):
        again = path.with_stem(f"{path.stem}（再报）")
        if file["twice"] == "mended":
            write_workbook(again, period, {**answers, "phone": "0519-85501236"}, frames)
        else:
            again.write_bytes(path.read_bytes())
        os.utime(again, (SENT_SECOND, SENT_SECOND))


def _name(answers: Mapping[str, str], period: Period) -> str:
    return f"{answers['org_name']}_承诺台账_{period.year}{period.month:02d}.xlsx"


def _alter(path: Path, form: Mapping[str, Any], hidden: Mapping[str, str], cells: Mapping[str, Any]) -> None:
    if not form and not hidden and not cells:
        return
    book = openpyxl.load_workbook(path)
    for key, edit in form.items():
        sheet = BY_KEY[key]
        if edit is False:
            del book[sheet.name]
        else:
            for field, header in edit.items():
                book[sheet.name][cell_of(key, HEADER + 1, field)].value = header
    for tab, texts in cells.items():
        for place, text in texts.items():
            book[tab][place].value = text
    for row in book["_pledgebatch"].iter_rows(min_col=1, max_col=2):
        if row[0].value in hidden:
            row[1].value = hidden[row[0].value]
    book.save(path)
