"""Prints ratios measured in one run: the whole month against a plain script, intake against a bare read.

    python benchmarks/run.py [ORGANISATIONS] [PLAIN]

The plain script is what an office would write itself: pandas ``read_excel`` with openpyxl for each file and sheet,
``concat``, ``to_excel``. It is measured on the first PLAIN workbooks and scaled, since it is linear in them.
"""

import io
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from inbox import PERIOD, make
from python_calamine import CalamineWorkbook

import pledgebatch
from pledgebatch.intake.batch import read_batch
from pledgebatch.intake.find import find
from pledgebatch.pipeline.collect import BATCH
from pledgebatch.schema.sheets import SHEETS


def plain(files: list[Path], target: Path) -> None:
    """Read and concatenate everything; check nothing, report nothing."""
    with pd.ExcelWriter(target, engine="openpyxl") as writer:
        for sheet in SHEETS:
            header = None if sheet.form else 2
            parts = [pd.read_excel(file, sheet_name=sheet.name, header=header, engine="openpyxl") for file in files]
            pd.concat(parts).to_excel(writer, sheet_name=sheet.name, index=False)


def bare(files: list[Path]) -> None:
    """Read every sheet of every file and throw it away."""
    for file in files:
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.read_bytes()))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def intake(folder: Path) -> None:
    """Find, guard, read, match and type every file, in this process."""
    numbered = list(enumerate(find(folder)))
    for start in range(0, len(numbered), BATCH):
        read_batch(numbered[start : start + BATCH], PERIOD.year)


def seconds(task, *args) -> float:
    start = time.perf_counter()
    task(*args)
    return time.perf_counter() - start


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    sample = int(sys.argv[2]) if len(sys.argv) > 2 else count
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        making = seconds(make, folder, count)
        inbox = folder / "inbox" / str(PERIOD)
        files = sorted(inbox.iterdir())
        bare(files[:5])
        read_batch(list(enumerate(find(inbox)))[:5], PERIOD.year)
        bare_read, taken_in = seconds(bare, files), seconds(intake, inbox)
        month = seconds(pledgebatch.consolidate, folder, str(PERIOD))
        script = seconds(plain, files[:sample], folder / "plain.xlsx") * count / sample
    print(f"{count} organisations, 50 members and 150 items each (workbooks made in {making:.1f} s)")
    print("| measure | seconds | ratio |")
    print("|---|---|---|")
    print(f"| bare calamine read | {bare_read:.2f} | 1.00 |")
    print(f"| intake: guard, read, match, type | {taken_in:.2f} | {taken_in / bare_read:.2f} of the bare read |")
    print(f"| plain pandas + openpyxl script ({sample} workbooks measured) | {script:.1f} | 1.00 |")
    print(f"| whole month | {month:.1f} | {script / month:.1f} times faster |")


if __name__ == "__main__":
    main()
