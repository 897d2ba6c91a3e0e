"""The month as data: findings.csv, Parquet and the manifest."""

import csv
import hashlib
import json
from collections.abc import Iterable
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pledgebatch.engine.dataset import arrow_pieces
from pledgebatch.notice.clauses import CLAUSES
from pledgebatch.publish.ledger_views import Names, names_of
from pledgebatch.publish.movements import headers_of
from pledgebatch.publish.protection import Protection
from pledgebatch.rules.book import RULES
from pledgebatch.rules.machinery.rule import Rule
from pledgebatch.schema.archive_tables import FRAMES
from pledgebatch.schema.arrow import as_table
from pledgebatch.schema.digests import MANIFEST
from pledgebatch.schema.frames import Tables, as_agreed
from pledgebatch.schema.month import Month
from pledgebatch.schema.sheets import TEMPLATE_VERSION
from pledgebatch.schema.states import Severity
from pledgebatch.schema.words import as_column, texts_of

INPUT = ("file", "sha256", "received", "organisation", "state")
"""What the manifest says of each file."""
SET_ASIDE, IN_LEDGER = "set_aside", "in_ledger"
FINDINGS_LIST = "问题清单.csv"
FINDINGS_HEADERS = {
    "organisation": "组织编码", "org_name": "党组织名称", "file": "文件", "sheet": "工作表", "row": "行", "field": "栏目", "cell": "单元格",
    "severity": "程度", "message": "问题和改法", "value": "原来填的", "rule": "规则", "clause": "条款",
}  # fmt: skip
LIVE_START = r"^[=+\-@\t\r]"
"""How a text begins that a spreadsheet opening a CSV would run."""


def write_data(
    month: Month, folder: Path, registry_sha256: str, protection: Protection, decisions_sha256: str = ""
) -> None:
    """Write ``findings.csv``, 问题清单.csv, ``data/*.parquet`` but for the tables, and ``manifest.json`` below ``folder``."""
    found = as_agreed(month.findings)
    write_csv(found, folder / "findings.csv")
    write_csv(_in_chinese(found, names_of(month)), folder / FINDINGS_LIST)
    data = _data(folder)
    for name in FRAMES:
        pq.write_table(as_table(getattr(month, name)), data / f"{name}.parquet", compression="zstd")
    manifest = {
        "period": str(month.period),
        "program": version("pledgebatch"),
        "template": TEMPLATE_VERSION,
        "notice": _digest(map(repr, CLAUSES)),
        "rules": [rule.code for rule in RULES],
        "rules_as_written": _digest(map(_as_written, RULES)),
        "built_on": dict(month.built_on),
        "offices": dict(month.offices),
        "not_evaluated": dict(month.not_evaluated),
        "parameters": vars(month.parameters),
        "protection": vars(protection),
        "registry": registry_sha256,
        "decisions": decisions_sha256,
        "inputs": [
            {name: None if pd.isna(row[name]) else row[name] for name in INPUT}
            for row in month.submissions.to_dict("records")
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", "utf-8", newline="\n")


def _in_chinese(found: pd.DataFrame, names: Names) -> pd.DataFrame:
    """The findings as agreed, for people: under Chinese headers, with names and labels."""
    labels = {str(severity): severity.label for severity in Severity}
    named = found.assign(
        severity=found["severity"].map(labels), org_name=found["organisation"].map(names), field=headers_of(found)
    ).astype({"org_name": "str", "severity": "str"})
    return named[[*FINDINGS_HEADERS]].rename(columns=FINDINGS_HEADERS)


def write_tables(tables: Tables, folder: Path) -> None:
    """Write the ``tables`` of a month as ``data/*.parquet`` below ``folder``, a row group for each of their parts.

    Where rows may be set aside, ``in_ledger`` says whether a row is not: who counts in SQL need not know why one is.
    """
    for name in tables:
        with ExitStack() as stack:
            writer: pq.ParquetWriter | None = None
            for rows in arrow_pieces(tables, name):
                if SET_ASIDE in rows.schema.names:
                    rows = rows.append_column(IN_LEDGER, pc.is_null(rows[SET_ASIDE]))
                if writer is None:
                    path = _data(folder) / f"{name}.parquet"
                    writer = stack.enter_context(pq.ParquetWriter(path, rows.schema, compression="zstd"))
                writer.write_table(rows.cast(writer.schema))


def _data(folder: Path) -> Path:
    data = folder / "data"
    data.mkdir(exist_ok=True)
    return data


def _as_written(rule: Rule) -> str:
    """What a rule asks, as a text: its cases by the names of what breaks them."""
    cases = [(case.breach.__name__, case.on, case.at, case.message, str(case.severity)) for case in rule.cases]
    properties = (
        rule.code,
        rule.clause,
        rule.modal,
        str(rule.severity),
        str(rule.stage),
        rule.asks,
        rule.mend,
        rule.owns,
    )
    return repr((*properties, cases))


def _digest(parts: Iterable[str]) -> str:
    """A SHA-256 that changes with any of ``parts``."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _harmless(column: pd.Series) -> pd.Series:
    texts = pc.replace_substring(texts_of(column), "\0", "")
    return as_column(pc.replace_substring_regex(texts, LIVE_START, r"'\0"), column)


def write_csv(rows: pd.DataFrame, path: Path) -> None:
    """A CSV that Excel opens as Chinese; a text that it would run is prefixed with an apostrophe."""
    safe = rows.assign(**{str(name): _harmless(rows[name]) for name in rows if rows[name].dtype == "str"})
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
