"""督办清单: what is left to do, as one workbook for the office and for each superior; 催报名单 as CSV too."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from pledgebatch.notice.periods import Period, Stage, stages_due
from pledgebatch.publish import agenda
from pledgebatch.publish.data import write_csv
from pledgebatch.publish.ledger_views import names_of
from pledgebatch.publish.sheets import Column, day_numbers, plain_columns, write_table
from pledgebatch.schema.columns import text_array
from pledgebatch.schema.month import Month
from pledgebatch.schema.records import values_of
from pledgebatch.schema.sheets import ITEMS, REGISTRY
from pledgebatch.xlsx.formats import Formats, new_book

CODE = (REGISTRY["unit_code"].header, 10)
NAME = (REGISTRY["org_name"].header, 30)
REMINDERS = {
    "organisation": CODE, "org_name": NAME, "parent_name": ("上一级党组织", 24), "label": ("状态", 10), "reason": ("原因", 40),
    "contact": ("联系人", 10), "phone": ("联系电话", 16), "email": ("电子邮箱", 24),
}  # fmt: skip
WHOSE = {"organisation": CODE, "org_name": NAME}
TASKS = {**WHOSE, "task": ("要做的事", 56), "count": ("件数", 8), "by": ("期限", 12)}
DUE = {
    **WHOSE, "person": ("责任人", 10), "number": ("事项编号", 12), "text": ("承诺事项", 56), "due": (ITEMS["due"].header, 12),
    "status": ("进展状态", 10),
}  # fmt: skip
PERSONS = {
    **WHOSE,
    "person": ("责任人", 18),
    "count": ("逾期件数", 10),
    "due": ("最早的时限", 12),
    "days": ("最长逾期天数", 14),
}
BLANKS = {**WHOSE, "value": ("党员姓名", 12), "message": ("说明", 70)}
ORDERS = {
    **WHOSE, "kind": ("来源", 12), "subject": ("整改对象", 50), "by": ("整改期限", 12), "done": ("整改完成日期", 14),
    "state": ("情况", 12), "days": ("逾期天数", 10),
}  # fmt: skip
AWARDS = {
    **WHOSE, "number": ("党员序号", 10), "name": ("姓名", 12), "barred": ("结论", 24), "unfinished": ("未完成件数", 12),
    "items": ("未完成的事项", 40),
}  # fmt: skip


UNCLAIMED = {
    **WHOSE, "since": ("上次填报", 10), "sheet": ("工作表", 12), "number": ("编号", 12), "words": ("姓名或事项", 56),
    "due": (ITEMS["due"].header, 12), "status": ("进展状态", 10),
}  # fmt: skip


def agenda_files(period: Period) -> tuple[str, str]:
    """The names of 督办清单 and of 催报名单."""
    return f"督办清单_{period}.xlsx", "催报名单.csv"


def write_agenda(month: Month, folder: Path, tasks: pd.DataFrame) -> None:
    """Write 督办清单 of ``month`` with its ``tasks``, and 催报名单.csv, into ``folder``."""
    listed, pasted = (folder / name for name in agenda_files(month.period))
    reminders = agenda.list_reminders(month)
    write_csv(reminders.rename(columns={key: header for key, (header, _) in REMINDERS.items()}), pasted)
    book = new_book(listed, constant_memory=True, in_memory=False)
    formats = Formats(book)
    names = names_of(month)
    overdue = agenda.list_overdue(month)
    tables = {
        "催报名单": (reminders, REMINDERS),
        "各组织待办": (tasks, TASKS),
        "逾期事项": (overdue, {**DUE, "days": ("逾期天数", 10)}),
        "逾期责任人": (agenda.count_by_person(overdue), PERSONS),
        "下月到期": (agenda.list_due_next_month(month), {**DUE, "days": ("还剩天数", 10)}),
        "空白点": (agenda.list_blanks(month), BLANKS),
        "整改跟踪": (month.orders, ORDERS),
    }
    if len(month.unclaimed):
        tables["待接续"] = (month.unclaimed, UNCLAIMED)
    if Stage.YEAR in stages_due(month.period):
        tables["评选表彰"] = (agenda.list_awards(month), AWARDS)
    for title, (rows, headers) in tables.items():
        named = rows.assign(org_name=text_array([names.get(code) for code in values_of(rows["organisation"])]))
        write_table(book, formats, title, columns(named, headers), month.period.label)
    book.close()


def columns(rows: pd.DataFrame, headers: Mapping[str, tuple[str, float]]) -> list[Column]:
    """Columns of a frame as they stand, days as days; ``headers`` gives header and width by key."""
    return [
        Column(header, size, day_numbers(rows[key]).tolist(), "date")
        if rows[key].dtype.kind == "M"
        else plain_columns(rows, {key: (header, size)})[0]
        for key, (header, size) in headers.items()
    ]
