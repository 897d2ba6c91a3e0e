"""A real office for tests: LibreOffice opens, types, recalculates and saves workbooks.

Each task, and each few entries typed, has a LibreOffice of its own, for one without a screen seldom survives being typed
into: it may crash when a window closes or when a second message about a protected cell appears. One that dies is started again, and named where it always does; what a script or the workbook did wrong is never tried
twice. What drives it is the system's Python, which has ``uno``, and this very file run as a script.
"""

import atexit
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

PYTHON = os.environ.get("PLEDGEBATCH_OFFICE_PYTHON", "/usr/bin/python3")
"""A Python that can import ``uno``."""
PATIENCE = 60
"""Seconds to wait for LibreOffice to start, or for a script to end."""
ATTEMPTS = 3
PORTION = 10
"""Entries that are typed into one LibreOffice."""
FORMULA_BAR = """\
<item oor:path="/org.openoffice.Office.Views/Windows"><node oor:name="26100" oor:op="replace">
<prop oor:name="Visible"><value>false</value></prop></node></item>
"""
"""The setting that hides the formula bar. A package without a screen (calc-nogui) lacks what describes it; drawn a moment
after the first entry, whichever comes then, it ends the program with an abort."""
GONE = 70
"""The exit status of a driver whose LibreOffice does not answer any more."""
FILTERS = {
    "xlsx": "Calc MS Excel 2007 XML",
    "xls": "MS Excel 97",
    "ods": "calc8",
    "pdf": "calc_pdf_Export",
}
Entry = tuple[str, str, str]
"""Sheet, cell, and the text typed into it."""
Filling = dict[str, tuple[str, list[list[str | int]]]]
"""By sheet: a range, and the rows of texts and numbers that it shall hold."""
Seen = dict[str, Any]
"""``errors``: cells with an error; ``formats``: conditional formats; ``validations``: kinds, by cell asked for;
``short``: rows that are too low for their texts, each with its height and the one that it needs."""


class OfficeDied(Exception):
    """LibreOffice died by itself, or fell silent, however often it was started: no fault of what it was given."""


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


def pages(pdf: Path) -> int:
    """The pages of a document."""
    told = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"Pages: +(\d+)", told)[1])  # type: ignore[index]  # pdfinfo always says


def smallest_type(pdf: Path) -> float:
    """The size of the smallest type of a document, in points."""
    told = subprocess.run(
        ["pdftohtml", "-xml", "-i", "-stdout", "-zoom", "3", pdf], capture_output=True, text=True, check=True
    ).stdout
    return min(map(int, re.findall(r'<fontspec [^>]*size="(\d+)"', told))) / 3


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
    refused, left = [], list(entries)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(shutil.copy(path, folder))
        while left:
            portion = left[:PORTION]
            saved = Path(folder) / f"{len(left)}{saved_as.suffix}"
            taken: int = _ask("type", source, saved, portion)
            refused += portion[taken : taken + 1]
            source, left = saved, left[taken + 1 if taken < len(portion) else taken :]
        shutil.copyfile(source, saved_as)
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
    """Start a LibreOffice, have the other side do what is asked, and give back what it says.

    Raises OfficeDied where it died at every attempt, AssertionError where the driver went wrong.
    """
    asked = asked | {"pipe": f"pledgebatch{os.getpid()}", "patience": patience / 2}
    deaths = []
    while len(deaths) < ATTEMPTS:
        death, done = _run(asked, patience)
        if death:
            deaths.append(death)
            continue
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    raise OfficeDied(f"{_client()} failed {ATTEMPTS} times at “{asked['verb']}”: {'; '.join(deaths)}")


def _run(asked: dict[str, Any], patience: float) -> "tuple[str, subprocess.CompletedProcess[str]]":
    """One attempt: how LibreOffice or the bridge to it died, empty where it did not, and what the driver said."""
    command = [*soffice(), f"--accept=pipe,name={asked['pipe']};urp;"]
    office = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    driver = [PYTHON, __file__]
    done = subprocess.CompletedProcess(driver, 0, "", "")
    try:
        done = subprocess.run(
            driver, input=json.dumps(asked), capture_output=True, text=True, timeout=patience, check=False
        )
    except subprocess.TimeoutExpired:
        return f"no answer in {patience:g} seconds", done
    finally:
        with suppress(ProcessLookupError):
            os.killpg(office.pid, signal.SIGKILL)
        office.wait(PATIENCE)
    if done.returncode < 0:  # the library that it drives with died
        return f"the bridge was ended by signal {-done.returncode}", done
    return done.stderr.strip().rpartition("\n")[2] if done.returncode == GONE else "", done


@cache
def _client() -> str:
    """What LibreOffice calls itself."""
    return subprocess.run(["soffice", "--version"], capture_output=True, text=True, check=False).stdout.strip()


def soffice() -> list[str]:
    """The command that starts it, with the session's own profile."""
    return ["soffice", f"-env:UserInstallation={_profile().as_uri()}", "--headless", "--norestore"]


@cache
def _profile() -> Path:
    """A profile for the session: no one's own settings, and quick to start a second time."""
    folder = Path(tempfile.mkdtemp(prefix="office"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # A LibreOffice that finds a new profile starts itself a second time: let it be done with that.
    made = ["soffice", f"-env:UserInstallation={folder.as_uri()}", "--headless", "--terminate_after_init"]
    subprocess.run(made, capture_output=True, timeout=PATIENCE, check=False)
    settings = folder / "user" / "registrymodifications.xcu"
    settings.write_text(settings.read_text("utf-8").replace("</oor:items>", f"{FORMULA_BAR}</oor:items>"), "utf-8")
    return folder


def _serve(asked: dict[str, Any]) -> Any:
    """The other side, run by the Python that has ``uno``; ends with ``GONE`` where LibreOffice is gone."""
    context = _connect(asked["pipe"], asked["patience"])
    try:
        return _answer(context, asked)
    except Exception as mistake:
        if isinstance(mistake, AssertionError) or _answers(context):
            raise
        _give_up(mistake)


def _answers(context: Any) -> bool:
    """Whether LibreOffice is still there: what went wrong was then no death of its."""
    try:
        return bool(context.ServiceManager.AvailableServiceNames)
    except Exception:  # whatever the bridge makes of it
        return False


def _give_up(why: Exception) -> NoReturn:
    print(f"{type(why).__name__}: {why}", file=sys.stderr)
    sys.exit(GONE)


def _answer(context: Any, asked: dict[str, Any]) -> Any:
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


def _connect(pipe: str, patience: float) -> Any:
    """LibreOffice, once it listens. Nothing is asked of it before: whatever goes wrong here is a death of its."""
    import uno
    from com.sun.star.connection import NoConnectException

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    deadline = time.monotonic() + patience
    while True:
        try:
            return resolver.resolve(address)
        except NoConnectException as mistake:
            if time.monotonic() > deadline:
                _give_up(mistake)
            time.sleep(0.2)
        except Exception as mistake:  # it died while it answered, or the one before it had not quite ended
            _give_up(mistake)


if __name__ == "__main__":
    json.dump(_serve(json.load(sys.stdin)), sys.stdout)
