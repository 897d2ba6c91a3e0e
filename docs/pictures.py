"""Makes the pictures of the documents from the demo: ``python docs/pictures.py`` (LibreOffice, Chromium, poppler, Pillow).

The demo is built anew and consolidated, so that a picture shows what the program writes today.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

import pledgebatch
from pledgebatch.demo import PERIODS, build
from pledgebatch.notice.periods import Period

FOLDER = Path(__file__).with_name("pictures")
MONTH = PERIODS[-1]
NEXT = str(Period.parse(MONTH).following)
OUTPUT, SCHOOL = f"output/{MONTH}", "YX102_*"
COLOURS, MARGIN = 96, 12
PHONE = 390
"""Width of a phone's screen, in points."""


@dataclass(frozen=True)
class Sheet:
    """A printed page of a workbook: its upper part down to ``share``, ``wide`` pixels across."""

    book: str
    page: int = 1
    share: float = 1.0
    wide: int = 900


@dataclass(frozen=True)
class Page:
    """A page in a browser, ``wide`` by ``high`` points."""

    path: str
    wide: int = 1000
    high: int = 1100


@dataclass(frozen=True)
class Desk:
    """A page of the desk, opened over the demo."""

    address: str
    wide: int = 1000
    high: int = 760


@dataclass(frozen=True)
class Door:
    """What the branches' door says to an organisation of a workbook that it dropped there."""

    code: str
    book: str
    wide: int = 760
    high: int = 1000


PICTURES = {
    "desk": Desk("/"),
    "door": Door(SCHOOL[:5], f"inbox/{MONTH}/**/云溪区第一初级中学党支部_*.xlsx"),
    "ledger": Sheet(f"{OUTPUT}/汇总台账_{MONTH}.xlsx"),
    "coverage": Sheet(f"{OUTPUT}/汇总台账_{MONTH}.xlsx", 3, 0.6, 1200),
    "board": Page(f"{OUTPUT}/index.html", 1200, 1000),
    "report": Page(f"{OUTPUT}/organisations/{SCHOOL}/合规报告.html"),
    "report-phone": Page(f"{OUTPUT}/organisations/{SCHOOL}/合规报告.html", PHONE, 800),
    "supervisor": Page(f"{OUTPUT}/supervisors/YX100_*/一页通.html", 900, 1250),
    "return": Sheet(f"{OUTPUT}/organisations/{SCHOOL}/退回修改.xlsx", 1, 0.5),
    "return-cells": Sheet(f"{OUTPUT}/organisations/{SCHOOL}/退回修改.xlsx", 2, 0.45),
    "guide": Sheet(f"input_templates/{NEXT}/云溪区第一初级中学党支部_*.xlsx", 1, 0.8),
    "leaflet": Page(f"input_templates/{NEXT}/填报须知.html", 760, 1100),
    "reminders": Sheet(f"{OUTPUT}/督办清单_{MONTH}.xlsx", 1, 0.45, 1200),
    "explanations": Sheet(f"{OUTPUT}/organisations/YX403_*/退回修改.xlsx", 10, 0.45, 1200),
    "decisions": Sheet("decisions.xlsx", 2, 0.5, 1200),
    "corrections": Sheet("decisions.xlsx", 3, 0.4, 1200),
    "events": Sheet("registry.xlsx", 3, 0.4),
    "transfers": Sheet("decisions.xlsx", 7, 0.3),
    "form": Page(f"forms/{MONTH}/{SCHOOL}/承诺书_公示.html", 850, 1200),
}
"""Every picture by its name, and what it shows."""


def main() -> None:
    """Make every picture anew; names on the command line choose some."""
    chosen = sys.argv[1:] or list(PICTURES)
    with tempfile.TemporaryDirectory() as made:
        place = Path(made) / "demo"
        make_demo(place)
        for name in chosen:
            told = PICTURES[name]
            shot = taken(place, told, Path(made))
            small = shot.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, 1, dither=Image.Dither.NONE)
            small.save(FOLDER / f"{name}.png", optimize=True)


def taken(place: Path, told: "Sheet | Page | Desk | Door", folder: Path) -> Image.Image:
    """The picture of what ``told`` says."""
    if isinstance(told, Door):
        return tried(place, told, folder)
    if isinstance(told, Desk):
        return served(place, told, folder)
    (path,) = sorted(place.glob(told.book if isinstance(told, Sheet) else told.path))
    return printed(path, told, folder) if isinstance(told, Sheet) else shown(path.as_uri(), told, folder)


def served(place: Path, told: Desk, folder: Path) -> Image.Image:
    """A page of the desk, which is closed again."""
    command = [sys.executable, "-m", "pledgebatch.cli", "desk", "--workspace", str(place), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout
        found = re.search(r"(http://\S+?)/(\?token=[\w-]+)", desk.stdout.readline())
        assert found
        try:
            return shown(f"{found[1]}{told.address}{found[2]}", Page("", told.wide, told.high), folder)
        finally:
            desk.terminate()


def tried(place: Path, told: Door, folder: Path) -> Image.Image:
    """The door once a workbook was dropped and judged; it is closed again."""
    from playwright.sync_api import sync_playwright

    from pledgebatch.pipeline.branch_passwords import make_password
    from pledgebatch.pipeline.door_book import DoorBook

    book = DoorBook(place)
    password = make_password(book, told.code)
    book.close()
    (dropped,) = sorted(place.glob(told.book))
    command = [sys.executable, "-m", "pledgebatch.cli", "desk", "--door", "--workspace", str(place)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as door, sync_playwright() as playwright:
        assert door.stdout
        found = re.search(r"http://[\d.:]+", door.stdout.readline())
        assert found
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(base_url=found[0], viewport={"width": told.wide, "height": told.high})
        try:
            page.goto("/")
            page.get_by_label("组织编码").fill(told.code)
            page.get_by_label("密码").fill(password)
            page.get_by_role("button", name="登录").click()
            page.goto(f"/?month={MONTH}")
            page.locator("#file").set_input_files(dropped)
            page.locator(".hand").wait_for(timeout=120_000)
            page.screenshot(path=folder / "door.png")
        finally:
            browser.close()
            door.terminate()
    with Image.open(folder / "door.png") as shot:
        return shot.copy()


def make_demo(place: Path) -> None:
    """The demo's months, next month's workbooks and the forms of the last month."""
    from pledgebatch.pipeline.make_forms import make_forms
    from pledgebatch.pipeline.send_out import begin
    from pledgebatch.pipeline.workspace import Workspace

    begin(place)
    build(place)
    for period in PERIODS:
        pledgebatch.consolidate(place, period)
    pledgebatch.make_templates(place, NEXT)
    make_forms(Workspace(place), Period.parse(MONTH), [SCHOOL[:5]])


def printed(book: Path, told: Sheet, folder: Path) -> Image.Image:
    """A page of a workbook as LibreOffice prints it."""
    only = f'pdf:calc_pdf_Export:{{"PageRange":{{"type":"string","value":"{told.page}"}}}}'
    profile = (folder / "office").as_uri()
    run("soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", only, "--outdir", folder, book)
    run(
        "pdftoppm",
        "-hide-annotations",
        "-r",
        "150",
        "-singlefile",
        "-png",
        folder / f"{book.stem}.pdf",
        folder / "page",
    )
    with Image.open(folder / "page.png") as page:
        upper = trimmed(page.crop((0, 0, page.width, round(page.height * told.share))))
    return upper.resize((told.wide, round(upper.height * told.wide / upper.width)), Image.Resampling.LANCZOS)


def shown(address: str, told: Page, folder: Path) -> Image.Image:
    """A page as Chromium shows it; a narrow one in a frame, since a window has a least width."""
    if told.wide < 500:
        frame = (
            f'<body style="margin:0"><iframe src="{address}" width="{told.wide}" height="{told.high}" style="border:0">'
        )
        page = folder / "phone.html"
        page.write_text(frame, "utf-8")
        address = page.as_uri()
    target = folder / "page.png"
    size = f"--window-size={max(told.wide, 500)},{told.high}"
    common = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        f"--user-data-dir={folder / 'browser'}",
    ]
    run("chromium", *common, size, f"--screenshot={target}", address)
    with Image.open(target) as shot:
        return shot.crop((0, 0, told.wide, told.high))


def trimmed(page: Image.Image) -> Image.Image:
    """A page without its white edges, but for a margin."""
    page = page.convert("RGB")
    box = ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox() or (0, 0, *page.size)
    left, top, right, bottom = box
    return page.crop((max(left - MARGIN, 0), max(top - MARGIN, 0), right + MARGIN, min(bottom + MARGIN, page.height)))


def run(*command: object) -> None:
    """Run a program that must succeed."""
    subprocess.run(list(map(str, command)), check=True, capture_output=True, timeout=300)


if __name__ == "__main__":
    main()
