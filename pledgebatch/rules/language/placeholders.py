"""What was left over from a template; where it stands, nothing else is said of a text."""

from functools import cache

import pandas as pd

from pledgebatch.rules.language.words import any_of, found, lists, literal, without
from pledgebatch.schema.sheets import SHEETS
from pledgebatch.schema.texts import squeeze

TITLES = "《[^》]*》"
"""A title is quoted, whatever it says."""


def scraps_of(texts: pd.Series) -> pd.Series:
    """The first scrap of a template in each folded text; missing where there is none."""
    return found(without(texts, TITLES), _placeholders())


@cache
def _placeholders() -> str:
    words = lists("template_residue")["placeholders"]
    helps = {squeeze(field.help) for sheet in SHEETS for field in sheet.fields}
    return any_of([*words["patterns"], literal(each for each in helps if len(each) >= words["least_help"])])
