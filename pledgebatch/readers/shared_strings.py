"""What the sheets of a workbook share: their texts, their number formats, the day from which they count."""

import re
from dataclasses import dataclass
from functools import cached_property
from xml.parsers import expat

from pledgebatch.readers.number_formats import FALSE, NO_FORMATS, STRIKE, Formats
from pledgebatch.schema.cells import LOST, Cell

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_MISREAD = re.compile(rb"_x(?!00[01]|005[Ff])[0-9A-Fa-f]{4}_")
PICTURE = b"DISPIMG"
"""The function by which WPS puts a picture into a cell; as a text it may stand where another program saved the file."""
ALTERNATE = "AlternateContent"
"""The element in which a file says the same twice, for programs that know more or less."""


@dataclass
class Shared:
    """What all sheets of a workbook use; the texts are parsed only for a sheet that is parsed, which is seldom."""

    texts: bytes = b""
    """The part that holds them."""
    formats: Formats = NO_FORMATS
    since_1904: bool = False

    @cached_property
    def strings(self) -> list[Cell]:
        """The texts in their order; one that cannot be told is lost. Raises what damaged XML raises."""
        return self._parsed.found

    @cached_property
    def struck(self) -> dict[int, str]:
        """The words struck through in each text that is written in several ways; parsed only where there may be any."""
        return self._parsed.struck if STRIKE.encode() in self.texts else {}

    @cached_property
    def _parsed(self) -> "_Parser":
        return _Parser().parse(self.texts)

    @cached_property
    def misread(self) -> bool:
        """Whether the quick reader would give some of the texts otherwise than they are."""
        return ALTERNATE.encode() in self.texts or has_rare_escape(self.texts)

    @cached_property
    def pictures(self) -> bool:
        """Whether some of the texts are formulas of pictures."""
        return PICTURE in self.texts


def has_rare_escape(text: bytes, start: int = 0, end: int | None = None) -> bool:
    """Whether characters are escaped that the quick reader leaves as they are: it knows those of control characters."""
    end = len(text) if end is None else end
    return text.find(b"_x", start, end) >= 0 and _MISREAD.search(text, start, end) is not None


def unescape(text: str) -> str:
    """A text without the escapes of characters that XML cannot hold: ``_x000D_`` is a line end, ``_x005F_`` a line."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code < 0xE000 else chr(code)


class _Parser:
    """One pass over the texts."""

    def __init__(self) -> None:
        self.found: list[Cell] = []
        self.struck: dict[int, str] = {}
        self.pieces: list[str] = []
        self.strikes = False
        self.inside = self.lost = False
        self.phonetic = 0

    def parse(self, xml: bytes) -> "_Parser":
        if not xml:
            return self
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.characters
        parser.Parse(xml, True)
        return self

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "si":
            self.pieces, self.lost, self.strikes = [], False, False
        elif name == "r":
            self.strikes = False
        elif name == "rPr":
            self.struck.setdefault(len(self.found), "")
        elif name == STRIKE:
            self.strikes = attributes.get("val") not in FALSE
        elif name == "t":
            self.inside = not self.phonetic
        elif name == "rPh":
            self.phonetic += 1
        elif name == ALTERNATE:
            self.lost = True

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "si":
            self.found.append(LOST if self.lost else unescape("".join(self.pieces)))
        elif name == "t":
            self.inside = False
        elif name == "rPh":
            self.phonetic -= 1

    def characters(self, text: str) -> None:
        if self.inside:
            self.pieces.append(text)
            if self.strikes:
                self.struck[len(self.found)] += text
