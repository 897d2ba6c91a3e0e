"""What was left over from a template; where it stands, nothing else is said of a text."""

from functools import cache

import pandas as pd

from pledgebatch.rules.language.remembered import Remembered
from pledgebatch.rules.language.words import all_found, any_of, lists, literal, without
from pledgebatch.schema.sheets import SHEETS
from pledgebatch.schema.texts import squeeze

MOST = 3
"""So many scraps of one text are quoted."""


@Remembered
def scraps_of(texts: pd.Series) -> pd.Series:
    """The first scraps of a template in each folded text, one a line; missing where there is none."""
    meant = any_of(lists("template_residue")["placeholders"]["meant"])
    return all_found(without(texts, meant), _placeholders(), MOST)


@cache
def _placeholders() -> list[str]:
    words = lists("template_residue")["placeholders"]
    helps = {squeeze(field.help) for sheet in SHEETS for field in sheet.fields}
    return [*words["patterns"], literal(each for each in helps if len(each) >= words["least_help"])]
