"""年度档案: the year of one organisation, month by month, as one workbook and one page."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from pledgebatch.publish import agenda
from pledgebatch.publish.agenda_book import AWARDS, ORDERS, columns
from pledgebatch.publish.ledger_views import MOVEMENTS, NAMES, coverage_in_words
from pledgebatch.publish.month_slice import ledger_rows
from pledgebatch.publish.movements import handed_in_words, movements_in_words, registry_moves_in_words
from pledgebatch.publish.render import render
from pledgebatch.publish.sheets import field_columns, write_table
from pledgebatch.rules.facts.tables import GONE
from pledgebatch.schema.frames import as_agreed
from pledgebatch.schema.month import Month
from pledgebatch.schema.records import records
from pledgebatch.schema.sheets import ASSESSMENTS, ITEMS, MEMBERS, ORGANISATION, SHEETS
from pledgebatch.schema.states import Movement, Severity
from pledgebatch.xlsx.formats import Formats, new_book

PERIOD = {"period": ("月份", 12)}
MONTHS = {
    **PERIOD, "label": ("状态", 12), "members": ("在册党员", 10), "written": ("书面承诺", 10), "oral": ("口头承诺", 10),
    "items": ("承诺事项", 10), "error": ("错误", 8), "warning": ("警告", 8), "notice": ("提示", 8), "file": ("文件", 44),
}  # fmt: skip
FINDINGS = {
    **PERIOD, "severity": ("程度", 8), "rule": ("规则", 9), "sheet": ("工作表", 12), "cell": ("单元格", 9),
    "message": ("问题和改法", 80),
}  # fmt: skip
RESULTS = ITEMS["final_result"].choices
MOST_MOVED = 40
VOTES = ("attendance", "satisfied", "fairly_satisfied", "basically_satisfied", "dissatisfied")


def write_year(months: Sequence[Month], target: Path | BinaryIO) -> None:
    """Write the workbook of one organisation's ``months``: how each went, the last ledgers, and all that moved."""
    last = months[-1]
    book = new_book(target, constant_memory=True, in_memory=False)
    formats = Formats(book)
    footer = f"{last.coverage['org_name'].iloc[0]}　{last.period.year}年"
    write_table(book, formats, "逐月情况", columns(_month_by_month(months), MONTHS), footer)
    for sheet in SHEETS:
        rows = ledger_rows(_standing(months), sheet.key)
        write_table(book, formats, NAMES[sheet.key], field_columns(sheet.fields, rows), footer)
    moves = _over(months, _moves_in_words)
    write_table(book, formats, "全年变动", columns(moves, {**PERIOD, **MOVEMENTS}), footer)
    for name, rows, headers in (("整改跟踪", last.orders, ORDERS), ("评选表彰", agenda.list_awards(last), AWARDS)):
        own = {key: value for key, value in headers.items() if key not in ("organisation", "org_name")}
        write_table(book, formats, name, columns(rows, own), footer)
    found = _over(months, lambda month: as_agreed(month.findings))
    found["severity"] = found["severity"].map({str(each): each.label for each in Severity}).astype("str")
    write_table(book, formats, "全年问题", columns(found, FINDINGS), footer)
    book.close()


def render_year(months: Sequence[Month], leads_on: Mapping[str, str] | None = None) -> str:
    """The page of one organisation's ``months``; one that merged ``leads_on`` to its receiver, in words and by a link."""
    last, standing = months[-1], _standing(months)
    items, members = ledger_rows(standing, ITEMS.key), ledger_rows(standing, MEMBERS.key)
    roster = members[~members["change"].isin(GONE)]
    results = items["final_result"].value_counts()
    form = records(ledger_rows(standing, ORGANISATION.key))
    moves = _over(months, _moves_in_words)
    return render(
        "year.html.j2",
        last,
        who=records(last.coverage)[0],
        year=last.period.year,
        leads_on=leads_on,
        fates=[one["sentence"] for month in months for one in records(registry_moves_in_words(month))],
        months=records(_month_by_month(months)),
        items=len(items),
        results=[(result, int(results.get(result, 0))) for result in RESULTS],
        form=form[0] if form else {},
        checked=int(roster["self_check"].notna().sum()),
        members=len(roster),
        votes=[(ASSESSMENTS[key].header, key) for key in VOTES],
        assessments=records(ledger_rows(standing, ASSESSMENTS.key)),
        orders=records(_dated(last.orders)),
        awards=records(agenda.list_awards(last)),
        moved=len(moves),
        moves=records(_grave(moves).tail(MOST_MOVED)),
    )


def _grave(moves: pd.DataFrame) -> pd.DataFrame:
    """The movements that somebody will ask about: rows that vanished, pledges and people that changed."""
    fate = (moves["field"] == "status") & moves["after"].isin(("撤销", "延期", "无法完成"))
    altered = moves["field"].isin(("text", "due", "change")) & (moves["before"] != "")
    return moves[(moves["kind"] == Movement.GONE) | altered | fate]


def _standing(months: Sequence[Month]) -> Month:
    """The last month in which the organisation stood in the ledger, or else the last."""
    return next((month for month in reversed(months) if len(ledger_rows(month, ORGANISATION.key))), months[-1])


def _month_by_month(months: Sequence[Month]) -> pd.DataFrame:
    return _over(months, coverage_in_words)


def _moves_in_words(month: Month) -> pd.DataFrame:
    return pd.concat([handed_in_words(month), movements_in_words(month)], ignore_index=True)


def _over(months: Sequence[Month], rows: Callable[[Month], pd.DataFrame]) -> pd.DataFrame:
    """A frame of each month, one below the other, with its ``period``."""
    return pd.concat([rows(month).assign(period=str(month.period)) for month in months], ignore_index=True)


def _dated(orders: pd.DataFrame) -> pd.DataFrame:
    return orders.assign(**{key: orders[key].dt.strftime("%Y-%m-%d").astype("str") for key in ("by", "done")})
