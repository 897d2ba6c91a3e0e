"""What one workbook says otherwise than another of the same organisation and month."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import pandas as pd

from pledgebatch.engine.dataset import of_submissions
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import Tables
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import SHEETS

MOST_HEADERS = 3
"""Headers named before the rest is counted."""
TOGETHER = 50
"""Pairs whose rows are in memory at once."""
Line = tuple[str, ...]
Pair = tuple[int, int]
"""The older and the newer of two submissions."""


def differences(tables: Tables, pairs: Sequence[Pair]) -> list[str]:
    """How the older of each pair differs from the newer, in Chinese, seen from the newer; 内容相同 where both say the same."""
    portions = [pairs[start : start + TOGETHER] for start in range(0, len(pairs), TOGETHER)]
    return [difference for portion in portions for difference in _differences(tables, portion)]


def _differences(tables: Tables, pairs: Sequence[Pair]) -> list[str]:
    own = of_submissions(tables, {number for pair in pairs for number in pair})
    sentences: list[list[str]] = [[] for _ in pairs]
    for sheet in SHEETS:
        lines = _lines(sheet, own[sheet.key])
        for words, (older, newer) in zip(sentences, pairs, strict=True):
            difference = (_of_form if sheet.form else _of_table)(sheet, lines[older], lines[newer])
            if difference:
                words.append(f"《{sheet.name}》{difference}")
    return ["；".join(words) or "填写内容相同" for words in sentences]


def _lines(sheet: Sheet, rows: pd.DataFrame) -> Mapping[int, list[Line]]:
    """The rows as typed, by submission."""
    raws = rows[["submission", *(field.key + RAW for field in sheet.fields)]].fillna("")
    lines: dict[int, list[Line]] = defaultdict(list)
    for number, *line in zip(*(raws[name].tolist() for name in raws), strict=True):
        lines[number].append(tuple(str(text).strip() for text in line))
    return lines


def _of_form(sheet: Sheet, before: list[Line], after: list[Line]) -> str:
    if not before or not after:
        return "" if before == after else "有无不同"
    changed = [field.header for field, old, new in zip(sheet.fields, before[0], after[0], strict=True) if old != new]
    rest = f"等 {len(changed)} 项" if len(changed) > MOST_HEADERS else ""
    return f"改了“{'”“'.join(changed[:MOST_HEADERS])}”{rest}" if changed else ""


def _of_table(sheet: Sheet, before: list[Line], after: list[Line]) -> str:
    gone, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
    place = [field.key for field in sheet.fields].index(sheet.number) if sheet.number else None
    changed = 0
    if place is not None:
        numbers = Counter(line[place] for line in gone.elements()) & Counter(line[place] for line in new.elements())
        changed = numbers.total()
    counts = {"改": changed, "增": new.total() - changed, "减": gone.total() - changed}
    return "、".join(f"{word} {count} 行" for word, count in counts.items() if count)
