"""Programs that read workbooks, none of them ours: what each makes of the workbooks that leave the office."""

import csv
import datetime as dt
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from python_calamine import CalamineWorkbook

from tests.office import soffice

HERE = Path(__file__).parent
Cells = dict[tuple[str, int, int], str]
"""By sheet, row and column, from 1, the text of each cell that is not blank."""
Grid = Mapping[str, Sequence[Sequence[Any]]]
ALL_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
"""What makes LibreOffice save every sheet, in UTF-8, as it is shown."""
XLSX2CSV = [sys.executable, "-m", "xlsx2csv", "--all", "--include-hidden-rows"]
SSCONVERT = ["ssconvert", "--export-file-per-sheet"]
SLASHED = re.compile(r"(\d{4})/(\d\d)/(\d\d)")
"""How Gnumeric writes a day, whatever its format."""


def text(value: Any) -> str:
    """A value as a text, the same whatever type a reader has for it."""
    if value is None or value is pd.NaT:
        return ""
    if isinstance(value, dict):
        return str(value["day"])
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\r\n", "\n")


def cells(sheets: Grid) -> Cells:
    """The cells of ``sheets``, each as its rows from the first."""
    return {
        (name, row, column): text(value)
        for name, rows in sheets.items()
        for row, values in enumerate(rows, 1)
        for column, value in enumerate(values, 1)
        if text(value)
    }


def by_openpyxl(paths: Sequence[Path]) -> Iterator[Cells]:
    for path in paths:
        yield cells({sheet.title: list(sheet.values) for sheet in openpyxl.load_workbook(path, data_only=True)})


def by_calamine(paths: Sequence[Path]) -> Iterator[Cells]:
    for path in paths:
        book = CalamineWorkbook.from_path(str(path))
        yield cells({name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names})


def by_pandas(paths: Sequence[Path]) -> Iterator[Cells]:
    for path in paths:
        frames = pd.read_excel(
            path, sheet_name=None, header=None, dtype=object, keep_default_na=False, engine="openpyxl"
        )
        yield cells({name: frame.values.tolist() for name, frame in frames.items()})


def by_xlsx2csv(paths: Sequence[Path]) -> Iterator[Cells]:
    yield from _as_csv(paths, lambda path, folder: [[*XLSX2CSV, path, folder / path.stem]])


def by_gnumeric(paths: Sequence[Path]) -> Iterator[Cells]:
    def command(path: Path, folder: Path) -> list[list[Any]]:
        (folder / path.stem).mkdir()
        return [[*SSCONVERT, path, folder / path.stem / "%s.csv"]]

    for told in _as_csv(paths, command):
        yield {
            place: SLASHED.sub(r"\1-\2-\3", text) if SLASHED.fullmatch(text) else text for place, text in told.items()
        }


def by_libreoffice(paths: Sequence[Path]) -> Iterator[Cells]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copies = [Path(shutil.copyfile(path, folder / f"{number}.xlsx")) for number, path in enumerate(paths)]
        _run([*soffice(), "--convert-to", ALL_SHEETS, "--outdir", folder, *copies])
        for number in range(len(paths)):
            yield cells({path.stem.partition("-")[2]: _rows(path) for path in folder.glob(f"{number}-*.csv")})


def _as_csv(paths: Sequence[Path], commands: Callable[[Path, Path], list[list[Any]]]) -> Iterator[Cells]:
    """What a program writes as CSV, a file for each sheet, into a folder named like the workbook."""
    for path in paths:
        with tempfile.TemporaryDirectory() as name:
            for command in commands(path, Path(name)):
                _run(command)
            yield cells({each.stem: _rows(each) for each in (Path(name) / path.stem).iterdir()})


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _run(command: list[Any]) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, (command, done.stderr[-2000:])
    return done.stdout


def by_node(library: str) -> Callable[[Sequence[Path]], Iterator[Cells]]:
    """A reader that is a library for Node."""

    def read(paths: Sequence[Path]) -> Iterator[Cells]:
        for sheets in json.loads(_run(["node", HERE / "read.mjs", library, *paths])):
            yield {(name, row, column): text(value) for name, told in sheets.items() for row, column, value in told}

    return read


def missing_command(name: str) -> Callable[[], str]:
    return lambda: "" if shutil.which(name) else f"{name} is not installed"


def missing_libraries() -> str:
    if not shutil.which("node"):
        return "node is not installed"
    return "" if (HERE / "node_modules").is_dir() else "run “npm ci” in tests/programs"


def nothing_missing() -> str:
    return ""


READERS: dict[str, tuple[Callable[[Sequence[Path]], Iterator[Cells]], Callable[[], str]]] = {
    "openpyxl": (by_openpyxl, nothing_missing),
    "calamine": (by_calamine, nothing_missing),
    "pandas": (by_pandas, nothing_missing),
    "xlsx2csv": (by_xlsx2csv, nothing_missing),
    "Gnumeric": (by_gnumeric, missing_command("ssconvert")),
    "LibreOffice": (by_libreoffice, missing_command("soffice")),
    "ExcelJS": (by_node("exceljs"), missing_libraries),
    "read-excel-file": (by_node("read-excel-file"), missing_libraries),
}
"""Each reader by its name, and what says why it cannot be tried here."""


def wrong(seen: Cells, right: Cells) -> dict[tuple[str, int, int], tuple[str, str]]:
    """The cells that a reader lost, or gave otherwise than they are."""
    return {
        place: (right.get(place, ""), seen.get(place, ""))
        for place in sorted(right.keys() | seen.keys())
        if right.get(place) != seen.get(place)
    }
