"""The month as data: findings.csv, Parquet and the manifest."""

import csv
import json
import re
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from pledgebatch.rules.book import RULES
from pledgebatch.schema.frames import Month, as_agreed
from pledgebatch.schema.sheets import TEMPLATE_VERSION

LIVE_START = re.compile(r"^[=+\-@\t\r]")
"""How a text begins that a spreadsheet opening a CSV would run."""


def write_data(month: Month, folder: Path, registry_sha256: str) -> None:
    """Write ``findings.csv``, ``data/*.parquet`` and ``manifest.json`` below ``folder``."""
    write_csv(as_agreed(month.findings), folder / "findings.csv")
    data = folder / "data"
    data.mkdir()
    frames = {
        **month.tables,
        "findings": month.findings,
        "submissions": month.submissions,
        "coverage": month.coverage,
        "verdicts": month.verdicts,
        "set_aside": month.set_aside,
        "reconciliation": month.reconciliation,
        "changes": month.changes,
    }
    for name, rows in frames.items():
        rows.to_parquet(data / f"{name}.parquet", index=False, compression="zstd")
    manifest = {
        "period": str(month.period),
        "program": version("pledgebatch"),
        "template": TEMPLATE_VERSION,
        "rules": [rule.code for rule in RULES],
        "not_evaluated": dict(month.not_evaluated),
        "parameters": vars(month.parameters),
        "registry": registry_sha256,
        "inputs": [
            {name: None if pd.isna(row[name]) else row[name] for name in ("file", "sha256", "organisation", "state")}
            for row in month.submissions.to_dict("records")
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "manifest.json").write_text(text + "\n", "utf-8", newline="\n")


def write_csv(rows: pd.DataFrame, path: Path) -> None:
    """A CSV that Excel opens as Chinese; a text that it would run is prefixed with an apostrophe."""
    safe = rows.copy()
    for name in safe.columns[[dtype == "str" for dtype in safe.dtypes]]:
        texts = safe[name].str.replace("\0", "")
        safe[name] = texts.where(~texts.str.match(LIVE_START).fillna(False).astype(bool), "'" + texts)
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
