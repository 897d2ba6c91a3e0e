"""What one workbook says otherwise than another of the same organisation and month."""

from collections import Counter

import pandas as pd

from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import Tables
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import SHEETS

MOST_HEADERS = 3
"""Headers named before the rest is counted."""
Line = tuple[str, ...]


def differences(tables: Tables, older: int, newer: int) -> str:
    """How ``older`` differs from ``newer``, in Chinese, seen from the newer; 内容相同 where both say the same."""
    sentences = []
    for sheet in SHEETS:
        before, after = (_lines(sheet, tables[sheet.key], number) for number in (older, newer))
        difference = _of_form(sheet, before, after) if sheet.form else _of_table(sheet, before, after)
        if difference:
            sentences.append(f"《{sheet.name}》{difference}")
    return "；".join(sentences) or "填写内容相同"


def _lines(sheet: Sheet, rows: pd.DataFrame, submission: int) -> list[Line]:
    own = rows[rows["submission"] == submission]
    raws = own[[field.key + RAW for field in sheet.fields]].fillna("")
    return [tuple(str(text).strip() for text in line) for line in raws.itertuples(index=False)]


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
