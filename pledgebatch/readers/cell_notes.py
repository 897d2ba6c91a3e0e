"""Notes on cells: what a branch writes beside what it fills in."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

from xlsxwriter.utility import xl_cell_to_rowcol

from pledgebatch.readers.sheet_details import Place

NAMED = b"omments"
"""Stands in the directory of every container that has notes."""
OURS = re.compile(r"【(?:错误|警告|提示|办公室更正)】|灰字是上次已知")
"""How the lines begin that a return has in its notes."""
PLACEHOLDER = "[Threaded comment]"
"""How the text begins that stands in for a thread where a program knows of none."""
KINDS = ("comments", "threadedComment")
"""How the links to notes end, and the parts of a container that hold them."""


def notes_of(data: bytes, parts: Mapping[str, str]) -> dict[str, dict[Place, str]]:
    """The notes on the sheets of an OOXML container, whose ``parts`` are given by name: by sheet and cell."""
    if NAMED not in data:
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        return {name: _notes(container, part) for name, part in parts.items()}


def linked_parts(container: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str]]:
    """The parts that a sheet in ``part`` links to, each with how the kind of its link ends."""
    folder, file = posixpath.split(part)
    links, names = f"{folder}/_rels/{file}.rels", frozenset(container.namelist())
    for link in ElementTree.fromstring(container.read(links)) if links in names else ():
        target = link.get("Target", "")
        written = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        if written in names:
            yield link.get("Type", "").rpartition("/")[2], written


def _notes(container: zipfile.ZipFile, part: str) -> dict[Place, str]:
    found: dict[str, dict[Place, list[str]]] = {kind: {} for kind in KINDS}
    for kind, linked in linked_parts(container, part):
        for place, text in _of_part(container.read(linked)) if kind in found else ():
            found[kind].setdefault(place, []).append(text)
    plain = {
        place: [text for text in texts if not text.startswith(PLACEHOLDER)] for place, texts in found[KINDS[0]].items()
    }
    return {place: "\n".join(texts) for place, texts in (plain | found[KINDS[1]]).items() if texts}


def _of_part(xml: bytes) -> Iterator[tuple[Place, str]]:
    """The notes of one part, each with its cell."""
    for element in ElementTree.fromstring(xml).iter():
        if element.tag.rpartition("}")[2] in ("comment", "threadedComment") and element.get("ref"):
            texts = (each.text or "" for each in element.iter() if _is_wording(each))
            yield xl_cell_to_rowcol(element.get("ref", "").upper()), "".join(texts)


def _is_wording(element: ElementTree.Element) -> bool:
    """Whether an element holds words; how Chinese is pronounced is none of them."""
    name = element.tag.rpartition("}")[2]
    return name == "t" or (name == "text" and not len(element))


def of_the_branch(note: str) -> str:
    """A note without the lines that a return had written into it."""
    return "\n".join(line for line in note.strip().splitlines() if not OURS.match(line)).strip()
