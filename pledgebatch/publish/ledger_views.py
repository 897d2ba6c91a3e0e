"""What the sheets of a ledger show: of the whole month, or of the rows of some organisations at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from pledgebatch.months.answers import in_words
from pledgebatch.publish.cover import About
from pledgebatch.publish.figures import find_overdue
from pledgebatch.publish.movements import handed_in_words, headers_of, movements_in_words, registry_moves_in_words
from pledgebatch.publish.sheets import Column, day_numbers, field_columns, plain_columns
from pledgebatch.publish.unread import NOT_READ
from pledgebatch.rules.facts.approval import OWN, PASSED
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.rules.machinery.cells import blank, sure
from pledgebatch.schema.choosing import choose, in_order
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import counting
from pledgebatch.schema.month import Month
from pledgebatch.schema.records import tuples, values_of
from pledgebatch.schema.sheets import (
    ASSESSMENTS,
    ITEMS,
    LEGACY,
    MEMBERS,
    OPINIONS,
    ORGANISATION,
    RECORDS,
    REGISTRY,
    SUPERVISION,
)
from pledgebatch.schema.states import Severity, State

NAMES = {
    "organisations": "组织台账",
    "members": "党员台账",
    "items": "承诺事项台账",
    "opinions": "征求意见台账",
    "legacy": "遗留问题台账",
    "records": "工作记录台账",
    "assessments": "评议整改台账",
    "supervision": "群众监督台账",
}
Headers = Mapping[str, tuple[str, float]]
WHERE: Headers = {"file": ("文件", 42), "sheet": ("工作表", 12)}
ROW: Headers = {"row": ("行", 6)}
SET_ASIDE: Headers = {**WHERE, **ROW, "reason": ("原因", 24), "content": ("内容", 80)}
EXTRAS: Headers = {**WHERE, **ROW, "header": ("表头", 16), "value": ("内容", 60)}
FINDINGS: Headers = {
    **WHERE, "cell": ("单元格", 8), "label": ("程度", 7), "message": ("问题和改法", 60), "value": ("原来填的", 24),
    "rule": ("规则", 8), "clause": ("条款", 8), "waiver": ("豁免", 24), "answer": ("说明", 14),
}  # fmt: skip
RECONCILIATION: Headers = {
    **WHERE, "read": ("读到行数", 10), "ledger": ("入台账", 10), "set_aside": ("未入台账", 10), "blank": ("空行", 10),
}  # fmt: skip
CHANGES: Headers = {
    "file": ("文件", 42), "sheet": ("工作表", 12), "cell": ("单元格", 8), "label": ("改动", 12),
    "header": ("标准表头", 18), "found": ("所见", 30), "sure": ("把握", 8), "basis": ("依据", 40),
}  # fmt: skip
ORDER_DATES = {"by": "期限", "done": "完成日期"}
CHANGED = {
    "missing_sheet": "缺工作表", "missing_column": "缺栏目", "renamed_column": "改了表头", "doubtful_column": "表头不明", "repeated_column": "表头重复", "extra_column": "多出栏目",
    "guessed_column": "按内容读入", "held_column": "没有读入", "read_tab": "另样表式", "refused_tab": "整张未读",
}  # fmt: skip
ORAL = "member_no name post post_type birth_month education pledge_form oral_reason oral_study_date change"
ITEM = "item_no pledger name text"
REVIEW = f"{ITEM} advanced annual_task fits_post public_wish feasible reviewer review_date conclusion advice redo_by"
PUBLICITY = f"{ITEM} conclusion publicity publicity_date"
PROGRESS = f"{ITEM} due status progress done_date result change_reason final_result"
OVERDUE = f"{ITEM} due status progress change_reason"
"""The fields that a view of items or members shows."""
OTHERWISE: Headers = {**WHERE, **ROW, "header": ("栏目", 18), "typed": ("原来填的", 30), "told": ("理解为", 30)}
SUBMISSIONS: Headers = {
    "file": ("文件", 42), "label": ("状态", 10), "reason": ("说明", 40), "received": ("收到时间", 20),
    "size": ("字节数", 10), "sha256": ("SHA-256", 68),
}  # fmt: skip
MOVEMENTS: Headers = {
    "since": ("上次填报", 9), "sheet": ("工作表", 12), "number": ("编号", 12), "words": ("姓名或事项", 36),
    "label": ("变化", 7), "header": ("栏目", 16), "before": ("原来", 36), "after": ("现在", 36),
}  # fmt: skip
ORDERS: Headers = {"kind": ("来自", 12), "subject": ("内容", 48), "state": ("状态", 12), "days": ("超过天数", 9)}
DECIDED: Headers = {
    "kind": ("事由", 10), "since": ("月份", 9), "sheet": ("工作表", 12), "number": ("编号", 10), "header": ("栏目", 16),
    "rule": ("规则", 8), "before": ("原来", 36), "after": ("决定", 36), "reason": ("理由", 40), "decided_by": ("经办人", 9),
}  # fmt: skip
COVERAGE: Headers = {
    "unit_category": ("单位类别", 14), "parent_name": ("上一级党组织", 22), "label": ("状态", 10),
    "members": ("在册党员", 9), "written": ("书面承诺", 9), "oral": ("口头承诺", 9), "items": ("承诺事项", 9),
    **{str(severity): (severity.label, 7) for severity in Severity},
    "contact": ("联系人", 9), "phone": ("联系电话", 14), "file": ("文件", 42),
}  # fmt: skip
ANSWERS: Headers = {
    "sheet": ("工作表", 12), "number": ("编号", 12), "header": ("栏目", 16), "rule": ("规则", 8), "value": ("原来填的", 24),
    "message": ("问题", 50), "words": ("单位说明", 40), "alike": ("同样说明", 9), "said": ("说明月份", 9), "state": ("审定", 14),
    "opinion": ("审定意见", 30),
}  # fmt: skip
Names = Mapping[str, str]
"""The names of organisations by code."""
Columns = Callable[[Month, Names], list[Column]]


@dataclass(frozen=True)
class View:
    """A table of the ledger workbook, on a sheet of its ``name`` and, where it is long, on numbered next ones."""

    name: str
    about: About
    columns: Columns
    table: str = ""
    """The table whose rows it shows, so that it can be written in parts; empty for one written at once."""
    chosen: Callable[[pd.DataFrame], pd.Series] | None = None
    """Which of the rows in the ledger it shows; None for all."""
    beside: Columns | None = None
    """Rows of the month that are in no table: they stand first."""


def _chosen(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    if "set_aside" in rows:
        rows = choose(rows, rows["set_aside"].isna())
    return rows if view.chosen is None else choose(rows, view.chosen(rows))


def _rows(view: str, month: Month) -> pd.DataFrame:
    """The rows of a view in their order."""
    rows = _chosen(BY_NAME[view], month.tables[BY_NAME[view].table])
    return in_order(rows, ("organisation", "row"))


def names_of(month: Month) -> Names:
    """Names by code, of those that report and of those that need not."""
    both = (month.registry_moves, month.coverage)
    codes, names = ([text for rows in both for text in values_of(rows[key])] for key in ("organisation", "org_name"))
    return dict(zip(codes, names, strict=True)) | shown_names(month.registry)


def _whose(rows: pd.DataFrame, names: Names) -> list[Column]:
    codes = pa.array(rows["organisation"]).to_pylist()
    headers = REGISTRY["unit_code"].header, REGISTRY["org_name"].header
    return [Column(headers[0], 24, codes), Column(headers[1], 44, [names.get(code) for code in codes])]


def _plain(rows: pd.DataFrame, names: Names, headers: Headers) -> list[Column]:
    return _whose(rows, names) + plain_columns(rows, headers)


def _ledger_columns(month: Month, sheet: Sheet, rows: pd.DataFrame, names: Names) -> list[Column]:
    """A ledger: whose row, what it says, what was found on it; organisation by organisation."""
    whose = _whose(rows, names)
    taken = {column.header for column in whose}
    again = {field.key: f"填报的{field.header}" for field in sheet.fields if field.header in taken}
    return [*whose, *field_columns(sheet.fields, rows, again), Column("问题", 16, _found(month, sheet, rows))]


def _found(month: Month, sheet: Sheet, rows: pd.DataFrame) -> list[str]:
    """For each row how many findings it has, and of which rules."""
    if rows.empty:
        return []
    found = month.findings
    here = counting(choose(found, found["sheet"] == sheet.name))
    key = ["file"] if sheet.form else ["file", "row"]
    codes: dict[tuple[Any, ...], list[str]] = {}
    for *place, code in tuples(here[[*key, "rule"]].dropna()):
        codes.setdefault(tuple(place), []).append(code)
    words = {place: f"{len(found)} 处：{'、'.join(sorted(set(found)))}" for place, found in codes.items()}
    return [words.get(place, "") for place in tuples(rows[key])]


def not_passed(items: pd.DataFrame) -> pd.Series:
    """The items that are not passed in review; the organisation's own (五.3) where somebody reviewed them all the same."""
    above = sure(items["pledger"] == OWN) & blank(items, "conclusion")
    return (items["conclusion"] != PASSED) & ~above


def _ledger(sheet: Sheet, answers: str) -> View:
    def columns(month: Month, names: Names) -> list[Column]:
        return _ledger_columns(month, sheet, _rows(NAMES[sheet.key], month), names)

    return View(NAMES[sheet.key], About(answers, f"《{sheet.name}》"), columns, sheet.key)


def _view(name: str, about: About, sheet: Sheet, keys: str, **more: Any) -> View:
    def columns(month: Month, names: Names) -> list[Column]:
        return _fields(_rows(name, month), sheet, keys, names)

    return View(name, about, columns, sheet.key, **more)


def _fields(rows: pd.DataFrame, sheet: Sheet, keys: str, names: Names) -> list[Column]:
    return [*_whose(rows, names), *field_columns(map(sheet.__getitem__, keys.split()), rows)]


def _whole(
    name: str, about: About, rows: Callable[[Month], pd.DataFrame], headers: Headers, table: str = "", **more: Any
) -> View:
    return View(name, about, lambda month, names: _plain(rows(month), names, headers), table, **more)


def _labelled(name: str, key: str, labels: Mapping[str, str]) -> Callable[[Month], pd.DataFrame]:
    """A frame of the month with ``label``, what its column ``key`` is called."""

    def labelled(month: Month) -> pd.DataFrame:
        rows: pd.DataFrame = getattr(month, name)
        return rows.assign(label=rows[key].map(labels))

    return labelled


def _answers(month: Month) -> pd.DataFrame:
    """What the branches say of findings, in words."""
    return month.answers.assign(header=headers_of(month.answers), words=in_words(month.answers))


def coverage_in_words(month: Month) -> pd.DataFrame:
    """The coverage in words: a figure that is not known could not be read."""
    rows = month.coverage.assign(label=month.coverage["state"].map(STATES))
    counts = {
        key: rows[key].astype(object).mask(rows[key].isna(), NOT_READ)
        for key in ("members", "written", "oral", "items")
    }
    return rows.assign(**counts)


def _of_organisations(month: Month) -> pd.DataFrame:
    """What became of organisations, and what was handed over from one to another."""
    both = [rows[["organisation", *MOVEMENTS]] for rows in (registry_moves_in_words(month), handed_in_words(month))]
    return pd.concat(both, ignore_index=True)


def _overdue(month: Month, names: Names) -> list[Column]:
    late = find_overdue(month)
    return [*_fields(late, ITEMS, OVERDUE, names), Column("超过天数", 9, late["days"].tolist(), "number")]


def _orders(month: Month, names: Names) -> list[Column]:
    dates = [Column(header, 12, day_numbers(month.orders[key]).tolist(), "date") for key, header in ORDER_DATES.items()]
    return [*_plain(month.orders, names, ORDERS), *dates]


def _decided(month: Month) -> pd.DataFrame:
    return month.decided.assign(header=headers_of(month.decided))


STATES = {str(state): state.label for state in State}
SEVERITIES = {str(severity): severity.label for severity in Severity}
VIEWS = (
    _whole("报送情况", About("各组织报了没有，多少党员有承诺，问题多少", "收件与核验"), coverage_in_words, COVERAGE),
    _ledger(ORGANISATION, "各组织的承诺书填了什么"),
    _ledger(MEMBERS, "每名党员的承诺书填了什么"),
    _ledger(ITEMS, "承诺了哪些事，全部栏目"),
    _view("口头承诺", About("哪些党员口头承诺，原因和支部研究日期", "《党员承诺》"), MEMBERS, ORAL,
          chosen=lambda rows: rows["pledge_form"] == "口头"),
    _ledger(OPINIONS, "听取了哪些群众意见，采纳没有"),
    _view("审查退回", About("党员的哪些事项退回完善或还没有审查通过", "《承诺事项》审查各栏"), ITEMS, REVIEW,
          chosen=not_passed),
    _ledger(LEGACY, "遗留问题解决没有"),
    _view("公开台账", About("各事项何时、以何种形式公开", "《承诺事项》公开各栏"), ITEMS, PUBLICITY),
    _view("进展台账", About("各事项做到哪一步", "《承诺事项》进展各栏"), ITEMS, PROGRESS),
    View("逾期事项", About("哪些事项过了时限还没有办结", "完成时限与进展状态"), _overdue),
    _ledger(RECORDS, "开了哪些会，做了哪些检查、宣传"),
    _ledger(ASSESSMENTS, "评议结果和限期整改"),
    _ledger(SUPERVISION, "群众反映了什么，答复没有"),
    View("限期整改", About("哪些要限期整改，改了没有", "《评议整改》和审查退回"), _orders),
    _whole("变动情况", About("与上次填报相比增了、少了、改了什么；名册的变动、并入和转移在最前面", "逐月比较"), movements_in_words, MOVEMENTS,
           "movements", beside=lambda month, names: _plain(_of_organisations(month), names, MOVEMENTS)),
    _whole("问题清单", About("哪一格有什么问题，怎样改；豁免的写明理由，不计数", "逐条核验"),
           _labelled("findings", "severity", SEVERITIES), FINDINGS),
    _whole("单位说明", About("各单位怎样说明问题，审定没有；“同样说明”是本单位用同样的话说明的处数", "《说明》"), _answers, ANSWERS),
    _whole("未入台账", About("哪些行没有编号或名称，没有放进台账", "行的核对"), lambda month: month.set_aside, SET_ASIDE),
    _whole("数据核对", About("每个文件读到多少行，去了哪里", "行的核对"), lambda month: month.reconciliation, RECONCILIATION),
    _whole("收件清单", About("收到哪些文件，采用没有", "收件文件夹"), _labelled("submissions", "state", STATES), SUBMISSIONS),
    _whole("办理记录", About("办公室审定、更正、处理了什么，理由是什么", "办公室的决定、豁免清单和表式"), _decided, DECIDED),
    _whole("表式改动", About("哪些工作簿改了表名、表头", "与标准工作簿比较"), _labelled("changes", "kind", CHANGED), CHANGES),
    _whole("原文对照", About("哪些内容换了写法，原来怎样填", "识别前后比较"), lambda month: month.tables["understood"],
           OTHERWISE, "understood"),
    _whole("附加栏目", About("单位自己加的栏目，和写在单元格上的批注", "标准栏目以外"), lambda month: month.tables["extras"], EXTRAS, "extras"),
)  # fmt: skip
"""The sheets of a ledger in their order, after the cover and the index."""
BY_NAME = {view.name: view for view in VIEWS}
