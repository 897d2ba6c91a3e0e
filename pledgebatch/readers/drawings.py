"""What lies over the cells of a sheet: words in boxes, and pictures, of which nothing can be read."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from pledgebatch.readers.cell_notes import linked_parts
from pledgebatch.readers.precheck import BROKEN
from pledgebatch.readers.sheet_details import Place, add_note

NAMED = b"drawing"
"""Stands in the directory of every container that has drawings."""
KIND = "drawing"
"""How the links to drawings end."""
BOX = "文本框：{}"
"""How the words of a box are listed among the notes."""


@dataclass
class Drawing:
    """What is drawn over a sheet, at the cells where it begins."""

    boxes: dict[Place, str] = field(default_factory=dict)
    """The words in boxes, as notes."""
    pictures: list[Place] = field(default_factory=list)


def drawings_of(data: bytes, parts: Mapping[str, str]) -> dict[str, Drawing]:
    """What is drawn over the sheets of an OOXML container, whose ``parts`` are given by name."""
    if NAMED not in data:
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        return {name: _drawn(container, part) for name, part in parts.items()}


def _drawn(container: zipfile.ZipFile, part: str) -> Drawing:
    try:
        return _read(container, part)
    except BROKEN:  # which costs no cell
        return Drawing()


def _read(container: zipfile.ZipFile, part: str) -> Drawing:
    drawing = Drawing()
    for kind, target in linked_parts(container, part):
        for anchor in ElementTree.fromstring(container.read(target)) if kind == KIND else ():
            place = _place_of(anchor)
            names = [_name(each) for each in anchor.iter()]
            drawing.pictures += [place] * names.count("pic")
            if words := "\n".join(filter(None, _lines(anchor))):
                add_note(drawing.boxes, place, BOX.format(words))
    return drawing


def _lines(anchor: ElementTree.Element) -> Iterator[str]:
    """The paragraphs of the boxes in an anchor."""
    for body in anchor.iter():
        if _name(body) == "txBody":
            for paragraph in body:
                yield "".join(each.text or "" for each in paragraph.iter() if _name(each) == "t").strip()


def _place_of(anchor: ElementTree.Element) -> Place:
    """The cell where an anchor begins; the first of all where it is tied to none."""
    at = {_name(each): each.text or "" for start in anchor if _name(start) == "from" for each in start}
    row, column = at.get("row", ""), at.get("col", "")
    return (int(row), int(column)) if row.isdigit() and column.isdigit() else (0, 0)


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
