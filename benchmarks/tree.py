"""Prints what rolling up costs level by level in a tree as large as the nation, on generated summaries.

    python benchmarks/tree.py [COUNTIES PREFECTURES PROVINCES ORGANISATIONS]

One county office, one prefecture, one province and the nation are merged by the program's own ``merge``; the others of a
level cost the same and work at the same time. A summary has the coverage, findings and states of every organisation below
and no rows of pledges, which stay with the offices that collected them.
"""

import resource
import sys
import time
from dataclasses import replace

import pandas as pd

from pledgebatch.months.rollup import merge
from pledgebatch.months.understood import UNDERSTOOD
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.schema.frames import (
    CHANGE,
    COVERAGE,
    FINDING,
    RECONCILIATION,
    SET_ASIDE,
    SUBMISSION,
    VERDICT,
    columns_of,
    empty,
)
from pledgebatch.schema.month import Month
from pledgebatch.schema.sheets import REGISTRY, SHEETS

COUNTIES, PREFECTURES, PROVINCES, ORGANISATIONS = 9, 11, 31, 1_630
"""Offices below a prefecture, a province and the nation, and organisations of a county: five million in all."""


def county(number: int, size: int) -> Month:
    """The summary of a county: each organisation reported, every tenth has a finding."""
    codes = pd.Series([f"{number:06d}{place:05d}" for place in range(size)], dtype="str")
    office = f"{number:06d}"
    registry = _frame(
        columns_of(REGISTRY),
        {"organisation": codes, "org_name": "党支部" + codes, "parent_code": office, "reports": "是"},
    )
    files = office + "/" + codes + ".xlsx"
    coverage = _frame(COVERAGE, {
        "organisation": codes, "org_name": "党支部" + codes, "unit_category": "公办学校", "parent": office, "state": "accepted",
        "file": files, "members": 20, "written": 18, "oral": 2, "items": 60, "error": 0, "warning": 0, "notice": 0, "pending": 0,
    })  # fmt: skip
    submissions = _frame(SUBMISSION, {
        "submission": range(size), "organisation": codes, "file": files, "sha256": codes, "size": 60_000,
        "received": "2011-04-28 09:00:00", "state": "accepted",
    })  # fmt: skip
    tenth = codes[::10].reset_index(drop=True)
    findings = _frame(FINDING, {
        "organisation": tenth, "file": office + "/" + tenth + ".xlsx", "sheet": "承诺事项", "rule": "ITM09", "clause": "二.2",
        "severity": "warning", "message": "请写明数量或时间",
    })  # fmt: skip
    tables = {sheet.key: empty({**columns_of(sheet), "set_aside": "str"}) for sheet in SHEETS}
    beside = {"extras": empty({"organisation": "str", "file": "str"}), "understood": empty(UNDERSTOOD)}
    return Month(
        period=Period(2011, 4),
        parameters=Parameters(),
        registry=registry,
        submissions=submissions,
        coverage=coverage,
        tables=tables | beside,
        findings=findings,
        verdicts=empty(VERDICT),
        set_aside=empty(SET_ASIDE),
        reconciliation=empty(RECONCILIATION),
        changes=empty(CHANGE),
        not_evaluated={},
        offices={office: office},
    )


def _frame(columns: dict[str, str], told: dict[str, object]) -> pd.DataFrame:
    length = len(next(each for each in told.values() if isinstance(each, pd.Series)))
    made = {name: pd.Series(told[name], index=range(length)) if name in told else None for name in columns}
    return pd.DataFrame(
        {
            name: pd.Series(pd.NA, index=range(length), dtype=dtype) if made[name] is None else made[name].astype(dtype)
            for name, dtype in columns.items()
        }
    )


def renamed(month: Month, number: int) -> Month:
    """Another office of the same size: the same summary under other codes."""

    def other(rows: pd.DataFrame) -> pd.DataFrame:
        keys = [key for key in ("organisation", "file", "parent", "parent_code") if key in rows]
        return rows.assign(**{key: (f"{number:02d}" + rows[key]).astype("str") for key in keys})

    names = ("registry", "submissions", "coverage", "findings")
    offices = {f"{number:02d}{name}": sha for name, sha in month.offices.items()}
    return replace(month, offices=offices, **{name: other(getattr(month, name)) for name in names})


def main() -> None:
    told = [int(each) for each in sys.argv[1:]] or [COUNTIES, PREFECTURES, PROVINCES, ORGANISATIONS]
    month = county(0, told[3])
    print("| level | offices below | organisations | merged in s | peak so far, MiB |")
    print("|---|---|---|---|---|")
    for level, below in zip(("prefecture", "province", "nation"), told[:3], strict=True):
        parts = [renamed(month, number) for number in range(below)]
        start = time.perf_counter()
        month = merge(parts)
        taken = time.perf_counter() - start
        del parts
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"| {level} | {below} | {len(month.coverage):,} | {taken:.1f} | {peak:,.0f} |", flush=True)
    assert len(month.coverage) == told[0] * told[1] * told[2] * told[3]
    assert int(month.coverage["items"].sum()) == 60 * len(month.coverage)


if __name__ == "__main__":
    main()
