"""Which part of a container is the workbook, which are its sheets, texts and styles: by the links, not by their names."""

import posixpath
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree

BOOK, LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STRINGS, STYLES = "xl/sharedStrings.xml", "xl/styles.xml"
ROOT_LINKS = "_rels/.rels"


@dataclass(frozen=True)
class Tab:
    """A worksheet as its workbook names it, and the part that holds it."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Parts:
    """The parts of a workbook, empty where it has none of a kind."""

    book: str
    tabs: tuple[Tab, ...]
    strings: str
    styles: str
    since_1904: bool

    @property
    def usual(self) -> bool:
        """Whether the parts have the names by which the quick reader looks for them."""
        return self.book == BOOK and self.strings in ("", STRINGS) and self.styles in ("", STYLES)


def parts_of(container: zipfile.ZipFile) -> Parts | None:
    """The parts of the workbook in a container, None where there is none. Raises what damaged XML raises, and KeyError."""
    names = frozenset(container.namelist())
    written = _written(names)
    root = written.get(ROOT_LINKS)
    book = _book(container.read(root)) if root else BOOK
    links = written.get(_links_of(book).lower())
    if book.lower() not in written or links is None:
        return None
    return _parts(written[book.lower()], container.read(written[book.lower()]), container.read(links), names)


@lru_cache(64)
def _written(names: frozenset[str]) -> dict[str, str]:
    """The names of parts as they are written, by the name that links may give in any case, with either slash."""
    found: dict[str, str] = {}
    for name in sorted(names):
        found[_plain(name).lower()] = name
    return found


def _plain(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/")


def _links_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


@lru_cache(64)
def _book(root: bytes) -> str:
    for link in ElementTree.fromstring(root):
        if link.get("Type", "").endswith("/officeDocument"):
            return _plain(link.get("Target", ""))
    return BOOK


@lru_cache(64)
def _parts(book: str, text: bytes, links: bytes, names: frozenset[str]) -> Parts:
    """Workbooks are mostly made alike."""
    written, folder = _written(names), posixpath.dirname(_plain(book))
    targets: dict[str, str] = {}
    kinds: dict[str, str] = {}
    worksheets: list[str] = []
    for link in ElementTree.fromstring(links):
        target = link.get("Target", "").replace("\\", "/")
        target = _plain(target if target.startswith("/") else f"{folder}/{target}").lower()
        targets[link.get("Id", "")] = target
        kind = link.get("Type", "").rpartition("/")[2]
        kinds.setdefault(kind, target)
        worksheets += [written[target]] if kind == "worksheet" and target in written else []
    tabs, since_1904 = list[Tab](), False
    for element in ElementTree.fromstring(text).iter():
        kind = element.tag.rpartition("}")[2]
        if kind == "workbookPr":
            since_1904 = element.get("date1904") in ("1", "true")
        elif kind == "sheet":
            identity = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            target = targets.get(identity, "")
            if "chartsheets/" not in target:
                hidden = element.get("state", "visible") != "visible"
                tabs.append(Tab(element.get("name", ""), written[target], hidden))
    # A sheet that is linked to, but named nowhere, goes by the name of its part: what stands in it is not lost.
    named = {tab.part for tab in tabs}
    tabs += [Tab(posixpath.basename(part).partition(".")[0], part, False) for part in worksheets if part not in named]
    return Parts(
        book,
        tuple(tabs),
        _first((kinds.get("sharedStrings"), STRINGS), written),
        _first((kinds.get("styles"), STYLES), written),
        since_1904,
    )


def _first(targets: Iterable[str | None], written: dict[str, str]) -> str:
    return next((written[target.lower()] for target in targets if target and target.lower() in written), "")
