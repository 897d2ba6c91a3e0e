"""The consolidated ledger workbook: one for the office, the same for each superior organisation."""

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd

from pledgebatch.publish.cover import About, write_cover, write_index
from pledgebatch.publish.figures import ledger, overdue
from pledgebatch.publish.formats import Formats, new_book
from pledgebatch.publish.moved import moved
from pledgebatch.publish.sheets import Column, days, field_column, plain_columns, shown, write_table
from pledgebatch.schema.fields import Kind, Sheet
from pledgebatch.schema.frames import Month, Severity, State, empty
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import (
    ASSESSMENTS,
    ITEMS,
    LEGACY,
    MEMBERS,
    OPINIONS,
    ORGANISATION,
    RECORDS,
    REGISTRY,
    SHEETS,
)

NAMES = {
    "organisations": "组织台账",
    "members": "党员台账",
    "items": "承诺事项台账",
    "opinions": "征求意见台账",
    "legacy": "遗留问题台账",
    "records": "工作记录台账",
    "assessments": "评议整改台账",
}
SHOWN = (Kind.MONTH, Kind.DATE, Kind.DEADLINE, Kind.INTEGER)
"""Kinds whose values are no texts."""
Headers = Mapping[str, tuple[str, float]]
WHERE: Headers = {"file": ("文件", 42), "sheet": ("工作表", 12)}
ROW: Headers = {"row": ("行", 6)}
SET_ASIDE: Headers = {**WHERE, **ROW, "reason": ("原因", 24), "content": ("内容", 80)}
EXTRAS: Headers = {**WHERE, **ROW, "header": ("表头", 16), "value": ("内容", 60)}
FINDINGS: Headers = {
    **WHERE, "cell": ("单元格", 8), "label": ("程度", 7), "message": ("问题和改法", 60), "value": ("原来填的", 24),
    "rule": ("规则", 8), "clause": ("条款", 8), "waiver": ("豁免", 24),
}  # fmt: skip
RECONCILIATION: Headers = {
    **WHERE, "read": ("读到行数", 10), "ledger": ("入台账", 10), "set_aside": ("未入台账", 10), "blank": ("空行", 10),
}  # fmt: skip
CHANGES: Headers = {
    "file": ("文件", 42), "sheet": ("工作表", 12), "cell": ("单元格", 8), "label": ("改动", 12),
    "header": ("标准表头", 18), "found": ("所见", 30),
}  # fmt: skip
ORDER_DATES = {"by": "期限", "done": "完成日期"}
CHANGED = {
    "missing_sheet": "缺工作表", "missing_column": "缺栏目", "renamed_column": "改了表头", "extra_column": "多出栏目",
}  # fmt: skip
ORAL = "member_no name post post_type birth_month education pledge_form oral_reason oral_study_date change"
ITEM = "item_no pledger name text"
REVIEW = f"{ITEM} advanced annual_task fits_post public_wish feasible reviewer review_date conclusion advice redo_by"
PUBLICITY = f"{ITEM} conclusion publicity publicity_date"
PROGRESS = f"{ITEM} due status progress done_date result change_reason final_result"
OVERDUE = f"{ITEM} due status progress change_reason"
"""The fields that a view of items or members shows."""
UNDERSTOOD: Headers = {**WHERE, **ROW, "header": ("栏目", 18), "typed": ("原来填的", 30), "told": ("理解为", 30)}
SUBMISSIONS: Headers = {
    "file": ("文件", 42), "label": ("状态", 10), "reason": ("说明", 40), "received": ("收到时间", 20),
    "size": ("字节数", 10), "sha256": ("SHA-256", 68),
}  # fmt: skip
MOVEMENTS: Headers = {
    "since": ("上次填报", 9), "sheet": ("工作表", 12), "number": ("编号", 12), "words": ("姓名或事项", 36),
    "label": ("变化", 7), "header": ("栏目", 16), "before": ("原来", 36), "after": ("现在", 36),
}  # fmt: skip
ORDERS: Headers = {"kind": ("来自", 12), "subject": ("内容", 48), "state": ("状态", 12), "days": ("超过天数", 9)}
COVERAGE: Headers = {
    "unit_category": ("单位类别", 14), "parent_name": ("上一级党组织", 22), "label": ("状态", 10),
    "members": ("在册党员", 9), "written": ("书面承诺", 9), "oral": ("口头承诺", 9), "items": ("承诺事项", 9),
    **{str(severity): (severity.label, 7) for severity in Severity},
    "contact": ("联系人", 9), "phone": ("联系电话", 14), "file": ("文件", 42),
}  # fmt: skip


def write_ledger(month: Month, target: Path | BinaryIO, title: str = "公开承诺汇总台账") -> None:
    """Write the ledger workbook of ``month``: cover, index, ledgers, and what accounts for every row and file."""
    book = new_book(target, constant_memory=True, in_memory=False)
    formats = Formats(book)
    cover, index = book.add_worksheet("封面"), book.add_worksheet("目录")  # first in the book
    footer = f"{title}　{month.period.label}　数据截至 {month.period.cutoff}　pledgebatch {version('pledgebatch')}"
    lines: list[tuple[str, int, About]] = []
    for name, about, columns in _tables(month):
        written = write_table(book, formats, name, columns, footer)
        lines += [(sheet, rows, about) for sheet, rows in written]
    write_index(index, formats, lines, footer)
    write_cover(book, cover, formats, month, title, footer)
    book.close()


def _tables(month: Month) -> Iterator[tuple[str, About, list[Column]]]:
    """The sheets in their order, each made when it is its turn: the whole month need not stand in memory twice."""
    names = _names(month)
    states = {str(state): state.label for state in State}
    severities = {str(severity): severity.label for severity in Severity}
    told = {key: ledger(month, key).sort_values(["organisation", "row"], kind="stable") for key in NAMES}

    def whole(sheet: Sheet, about: About) -> tuple[str, About, list[Column]]:
        return NAMES[sheet.key], about, _ledger_columns(month, sheet, told[sheet.key], names)

    def view(name: str, about: About, rows: pd.DataFrame, keys: str, *more: Column) -> tuple[str, About, list[Column]]:
        sheet = MEMBERS if rows is oral else ITEMS
        return name, about, [*_whose(rows, names), *(field_column(sheet[key], rows) for key in keys.split()), *more]

    items, members = told[ITEMS.key], told[MEMBERS.key]
    oral = members[members["pledge_form"] == "口头"]
    late = overdue(month)
    found = month.findings.assign(label=month.findings["severity"].map(severities))
    received = month.submissions.assign(label=month.submissions["state"].map(states))
    covered = month.coverage.assign(label=month.coverage["state"].map(states))
    changed = month.changes.assign(label=month.changes["kind"].map(CHANGED))

    yield "报送情况", About("各组织报了没有，多少党员有承诺，问题多少", "收件与核验"), _plain(covered, names, COVERAGE)
    yield whole(ORGANISATION, About("各组织的承诺书填了什么", "《组织承诺》"))
    yield whole(MEMBERS, About("每名党员的承诺书填了什么", "《党员承诺》"))
    yield whole(ITEMS, About("承诺了哪些事，全部栏目", "《承诺事项》"))
    yield view("口头承诺", About("哪些党员口头承诺，原因和支部研究日期", "《党员承诺》"), oral, ORAL)
    yield whole(OPINIONS, About("听取了哪些群众意见，采纳没有", "《征求意见》"))
    undone = items[items["conclusion"] != "通过"]
    yield view("审查退回", About("哪些事项退回完善或还没有审查通过", "《承诺事项》审查各栏"), undone, REVIEW)
    yield whole(LEGACY, About("遗留问题解决没有", "《遗留问题》"))
    yield view("公开台账", About("各事项何时、以何种形式公开", "《承诺事项》公开各栏"), items, PUBLICITY)
    yield view("进展台账", About("各事项做到哪一步", "《承诺事项》进展各栏"), items, PROGRESS)
    over = Column("超过天数", 9, late["days"].tolist(), "number")
    yield view("逾期事项", About("哪些事项过了时限还没有办结", "完成时限与进展状态"), late, OVERDUE, over)
    yield whole(RECORDS, About("开了哪些会，做了哪些检查、宣传", "《工作记录》"))
    yield whole(ASSESSMENTS, About("评议结果和限期整改", "《评议整改》"))
    dates = [Column(header, 12, days(month.orders[key]).tolist(), "date") for key, header in ORDER_DATES.items()]
    orders = [*_plain(month.orders, names, ORDERS), *dates]
    yield "限期整改", About("哪些要限期整改，改了没有", "《评议整改》和审查退回"), orders
    yield "变动情况", About("与上次填报相比增了、少了、改了什么", "逐月比较"), _plain(moved(month), names, MOVEMENTS)
    yield (
        "问题清单",
        About("哪一格有什么问题，怎样改；豁免的写明理由，不计数", "逐条核验"),
        _plain(found, names, FINDINGS),
    )
    yield "未入台账", About("哪些行没有编号或名称，没有放进台账", "行的核对"), _plain(month.set_aside, names, SET_ASIDE)
    yield (
        "数据核对",
        About("每个文件读到多少行，去了哪里", "行的核对"),
        _plain(month.reconciliation, names, RECONCILIATION),
    )
    yield "收件清单", About("收到哪些文件，采用没有", "收件文件夹"), _plain(received, names, SUBMISSIONS)
    yield "表式改动", About("哪些工作簿改了表名、表头", "与标准工作簿比较"), _plain(changed, names, CHANGES)
    yield (
        "原文对照",
        About("哪些内容换了写法，原来怎样填", "识别前后比较"),
        _plain(understood_otherwise(month), names, UNDERSTOOD),
    )
    yield "附加栏目", About("单位自己加的栏目", "标准栏目以外"), _plain(month.tables["extras"], names, EXTRAS)


def _names(month: Month) -> dict[str, str]:
    """Names by code, of those that report and of those that need not."""
    both = pd.concat([month.registry[["organisation", "org_name"]], month.coverage[["organisation", "org_name"]]])
    return dict(both.itertuples(index=False, name=None))


def _whose(rows: pd.DataFrame, names: Mapping[str, str]) -> list[Column]:
    codes = rows["organisation"]
    headers = REGISTRY["unit_code"].header, REGISTRY["org_name"].header
    return [Column(headers[0], 10, codes.tolist()), Column(headers[1], 22, codes.map(names).tolist())]


def _plain(rows: pd.DataFrame, names: Mapping[str, str], headers: Headers) -> list[Column]:
    return _whose(rows, names) + plain_columns(rows, headers)


def _ledger_columns(month: Month, sheet: Sheet, rows: pd.DataFrame, names: Mapping[str, str]) -> list[Column]:
    """A ledger: whose row, what it says, what was found on it; organisation by organisation."""
    whose = _whose(rows, names)
    taken = {column.header for column in whose}
    fields = [
        field_column(field, rows, f"填报的{field.header}" if field.header in taken else "") for field in sheet.fields
    ]
    return [*whose, *fields, Column("问题", 16, _found(month, sheet, rows))]


def _found(month: Month, sheet: Sheet, rows: pd.DataFrame) -> list[str]:
    """For each row how many findings it has, and of which rules."""
    here = month.findings[month.findings["sheet"] == sheet.name]
    key = ["file"] if sheet.form else ["file", "row"]
    codes: dict[tuple[Any, ...], list[str]] = {}
    for *place, code in here[[*key, "rule"]].dropna().itertuples(index=False, name=None):
        codes.setdefault(tuple(place), []).append(code)
    told = {place: f"{len(found)} 处：{'、'.join(sorted(set(found)))}" for place, found in codes.items()}
    return [told.get(place, "") for place in rows[key].itertuples(index=False, name=None)]


def understood_otherwise(month: Month) -> pd.DataFrame:
    """Cells whose value as understood differs from the text as typed: organisation, file, sheet, row, header, both."""
    pieces = []
    for sheet in SHEETS:
        rows = ledger(month, sheet.key)
        for field in sheet.fields:
            values, typed = rows[field.key], rows[field.key + RAW]
            told = values if field.kind not in SHOWN else shown(field, values)
            differ = told.index[
                told.notna() & (told != typed)
            ]  # most are the same: only the others are looked at again
            differ = differ[told[differ] != typed[differ].str.strip()]
            if len(differ):
                piece = rows.loc[differ, ["organisation", "file", "row"]]
                pieces.append(
                    piece.assign(sheet=sheet.name, header=field.header, typed=typed[differ], told=told[differ])
                )
    if not pieces:
        return empty(dict.fromkeys(("organisation", *UNDERSTOOD), "str"))
    together = pd.concat(pieces, ignore_index=True)
    return together.sort_values(["organisation", "file", "sheet", "row"], kind="stable", ignore_index=True)
