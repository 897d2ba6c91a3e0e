"""The pledge forms as Word documents that a clerk can edit; needs the extra ``forms``."""

import io
import zipfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined

from pledgebatch.publish.pledge_forms import Sheet, day_in_words
from pledgebatch.xlsx.formats import CREATED


def write_word(sheets: Sequence[Sheet], target: Path) -> None:
    """Write the sheets one to a page, from the template that stands beside the pages; what is typed is escaped."""
    document = DocxTemplate(io.BytesIO(files(__package__).joinpath("pages", "forms.docx").read_bytes()))
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    document.render({"sheets": sheets, "day": day_in_words}, jinja_env=environment, autoescape=True)
    document.core_properties.created = document.core_properties.modified = CREATED
    written = io.BytesIO()
    document.save(written)
    _without_clock(written, target)


def _without_clock(written: io.BytesIO, target: Path) -> None:
    """The same parts with no date of their own, so that the same content is the same bytes."""
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as fixed:
        for part in source.infolist():
            copy = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            copy.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(copy, source.read(part.filename))
