"""Closure: the months of several offices as one month of the office above them."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from pledgebatch.mistakes import OfficeMistake
from pledgebatch.months.archive import fingerprint, read_month
from pledgebatch.notice.parameters import Parameters
from pledgebatch.schema.archive_tables import FRAMES
from pledgebatch.schema.digests import MANIFEST, DamagedMonth
from pledgebatch.schema.frames import by_organisation
from pledgebatch.schema.month import Month


def read_office(folder: Path) -> Month:
    """The month in ``folder``, its files named with the office they came to, so that no two offices' are alike.

    Raises OfficeMistake where ``folder`` is no month's output.
    """
    if not (folder / MANIFEST).is_file():
        raise OfficeMistake(
            f"{folder} 不是某个月的输出（没有 {MANIFEST}），请指明到月份，如 pledgebatch rollup 甲/output/2011-03 乙/output/2011-03"
        )
    try:
        month = read_month(folder)
    except DamagedMonth:
        raise OfficeMistake(f"{folder} 中的数据不全或已损坏，请让下级办公室重新汇总后再报来") from None
    return month if month.offices else _name_files(month, folder)


def _name_files(month: Month, folder: Path) -> Month:
    registry = month.registry
    inside = registry["parent_code"].isin(registry["organisation"])
    office = "+".join(sorted(registry.loc[~inside, "organisation"]))

    def named(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(file=(office + "/" + rows["file"]).astype("str")) if "file" in rows else rows

    frames: dict[str, Any] = {name: named(getattr(month, name)) for name in FRAMES if name != "registry"}
    tables = {key: named(rows) for key, rows in month.tables.items()}
    return replace(month, **frames, tables=tables, offices={office: fingerprint(folder)})


def merge(months: Sequence[Month]) -> Month:
    """The months of several offices as one; merging some of them first changes nothing.

    Raises OfficeMistake where they are not of one month, or where an organisation reported to two of them.
    """
    first = months[0]
    periods = sorted({str(month.period) for month in months})
    if len(periods) > 1:
        raise OfficeMistake(f"要汇总的不是同一个月：{'、'.join(periods)}，请分月汇总")
    registry = _registry(months)
    numbered = [month.submissions.assign(office=office) for office, month in enumerate(months)]
    received = pd.concat(numbered, ignore_index=True).sort_values(["organisation", "file"], kind="stable")
    _refuse_repeated(received["file"].dropna(), "收件清单中有同名文件", "是否把同一个办公室的结果汇总了两次")
    new: list[dict[int, int]] = [{} for _ in months]
    for number, (office, old) in enumerate(zip(received["office"], received["submission"], strict=True)):
        new[office][old] = number
    coverage = by_organisation([month.coverage for month in months])
    _refuse_repeated(coverage["organisation"], "同一党组织报给了两处", "请核对各办公室的单位名册")
    tables = {}
    for key in first.tables:
        rows_of = [month.tables[key] for month in months]
        tables[key] = by_organisation([_renumber(rows, numbers) for rows, numbers in zip(rows_of, new, strict=True)])
    frames: dict[str, Any] = {
        name: by_organisation([getattr(month, name) for month in months])
        for name in FRAMES
        if name not in ("registry", "submissions", "coverage")
    }
    submissions = received.drop(columns="office").assign(submission=range(len(received))).reset_index(drop=True)
    return Month(
        period=first.period,
        parameters=_agreed([month.parameters for month in months]),
        registry=registry,
        tables=tables,
        not_evaluated={
            code: min(m.not_evaluated[code] for m in months if code in m.not_evaluated)
            for code in sorted({code for month in months for code in month.not_evaluated})
        },
        offices={name: sha for month in months for name, sha in sorted(month.offices.items())},
        submissions=submissions.astype(first.submissions.dtypes),
        coverage=coverage,
        **frames,
    )


def _renumber(rows: pd.DataFrame, numbers: Mapping[int, int]) -> pd.DataFrame:
    return rows.assign(submission=rows["submission"].map(numbers.get).astype("Int64")) if "submission" in rows else rows


def _registry(months: Sequence[Month]) -> pd.DataFrame:
    """All registries; one that several have, such as the superior they share, stands once."""
    together = by_organisation([month.registry for month in months])
    once = together.drop_duplicates(["organisation", "org_name", "parent_code", "reports"])
    _refuse_repeated(once["organisation"], "各处单位名册对同一编码的写法不一", "请统一名称、上级和是否报送")
    return once.reset_index(drop=True)


def _refuse_repeated(values: pd.Series, what: str, todo: str) -> None:
    repeated = sorted(set(values[values.duplicated()]))
    if repeated:
        raise OfficeMistake(f"{what}：{'、'.join(repeated[:10])}，{todo}")


def _agreed(offices: Sequence[Parameters]) -> Parameters:
    """The parameters that all share; where they differ, the default."""
    defaults = Parameters()
    values = {each.name: {getattr(one, each.name) for one in offices} for each in fields(Parameters)}
    return Parameters(**{k: next(iter(v)) if len(v) == 1 else getattr(defaults, k) for k, v in values.items()})
