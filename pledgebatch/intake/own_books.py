"""The office's own books, which come into the inbox by mistake: its registry, its decisions, the ledgers that it made.

They hold codes, members and pledges, and would be read as a workbook of whichever organisation stands first in them. A
superior may change a ledger and send it back: what it asks for is done in the branch's own workbook, or in 更正单.
"""

from collections.abc import Iterable, Mapping

from pledgebatch.readers.file_types import Unreadable
from pledgebatch.schema.decisions import CORRECTIONS, FILES
from pledgebatch.schema.sheets import GUIDE_NAME, HIDDEN_NAME, LAYOUTS, REGISTRY, WAIVERS
from pledgebatch.schema.texts import squeeze

TABS: Mapping[str, tuple[str, ...]] = {
    "单位名册": (REGISTRY.name, WAIVERS.name),
    "决定": (CORRECTIONS.name, FILES.name),
    "表式": (GUIDE_NAME, LAYOUTS.name),
    "台账": ("数据核对", "收件清单"),
    "督办清单": ("催报名单", "各组织待办"),
    "打印稿": ("封面", "报送情况", "问题清单"),
    "重做对照": ("报送状态", "台账", "问题"),
    "年度档案": ("逐月情况", "全年变动"),
}
"""By book the tabs that it has together, and no workbook of a branch."""
REASON = "这是办公室的{}，不是单位报送的工作簿，请报送下发的工作簿（.xlsx）"


def refuse_own_book(tabs: Iterable[str]) -> None:
    """Raise Unreadable where the ``tabs`` of a workbook are those of a book of the office's own."""
    names = {squeeze(tab) for tab in tabs}
    if HIDDEN_NAME in names:  # made to be sent out, whatever was put beside it
        return
    for book, telling in TABS.items():
        if names.issuperset(telling):
            raise Unreadable(REASON.format(book))
