"""All workbooks: some of every kind, each of an organisation of its own, and the workspace that they come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.workbooks.registry_book import write_registry
from pledgebatch.workbooks.workbook import write_workbook
from tests.layouts.inventing import LAST_PERIOD, PERIOD, Filling, invent
from tests.layouts.kinds import KINDS, Kind
from tests.layouts.sketch import Sketch
from tests.layouts.spelling import Hand
from tests.layouts.writing import write

OF_EACH = 6
"""Workbooks of a kind."""
SUPERIOR = {
    "unit_code": "SL1", "org_name": "松岭区社会事业局党委", "org_type": "党委", "unit_name": "松岭区社会事业局", "unit_category": "局机关", "relation": "直属",
    "parent_code": "", "reports": "否",
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A workbook laid out by a kind; ``file`` is its path in the inbox."""

    kind: Kind
    nth: int
    sketch: Sketch
    file: str
    has_last: bool
    """Whether its organisation reported last month, in the standard workbook."""


def sketches(
    of_each: int = OF_EACH, kinds: Sequence[Kind] = KINDS, without_office: bool = False, most: int = 12
) -> list[Made]:
    """The workbooks, laid out but not written; ``without_office`` leaves out those that another office suite must
    write, ``most`` is how many members there may be."""
    made = []
    for place, kind in enumerate(KINDS):
        for nth in range(of_each) if kind in kinds else ():
            sketch = _sketch(nth * len(KINDS) + place, most)
            kind.lay(sketch, nth)
            if without_office and sketch.writer == "office":
                continue
            head = sketch.filling.head
            names = (
                f"{head['org_name']}_承诺台账_201104",
                f"{head['unit_name']}4月报表",
                f"{head['unit_code']}承诺台账",
                f"{head['org_name']}公开承诺",
            )
            file = f"{sketch.file or names[nth % len(names)]}.{sketch.suffix}"
            made.append(Made(kind, nth, sketch, file, sketch.needs_last or (nth // 2 + place) % 2 == 0))
    assert len({each.sketch.filling.name for each in made}) == len({each.file for each in made}) == len(made)
    return made


def _sketch(seed: int, most: int) -> Sketch:
    random = Random(f"layout {seed}")
    return Sketch(invent(seed, random.randint(most // 2, most)), random, Hand(Random(f"hand {seed}")))


def workspace(folder: Path, made: Sequence[Made]) -> Path:
    """A workspace with a registry of all organisations, their workbooks, and those of last month."""
    folder.mkdir(parents=True, exist_ok=True)
    write_registry(
        folder / "registry.xlsx",
        pd.DataFrame([SUPERIOR, *(_registered(each.sketch.filling) for each in made)]).fillna(""),
    )
    for period in (LAST_PERIOD, PERIOD):
        (folder / "inbox" / period).mkdir(parents=True)
    for each in made:
        path = folder / "inbox" / PERIOD / each.file
        path.parent.mkdir(exist_ok=True)
        write(each.sketch, path)
        if each.has_last:
            before = each.sketch.filling.month_before()
            rows = {
                key: pd.DataFrame(lines, dtype="str") for key, lines in before.tables.items() if key != "organisations"
            }
            path = folder / "inbox" / LAST_PERIOD / f"{before.name}_承诺台账_201103.xlsx"
            write_workbook(path, Period.parse(LAST_PERIOD), before.head, rows)
    return folder


def _registered(filling: Filling) -> dict[str, str]:
    own = {
        key: filling.head[key]
        for key in ("unit_code", "org_name", "org_type", "unit_name", "unit_category", "relation", "head", "phone")
    }
    return own | {"parent_code": SUPERIOR["unit_code"], "reports": "是"}
