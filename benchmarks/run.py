"""Prints ratios measured in one run: the whole month against a plain script and against the floor, and its pieces.

    python benchmarks/run.py [ORGANISATIONS] [PLAIN]

The plain script is what an office would write itself: pandas ``read_excel`` with openpyxl for each file and sheet,
``concat``, ``to_excel``. The floor is a bare calamine read of the inputs and a bare xlsxwriter write of all cells of all
workbooks the month came to, in one process. The plain script and openpyxl are measured on the first PLAIN workbooks and
scaled, since they are linear in them.
"""

import hashlib
import io
import shutil
import sys
import tempfile
import time
from pathlib import Path

import openpyxl
import pandas as pd
import xlsxwriter
from inbox import PERIOD, make
from python_calamine import CalamineWorkbook

import pledgebatch
from pledgebatch.intake.batch import read_batch
from pledgebatch.intake.find import find
from pledgebatch.pipeline.read_arrivals import BATCH
from pledgebatch.publish.ledger import write_ledger
from pledgebatch.readers.native import be_expendable
from pledgebatch.schema.sheets import SHEETS

Sheets = list[tuple[str, list[list[object]]]]


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
    """Find, check, read, match and type every file, in this process, as a worker does."""
    be_expendable()
    numbered = list(enumerate(find(folder)))
    for start in range(0, len(numbered), BATCH):
        read_batch(numbered[start : start + BATCH], PERIOD.year)


def seconds(task, *args) -> float:
    start = time.perf_counter()
    task(*args)
    return time.perf_counter() - start


def cells_of(file: Path) -> Sheets:
    """Everything that stands in a workbook."""
    book = CalamineWorkbook.from_path(str(file))
    return [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]


def write_bare(books: list[Sheets]) -> None:
    """Write the cells, and nothing but the cells, of each book."""
    for sheets in books:
        book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True, "strings_to_urls": False})
        for name, rows in sheets:
            sheet = book.add_worksheet(name[:31])
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value != "":
                        sheet.write(number, column, value if isinstance(value, int | float | str) else str(value))
        book.close()


def written(folder: Path) -> list[Sheets]:
    return [cells_of(file) for file in sorted(folder.rglob("*.xlsx"))]


def save_again(files: list[Path]) -> float:
    """The seconds that openpyxl takes to save workbooks that stand ready in memory."""
    books = [openpyxl.load_workbook(file) for file in files]
    return sum(seconds(book.save, io.BytesIO()) for book in books)


def bytes_of(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def anew(folder: Path, workers: int | str | None = None) -> float:
    """The seconds of a month of which nothing is remembered."""
    shutil.rmtree(folder / "output", ignore_errors=True)
    shutil.rmtree(folder / ".cache", ignore_errors=True)
    return seconds(pledgebatch.consolidate, folder, str(PERIOD), workers)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    sample = int(sys.argv[2]) if len(sys.argv) > 2 else count
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        making = seconds(make, folder, count)
        inbox, output = folder / "inbox" / str(PERIOD), folder / "output" / str(PERIOD)
        files = sorted(inbox.iterdir())
        bare(files[:5])
        read_batch(list(enumerate(find(inbox)))[:5], PERIOD.year)
        bare_read, taken_in = seconds(bare, files), seconds(intake, inbox)
        month = anew(folder)
        returned = len(list(output.glob("organisations/*/退回修改*.xlsx")))
        if abs(returned * 3 - count) > count // 20:
            sys.exit(
                f"{returned} of {count} organisations have something to mend: about every third should, see inbox.py"
            )
        script = seconds(plain, files[:sample], folder / "plain.xlsx") * count / sample
        first = bytes_of(output)
        cluster = anew(folder, "dask://local:2")
        same = "same bytes" if bytes_of(output) == first else "OTHER BYTES"
        processes = anew(folder, 2)
        done = pledgebatch.consolidate(folder, str(PERIOD), 0)
        ledger = seconds(write_ledger, done, io.BytesIO())
        bare_ledger = seconds(write_bare, [cells_of(next(output.glob("汇总台账*.xlsx")))])
        bare_write = seconds(write_bare, written(output))
        templates = seconds(pledgebatch.make_templates, folder, "2011-05")
        sent = sorted((folder / "input_templates" / "2011-05").glob("*.xlsx"))
        resaved = save_again(sent[:sample]) * len(sent) / min(sample, len(sent))
    floor = bare_read + bare_write
    print(f"{count} organisations, 50 members and 150 items each (workbooks made in {making:.1f} s)")
    print("| measure | seconds | ratio | aim |")
    print("|---|---|---|---|")
    print(f"| bare calamine read | {bare_read:.2f} | 1.00 | |")
    print(f"| intake: check, read, match, type | {taken_in:.2f} | {taken_in / bare_read:.2f} of the bare read | 1.8 |")
    print(f"| plain pandas + openpyxl script ({sample} workbooks measured) | {script:.1f} | 1.00 | |")
    print(f"| whole month | {month:.1f} | {script / month:.1f} times faster than the plain script | 8 |")
    print(
        f"| floor: bare read, and bare write of all cells | {floor:.1f} | {month / floor:.2f} of it the whole month | 1.0 |"
    )
    print(
        f"| the ledger, in one process | {ledger:.1f} | {ledger / bare_ledger:.2f} of a bare write of its cells | 1.3 |"
    )
    print(f"| two local processes | {processes:.1f} | 1.00 | |")
    print(f"| two Dask workers, their start included | {cluster:.1f} | {cluster / processes:.2f}, {same} | 1.25 |")
    print(
        f"| {len(sent)} prefilled workbooks | {templates:.1f} | {resaved / templates:.1f} times faster than openpyxl saves them | 4 |"
    )


if __name__ == "__main__":
    main()
