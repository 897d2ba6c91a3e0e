"""Prints ratios of a year measured in one run: the twelfth month against the second, a rerun against a full run.

    python benchmarks/year.py [ORGANISATIONS] [MONTHS]

The year has so many MONTHS to December, twelve by default; two are enough for the rerun. The stages make December
dearer than February whatever came before, so the same month is measured as the second and as the twelfth. The rerun comes
after one branch mended its workbook.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

import openpyxl
from inbox import make

import pledgebatch
from pledgebatch.notice.periods import Period
from pledgebatch.schema.sheets import ITEMS
from pledgebatch.workbooks.table import START


def seconds(folder: Path, period: Period) -> float:
    start = time.perf_counter()
    pledgebatch.consolidate(folder, str(period))
    return time.perf_counter() - start


def mend(file: Path) -> None:
    """Change a pledge and what was done for it, as a branch that was told to."""
    book = openpyxl.load_workbook(file)
    sheet = book[ITEMS.name]
    headers = [cell.value for cell in sheet[START]]
    for key in ("text", "progress"):
        cell = sheet.cell(START + 5, headers.index(ITEMS[key].header) + 1)
        cell.value = f"{cell.value}，再加一次"
    book.save(file)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    months = [Period(2011, month) for month in range(13 - (int(sys.argv[2]) if len(sys.argv) > 2 else 12), 13)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for period in months:
            make(folder, count, period)
            seconds(folder, period)
        last = months[-1]
        changed = sorted((folder / "inbox" / str(last)).iterdir())[count // 3]
        same = seconds(folder, last)
        mend(changed)
        again = seconds(folder, last)
        shutil.rmtree(folder / ".cache")
        shutil.rmtree(folder / "output" / str(last))
        full = seconds(folder, last)
        for period in (*months[:-2], last):
            shutil.rmtree(folder / "output" / str(period))
        shutil.rmtree(folder / ".cache")
        second = seconds(folder, last)
    print(f"{count} organisations, 50 members and 150 items each, {len(months)} months")
    print("| measure | seconds | ratio | aim |")
    print("|---|---|---|---|")
    print(f"| December, with November before it | {second:.1f} | 1.00 | |")
    print(f"| December, with all months before it | {full:.1f} | {full / second:.2f} of the second month | 1.3 |")
    print(f"| rerun, nothing changed | {same:.1f} | {same / full:.2f} of the full run | |")
    print(f"| rerun, one workbook changed | {again:.1f} | {again / full:.2f} of the full run | 0.2 |")


if __name__ == "__main__":
    main()
