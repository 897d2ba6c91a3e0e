"""Publishes a month: everything below one folder, shared out over the workers."""

import re
from concurrent.futures import Executor
from pathlib import Path
from urllib.parse import quote

from pledgebatch.publish.data import write_data
from pledgebatch.publish.figures import restrict
from pledgebatch.publish.index import render_index
from pledgebatch.publish.ledger import write_ledger
from pledgebatch.schema.frames import Month

ORGANISATIONS = 20
"""Organisations a task."""
REPORT, RETURN, RECEIPT = "合规报告.html", "退回修改.xlsx", "回执.html"
UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def publish(month: Month, folder: Path, registry_sha256: str, pool: Executor) -> None:
    """Write the ledgers, reports, returns, data and the month's page into ``folder``."""
    ledger = f"汇总台账_{month.period}.xlsx"
    codes = list(month.coverage["organisation"])
    parts = [codes[start : start + ORGANISATIONS] for start in range(0, len(codes), ORGANISATIONS)]
    superiors = superiors_of(month)
    for code, subtree in superiors.items():
        (folder / "supervisors" / folder_name(month, code)).mkdir(parents=True)
    futures = [pool.submit(write_ledger, month, folder / ledger)]
    futures += [
        pool.submit(write_supervisor, restrict(month, subtree), code, folder / "supervisors" / folder_name(month, code))
        for code, subtree in superiors.items()
    ]
    names = {code: folder_name(month, code) for code in codes}
    for part in parts:
        futures.append(
            pool.submit(write_organisations, restrict(month, part), {code: names[code] for code in part}, folder)
        )
    write_data(month, folder, registry_sha256)
    for future in futures:
        future.result()
    links = {code: _links(folder, "organisations", name) for code, name in names.items()}
    extra = {"汇总台账": quote(ledger), "问题清单（CSV）": "findings.csv"}
    extra |= {
        f"{name}（{label}）": href
        for name in (folder_name(month, code) for code in superiors)
        for label, href in _links(folder, "supervisors", name).items()
    }
    (folder / "index.html").write_text(render_index(month, links, extra), "utf-8", newline="\n")


def _links(folder: Path, kind: str, name: str) -> dict[str, str]:
    return {path.stem: quote(f"{kind}/{name}/{path.name}") for path in sorted((folder / kind / name).iterdir())}
