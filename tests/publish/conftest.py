"""A browser for the tests of a module, and a small month consolidated for real, once, to look at in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser

import pledgebatch
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.make_forms import make_forms
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.pipeline.year import archive_year
from tests import books, quick_months
from tests.browser import chromium
from tests.outputs import Outputs, make

WORD = "长" * 100 + "W" * 400
HOSTILE = (
    '"><script>alert(1)</script>',
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "</section></main><h1>公章",
    "\u202e反着写的\u2066字",
    WORD,
)
"""What somebody may type who wishes us ill, or only fell asleep on a key."""
NAME = "云溪#三小&100%党支部"
"""A name that is a trap for links and folders."""


@dataclass(frozen=True)
class Made:
    """Where the pages of the month are."""

    output: Path
    forms: Path
    year: Path

    def pages(self) -> dict[str, Path]:
        """A page of each kind, of the organisation that typed the worst."""
        own = next(path for path in (self.output / "organisations").iterdir() if path.name.startswith("S3_"))
        forms = next(path for path in self.forms.iterdir() if path.name.startswith("S3_"))
        return {
            "月报": self.output / "index.html",
            "合规报告": own / "合规报告.html",
            "回执": own / "回执.html",
            "一页通": next((self.output / "supervisors").glob("*/一页通.html")),
            "年度档案": next(self.year.glob("*.html")),
            "存档承诺书": forms / "承诺书_存档.html",
            "公示承诺书": forms / "承诺书_公示.html",
        }


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Two months of three organisations, one of them hostile; the second month was rebuilt after one more file came."""
    more = pd.DataFrame([("S3", NAME, "党支部", NAME, "公办学校", "直属", "P0", "是")], columns=books.REGISTRY.columns)
    place = books.workspace(tmp_path_factory.mktemp("looked") / "w", pd.concat([books.REGISTRY, more]))
    for period in ("2011-03", "2011-04"):
        inbox = place / "inbox" / period
        books.write(inbox / "一小.xlsx", {"period": period, "phone": ""}, period=period)
        _hostile(inbox / "三小<1>.xlsx".replace("<1>", "#1"), period)
        quick_months.consolidate(place, period, all_rules=period == "2011-04")
    second = {"unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小", "relation": "指导"}
    books.write(place / "inbox" / "2011-04" / "二小.xlsx", second | {"period": "2011-04"}, period="2011-04")
    pledgebatch.consolidate(place, "2011-04", workers=0, again=True)
    make_forms(Workspace(place), Period(2011, 4), count=0)
    year = archive_year(Workspace(place), "S3", 2011)
    return Made(place / "output" / "2011-04", Workspace(place).forms(Period(2011, 4)), year)


def _hostile(path: Path, period: str) -> None:
    head = {
        "unit_code": "S3",
        "period": period,
        "org_name": NAME,
        "unit_name": NAME,
        "head": HOSTILE[0],
        "phone": HOSTILE[1],
    }
    members = [
        books.MEMBER | {"member_no": str(n), "name": text, "post": text, "birth_month": text, "branch": NAME}
        for n, text in enumerate(HOSTILE, 1)
    ]
    items = [
        books.ITEM | {"item_no": f"Z{n}", "text": text, "due": text, "measures": text, "status": text}
        for n, text in enumerate(HOSTILE, 1)
    ] + [
        books.ITEM
        | {"item_no": f"D{n}", "pledger": "党员", "member_no": str(n), "name": text, "text": f"{text}{period}"}
        for n, text in enumerate(HOSTILE, 1)
    ]
    late = books.ITEM | {"item_no": "Z9", "text": WORD, "due": "2011-02-01"}
    books.write(path, head, members, [*items, late], period, legacy=[{"legacy_no": "Y1", "problem": HOSTILE[0]}])


@pytest.fixture(scope="session")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    """Every kind of workbook that leaves the office."""
    return make(tmp_path_factory.mktemp("outputs") / "w")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser, or a skip where there is none."""
    with chromium() as running:
        yield running
