"""A real office for tests: LibreOffice opens, types, recalculates and saves workbooks.

Each task has a LibreOffice of its own, for one without a screen seldom survives being typed into: it may crash when a
window closes or a second message about a protected cell appears. What drives it is the system's Python, which has
``uno``, and this very file run as a script.
"""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

PYTHON = os.environ.get("PLEDGEBATCH_OFFICE_PYTHON", "/usr/bin/python3")
"""A Python that can import ``uno``."""
PATIENCE = 60
"""Seconds to wait for LibreOffice to start, or for a script to end."""
ATTEMPTS = 3
GONE = ("DisposedException", "UnknownPropertyException")
"""What the driver sees of a LibreOffice that is gone: its documents have no properties any more."""
FILTERS = {
    "xlsx": "Calc MS Excel 2007 XML",
    "xls": "MS Excel 97",
    "ods": "calc8",
    "pdf": "calc_pdf_Export",
}
Entry = tuple[str, str, str]
"""Sheet, cell, and the text typed into it."""
Filling = dict[str, tuple[str, list[list[str]]]]
"""By sheet: a range, and the rows of texts that it shall hold."""
Seen = dict[str, Any]
"""``errors``: cells with an error; ``formats``: conditional formats; ``validations``: kinds, by cell asked for;
``short``: rows that are too low for their texts, each with its height and the one that it needs."""


def require_office() -> None:
    """Skip the test where LibreOffice or its Python bridge is missing; fail where skipping is refused."""
    from tests.clients import require

    require(_missing())


@cache
def _missing() -> str:
    if shutil.which("soffice") is None:
        return "LibreOffice (soffice) is not installed"
    if not Path(PYTHON).exists() or subprocess.run([PYTHON, "-c", "import uno"], capture_output=True).returncode:
        return f"{PYTHON} cannot import uno (python3-uno)"
    return ""


def convert(path: Path, suffix: str, outdir: Path, password: str = "") -> Path:
    """Save ``path`` in ``outdir`` in the format of ``suffix`` (xlsx, xls, ods, pdf), with a password to open it."""
    saved = outdir / f"{path.stem}.{suffix}"
    _ask("save", path, saved, password=password)
    return saved


def recalculate(path: Path, saved_as: Path) -> None:
    """Calculate every formula of ``path`` anew and save it."""
    _ask("recalculate", path, saved_as)


def counted(books: list[tuple[Path, list[Filling]]], sheet: str) -> list[list[list[str]]]:
    """What ``sheet`` of each book says after each of its fillings, calculated anew."""
    jobs = [{"source": path.resolve().as_uri(), "fillings": fillings} for path, fillings in books]
    told: list[list[list[str]]] = _drive({"verb": "fill", "jobs": jobs, "sheet": sheet}, 10 * PATIENCE)
    return told


def look(paths: list[Path], probes: list[dict[str, list[str]]], outdir: Path) -> list[dict[str, Seen]]:
    """What each workbook holds once it is opened and calculated anew, by sheet; printed as PDF into ``outdir`` too.

    ``probes`` names for each workbook the cells by sheet whose validations are asked for.
    """
    jobs = [
        {"source": path.resolve().as_uri(), "target": (outdir / f"{path.stem}.pdf").resolve().as_uri(), "probes": cells}
        for path, cells in zip(paths, probes, strict=True)
    ]
    told: list[dict[str, Seen]] = _drive({"verb": "look", "jobs": jobs}, 10 * PATIENCE)
    return told


def type_into(path: Path, saved_as: Path, entries: list[Entry]) -> list[Entry]:
    """Type ``entries`` into ``path`` as a person would and save it; returns those that changed nothing."""
    refused = []
    source, left = path, list(entries)
    while left:
        taken: int = _ask("type", source, saved_as, left)
        if taken < len(left):
            refused.append(left[taken])
        source, left = saved_as, left[taken + 1 :]
    return refused


def _ask(verb: str, path: Path, saved_as: Path, entries: list[Entry] | None = None, password: str = "") -> int:
    asked = {
        "verb": verb,
        "source": path.resolve().as_uri(),
        "target": saved_as.resolve().as_uri(),
        "filter": FILTERS[saved_as.suffix.lstrip(".")],
        "entries": entries or [],
        "password": password,
    }
    taken: int = _drive(asked, PATIENCE)
    return taken


def _drive(asked: dict[str, Any], patience: float) -> Any:
    """Start a LibreOffice, have the other side do what is asked, and give back what it says."""
    pipe = f"pledgebatch{os.getpid()}"
    asked = asked | {"pipe": pipe}
    for _ in range(ATTEMPTS):
        died, done = _run(pipe, asked, patience)
        if not (died and done.returncode):
            break
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _run(pipe: str, asked: dict[str, Any], patience: float) -> tuple[bool, "subprocess.CompletedProcess[str]"]:
    """One attempt: whether LibreOffice or its driver died of it, and what the driver said."""
    office = subprocess.Popen(
        [*_soffice(), f"--accept=pipe,name={pipe};urp;"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        done = subprocess.run(
            [PYTHON, __file__], input=json.dumps(asked), capture_output=True, text=True, timeout=patience, check=False
        )
        # A driver that a signal ends has nothing to say either: the library it drives with died.
        died = office.poll() is not None or done.returncode < 0
        return died or any(sign in done.stderr for sign in GONE), done
    finally:
        with suppress(ProcessLookupError):
            os.killpg(office.pid, signal.SIGKILL)
        office.wait(PATIENCE)


def _soffice() -> list[str]:
    return ["soffice", f"-env:UserInstallation={_profile().as_uri()}", "--headless", "--norestore"]


@cache
def _profile() -> Path:
    """A profile for the session: no one's own settings, and quick to start a second time."""
    folder = Path(tempfile.mkdtemp(prefix="office"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # A LibreOffice that finds a new profile starts itself a second time: let it be done with that.
    made = ["soffice", f"-env:UserInstallation={folder.as_uri()}", "--headless", "--terminate_after_init"]
    subprocess.run(made, capture_output=True, timeout=PATIENCE, check=False)
    return folder


def _serve(asked: dict[str, Any]) -> Any:
    """The other side, run by the Python that has ``uno``."""
    context = _connect(asked["pipe"])
    if asked["verb"] == "fill":
        return [_fill(_open(context, job["source"]), job["fillings"], asked["sheet"]) for job in asked["jobs"]]
    if asked["verb"] == "look":
        return [_look(_open(context, job["source"]), job) for job in asked["jobs"]]
    return _save(context, asked)


def _look(book: Any, job: dict[str, Any]) -> dict[str, Any]:
    """What a workbook holds, sheet by sheet, and a PDF of it."""
    book.calculateAll()
    seen = {}
    for page in book.Sheets:
        kinds = {cell: page.getCellRangeByName(cell).Validation.Type.value for cell in job["probes"].get(page.Name, [])}
        errors = page.queryFormulaCells(4).RangeAddressesAsString  # com.sun.star.sheet.FormulaResult.ERROR
        entries = sum(each.Count for each in page.ConditionalFormats.ConditionalFormats)
        seen[page.Name] = {"errors": errors, "formats": entries, "validations": kinds, "short": []}
    book.storeToURL(job["target"], (_property("FilterName", FILTERS["pdf"]),))
    for page in book.Sheets:
        seen[page.Name]["short"] = _short(page)
    book.close(True)
    return seen


def _short(page: Any) -> list[list[float]]:
    """The rows lower than their texts: number, height and the height needed, in points."""
    page.unprotect("")
    cursor = page.createCursor()
    cursor.gotoEndOfUsedArea(False)
    rows = page.getCellRangeByPosition(0, 0, 0, cursor.RangeAddress.EndRow).Rows
    before = [rows.getByIndex(number).Height for number in range(rows.Count)]
    rows.OptimalHeight = True
    after = [rows.getByIndex(number).Height for number in range(rows.Count)]
    per_point = 2540 / 72
    return [
        [number + 1, high / per_point, needed / per_point]
        for number, (high, needed) in enumerate(zip(before, after, strict=True))
        if needed > high + per_point
    ]


def _open(context: Any, source: str) -> Any:
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    # A hidden window types as a visible one does, and needs no screen.
    book = desktop.loadComponentFromURL(source, "_blank", 0, (_property("Hidden", True),))
    assert book is not None, f"LibreOffice does not open {source}"
    return book


def _fill(book: Any, fillings: list[Filling], told: str) -> list[list[list[str]]]:
    """What the sheet ``told`` says after each filling."""
    book.enableAutomaticCalculation(False)
    page = book.Sheets.getByName(told)
    cursor = page.createCursor()
    cursor.gotoEndOfUsedArea(False)
    used = page.getCellRangeByPosition(0, 0, cursor.RangeAddress.EndColumn, cursor.RangeAddress.EndRow)
    results = []
    for filling in fillings:
        for name, (place, texts) in filling.items():
            sheet = book.Sheets.getByName(name)
            sheet.unprotect("")
            sheet.getCellRangeByName(place).setDataArray(tuple(map(tuple, texts)))
        book.calculateAll()
        results.append([[str(value) for value in row] for row in used.getDataArray()])
    return results


def _save(context: Any, asked: dict[str, Any]) -> int:
    """Type, recalculate, save; returns how many entries were taken before one was refused."""
    book = _open(context, asked["source"])
    taken = 0
    for entry in asked["entries"]:
        if not _type(context, book, *entry):
            break
        taken += 1
    if asked["verb"] == "recalculate":
        book.calculateAll()
    locked = (_property("Password", asked["password"]),) if asked["password"] else ()
    book.storeToURL(asked["target"], (_property("FilterName", asked["filter"]), *locked))
    return taken


def _type(context: Any, book: Any, sheet: str, cell: str, text: str) -> bool:
    """Go to a cell and type, through the same dispatcher as the keyboard; whether the cell changed."""
    dispatcher = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
    page = book.Sheets.getByName(sheet)
    place = page.getCellRangeByName(cell).getCellByPosition(0, 0)
    controller = book.CurrentController
    controller.setActiveSheet(page)
    controller.select(place)
    before = place.getFormula()
    dispatcher.executeDispatch(controller.Frame, ".uno:EnterString", "", 0, (_property("StringName", text),))
    return bool(place.getFormula() != before)


def _property(name: str, value: str | bool) -> Any:
    from com.sun.star.beans import PropertyValue

    return PropertyValue(name, 0, value, 0)


def _connect(pipe: str) -> Any:
    import uno
    from com.sun.star.connection import NoConnectException

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    deadline = time.monotonic() + PATIENCE / 2
    while True:
        try:
            return resolver.resolve(address)
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    json.dump(_serve(json.load(sys.stdin)), sys.stdout)
