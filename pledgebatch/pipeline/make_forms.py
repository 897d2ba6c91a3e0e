"""``forms``: the pledge forms of a consolidated month, to print, to post and to edit."""

from collections.abc import Collection
from contextlib import ExitStack
from pathlib import Path

import pandas as pd

from pledgebatch.engine.kept import writing_anew
from pledgebatch.engine.workers import Workers, workers
from pledgebatch.mistakes import OfficeMistake, concerning
from pledgebatch.months.archive import Ledgers, is_month
from pledgebatch.months.unread import Recalled
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.lock import holds
from pledgebatch.pipeline.office import registry_now
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.folders import folder_names
from pledgebatch.publish.pledge_forms import KEPT, POSTED, forms_of, render_forms, sheets_to_print
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.frames import Tables

BATCH = 20
"""Organisations a task."""


@holds("forms")
def make_forms(
    workspace: Workspace,
    period: Period,
    codes: Collection[str] = (),
    full: bool = False,
    word: bool = False,
    count: Workers = None,
) -> pd.DataFrame:
    """Write the forms of each organisation in the month's ledgers, or of ``codes`` alone, below ``forms/PERIOD``.

    Returns a frame with ``organisation``, ``org_name`` and ``sheets``. Raises OfficeMistake where the month is not
    consolidated yet, a code has no rows in it, or Word documents are wanted without the extra that makes them.
    """
    workspace.require()
    if not is_month(workspace.output(period)):
        raise OfficeMistake(f"{period} 还没有汇总，请先汇总，输入 {workspace.line('consolidate', period)}")
    if word:
        _require_word()
    registry = registry_now(workspace, period)
    ledgers = Ledgers(workspace.root / "output", period)
    tables = {**Recalled(ledgers), "last_known": ledgers["last_known"]}
    known = [code for code in registry["organisation"] if (tables["organisations"]["organisation"] == code).any()]
    if unknown := [code for code in codes if code not in known]:
        raise OfficeMistake(f"{period} 的台账中没有组织编码 {'、'.join(unknown)}，请核对")
    wanted = [code for code in known if not codes or code in codes]
    names = folder_names(registry)
    with ExitStack() as finished, workers(count) as pool:
        whole = workspace.forms(period)
        if codes:  # the forms of others stay as they are
            places = {code: finished.enter_context(writing_anew(whole / names[code])) for code in wanted}
        else:
            folder = finished.enter_context(writing_anew(whole))
            places = {code: folder / names[code] for code in wanted}
        futures = []
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            own = {key: rows[rows["organisation"].isin(part)] for key, rows in tables.items()}
            futures.append(pool.submit(write_forms, own, {code: places[code] for code in part}, period, full, word))
        counts = [each for future in futures for each in future.result()]
    shown = shown_names(registry)
    return pd.DataFrame({"organisation": wanted, "org_name": [shown[code] for code in wanted], "sheets": counts})


def write_forms(tables: Tables, places: dict[str, Path], period: Period, full: bool, word: bool) -> list[int]:
    """Write the forms of a batch of organisations, each into its place; returns how many sheets each has."""
    counts = []
    for code, place in places.items():
        with concerning(f"组织 {place.name}"):
            counts.append(_make_forms_of(tables, code, place, period, full, word))
    return counts


def _make_forms_of(tables: Tables, code: str, place: Path, period: Period, full: bool, word: bool) -> int:
    place.mkdir(parents=True, exist_ok=True)
    forms = forms_of(tables, code, period)
    name = forms[0][0].texts["org_name"]
    total = 0
    for kind in (KEPT, POSTED):
        sheets = sheets_to_print(forms, kind, full)
        total += len(sheets)
        page = render_forms(sheets, name, kind)
        (place / f"承诺书_{kind}.html").write_text(page, "utf-8", newline="\n")
        if word:
            from pledgebatch.publish.word_forms import write_word

            write_word(sheets, place / f"承诺书_{kind}.docx")
    return total


def _require_word() -> None:
    try:
        import docxtpl  # noqa: F401 - only to see whether it is there
    except ImportError:
        raise OfficeMistake("生成 Word 文档需要另装组件，请运行 pip install 'pledgebatch[forms]'") from None
