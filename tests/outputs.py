"""Every kind of workbook that leaves the office, of one small workspace, for tests that open them."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import pledgebatch
from pledgebatch.notice.periods import Period
from pledgebatch.workbooks.registry_book import write_registry
from pledgebatch.workbooks.workbook import write_workbook
from tests import books, quick_months

APRIL, MAY = Period(2011, 4), Period(2011, 5)
OFFICES = [("P0", "云溪区教育党委", "", "否"), ("P1", "云溪区小学党总支", "P0", "否")]
SCHOOLS = [
    ("S1", "云溪一小党支部", "P1", "是"),
    ("S2", "云溪二小党支部", "P0", "是"),
    ("S3", "云溪三小党支部", "P1", "是"),
]
REGISTRY = pd.DataFrame(
    [(code, name, "党支部", name.removesuffix("党支部"), "公办学校", "直属", parent, reports)
     for code, name, parent, reports in (*OFFICES, *SCHOOLS)],
    columns=list(books.REGISTRY.columns),
)  # fmt: skip
WAIVERS = pd.DataFrame(
    [{"unit_code": "S1", "rule": "ITM14", "reason": "已经上级同意", "approved_by": "周敏", "until": "2011-12-31"}],
    dtype="str",
)
LONG = (
    "每周组织一次面向学生和家长的开放日活动，逐次登记到场人数，当场听取意见并在一周内答复，活动照片和记录由支部保存备查"
)
ITEMS = [
    *books.ITEMS,
    *(books.ITEM | {"item_no": f"Z{n}", "text": f"{LONG}（第{n}项）", "due": f"2011-0{4 + n % 6}-15"} for n in range(10, 70)),
]  # fmt: skip
MOVED = books.changed(ITEMS, 0, status="已完成", done_date="2011-04-20")
NAMES = (
    "汇总台账_2011-04", "台账_2011-04", "督办清单_2011-04", "重做对照_2011-04", "退回修改", "下发工作簿", "registry", "年度档案_2011",
    "空白工作簿", "空白名册", "打印_2011-04",
)  # fmt: skip
ROLLED_UP = "汇总台账_2011-04（多个办公室）"
"""The ledger of several offices together."""


@dataclass(frozen=True)
class Outputs:
    """The workspace, and its workbooks by name."""

    place: Path
    paths: dict[str, Path]


def make(folder: Path) -> Outputs:
    """Two months, the second rebuilt after it was sent, with next month's workbooks, a year's archive and a roll-up."""
    books.workspace(folder, REGISTRY)
    write_registry(folder / "registry.xlsx", REGISTRY, WAIVERS)
    for period, items in (("2011-03", ITEMS), ("2011-04", MOVED)):
        inbox = folder / "inbox" / period
        books.write(inbox / "一小.xlsx", {"period": period, "phone": ""}, items=items, period=period)
        two = {"period": period, "unit_code": "S2", "org_name": "云溪二小党支部", "unit_name": "云溪二小"}
        books.write(inbox / "二小.xlsx", two, period=period)
        quick_months.consolidate(folder, period, all_rules=period == "2011-04")
    (inbox / "二小.xlsx").unlink()
    pledgebatch.consolidate(folder, "2011-04", workers=0, again=True)
    pledgebatch.make_templates(folder, "2011-05", workers=0)
    pledgebatch.archive_year(folder, "S1", 2011)
    pledgebatch.rollup(folder, [folder / "output" / "2011-04"], workers=0)
    write_workbook(folder / "空白工作簿.xlsx", APRIL, {})
    write_registry(folder / "空白名册.xlsx")
    output = folder / "output"
    found = {name: next((output / "2011-04").rglob(f"{name}.xlsx"), folder / f"{name}.xlsx") for name in NAMES}
    found |= {
        "台账_2011-04": next((output / "2011-04" / "supervisors").glob("P1_*/台账_2011-04.xlsx")),
        "下发工作簿": next((folder / "input_templates" / "2011-05").glob("*一小*.xlsx")),
        "年度档案_2011": next(output.rglob("年度档案_2011.xlsx")),
        ROLLED_UP: output / "rollup-2011-04" / "汇总台账_2011-04.xlsx",
    }
    return Outputs(folder, found)
