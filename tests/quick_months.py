"""Months made with little: for tests to which most of what a month asks and writes is no matter.

Asking all rules and writing everything that people open is three quarters of a small month. What is left here is the
month's own story, done by its own functions.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from unittest.mock import patch

import pledgebatch
from pledgebatch.engine import cache
from pledgebatch.pipeline import assess_part, conclude
from pledgebatch.pipeline import publish as publishing
from pledgebatch.publish.data import write_data
from pledgebatch.publish.month import Publication
from pledgebatch.publish.rebuilt import PAGE
from pledgebatch.rules.book import BY_CODE, RULES


@contextmanager
def asking(*codes: str) -> Iterator[None]:
    """In this process only the rules with ``codes`` are asked; what is kept of it is none of who asks others."""
    assert set(codes) <= set(BY_CODE), codes
    few = tuple(rule for rule in RULES if rule.code in codes)
    program = cache.digest(cache.program(), *(rule.code for rule in few))
    keeping = nullcontext() if few == RULES else patch.object(cache, "program", lambda: program)
    with patch.object(assess_part, "RULES", few), patch.object(conclude, "RULES", few), keeping:
        yield


@contextmanager
def writing_only_data() -> Iterator[None]:
    """In this process a month is published as data: without its ledgers, reports, returns and pages."""
    with (
        patch.object(publishing, "publish_month", _write_data),
        patch.object(publishing, "pages_of", lambda *given: {}),
    ):
        yield


def _write_data(month: pledgebatch.Month, publication: Publication, *given: object) -> dict[str, str]:
    each = publication
    write_data(month, each.folder, each.registry_sha256, each.protection, each.decisions_sha256)
    (each.folder / PAGE).touch()  # to which a rebuilt month adds its links
    return {}


def consolidate(
    place: Path, period: str, *codes: str, all_rules: bool = False, again: bool = False, registry: str = "archived"
) -> pledgebatch.Month:
    """The month as data, with only the rules asked that have ``codes``, or ``all_rules``."""
    with asking(*BY_CODE if all_rules else codes), writing_only_data():
        return pledgebatch.consolidate(place, period, workers=0, again=again, registry=registry)
