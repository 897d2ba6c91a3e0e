"""The demo, built and consolidated once for all who look at it."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

import pledgebatch
from pledgebatch.demo import PERIODS, build
from pledgebatch.schema.month import Month
from tests import quick_months


@dataclass(frozen=True)
class Demo:
    """The workspace with its months, and the mistakes that were seeded in it."""

    place: Path
    seeded: pd.DataFrame
    months: Mapping[str, Month]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pd.DataFrame]:
    """The workspace as it is built, and the mistakes that were seeded in it."""
    folder = tmp_path_factory.mktemp("demo") / "workspace"
    return folder, build(folder)


@pytest.fixture(scope="session")
def demo(built: tuple[Path, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A copy in which every month was consolidated, the first and the last one with everything that people open."""
    place = tmp_path_factory.mktemp("consolidated") / "workspace"
    shutil.copytree(built[0], place)
    first, *between, last = PERIODS
    months = {first: pledgebatch.consolidate(place, first, workers=0)}
    months |= {period: quick_months.consolidate(place, period, all_rules=True) for period in between}
    months[last] = pledgebatch.consolidate(place, last, workers=0)
    return Demo(place, built[1], months)
