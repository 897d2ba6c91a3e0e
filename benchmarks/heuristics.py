"""Prints how long the heuristics about what a pledge says take, of an earlier revision and of this one, in one run.

    python benchmarks/heuristics.py REVISION [ITEMS]

The texts are the labelled pledges with numbers of their own, so that all of them are distinct. Each revision judges them
in a process of its own, taken out of git; what counts is the time of the processor.
"""

import csv
import io
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LABELLED = ROOT / "tests" / "rules" / "labelled" / "tuning"
CODES = ("ITM02", "ITM06", "ITM07", "ITM08", "ITM11", "ITM12", "ITM22", "ITM09", "ITM13")
"""In the order of the rule book."""
MOST = 3.0
"""So many times the time of the earlier revision at most."""


def judge(count: int) -> None:
    """Print the seconds that each rule takes over ``count`` items, by the package that is first on the path."""
    import pandas as pd

    from pledgebatch.notice.parameters import Parameters
    from pledgebatch.notice.periods import Period, Stage
    from pledgebatch.rules.book import BY_CODE

    try:
        from pledgebatch.rules.machinery.evaluate import evaluate
    except ModuleNotFoundError:  # an earlier revision, before the rules had rooms
        from pledgebatch.rules.evaluate import evaluate
    from pledgebatch.schema.frames import LAYOUT, columns_of, empty, frame
    from pledgebatch.schema.kinds import RAW
    from pledgebatch.schema.sheets import ITEMS, MEMBERS, ORGANISATION

    rows = [row for name in ("pledges", "sentences") for row in csv.DictReader((LABELLED / f"{name}.csv").open())]
    rows = [row for row in rows if row["text"]]
    told = pd.DataFrame([rows[number % len(rows)] for number in range(count)])
    numbers = pd.Series(range(count)).astype("str")
    texts = told["text"] + "，编号" + numbers
    measures = told["measures"].where(told["measures"] != "", "先排好日程，分头准备，第" + numbers + "组核对")
    items = frame(columns_of(ITEMS), []).reindex(range(count))
    items = items.assign(
        submission=pd.Series(range(count)) // 150, organisation="S1", row=range(count), pledger="党员", part="岗位",
        text=texts, measures=measures, member_no=numbers, **{"text" + RAW: texts, "measures" + RAW: measures},
    ).astype(columns_of(ITEMS))  # fmt: skip
    members = frame(columns_of(MEMBERS), []).reindex(range(count))
    members = members.assign(
        submission=items["submission"], organisation="S1", row=range(count), member_no=numbers,
        post_type=told["post_type"].where(told["post_type"] != "", "专业技术岗位"), is_leader="否",
    ).astype(columns_of(MEMBERS))  # fmt: skip
    organisation = {
        "row": 0,
        "organisation": "S1",
        "submission": 0,
        "org_name": "青禾小学党支部",
        "unit_category": "公办学校",
    }
    organisations = frame(columns_of(ORGANISATION), [organisation])
    registry = pd.DataFrame(
        [["S1", "青禾小学党支部", "青禾小学", None], ["S2", "云溪一小党支部", "云溪一小", None]],
        columns=["organisation", "org_name", "unit_name", "parent_code"], dtype="str",
    )  # fmt: skip
    tables = {
        "items": items, "members": members, "roster": members, "organisations": organisations, "registry": registry,
        "period": Period(2011, 3), "parameters": Parameters(), "layout": empty(LAYOUT),
    }  # fmt: skip
    for code in CODES:
        start = time.process_time()
        _, unsaid, _ = evaluate([BY_CODE[code]], tables, set(Stage))
        assert not unsaid, unsaid
        print(code, round(time.process_time() - start, 2), flush=True)


def seconds(source: Path, count: int) -> dict[str, float]:
    """What the rules of the package in ``source`` take."""
    command = [sys.executable, str(Path(__file__).resolve()), "--judge", str(count)]
    told = subprocess.run(
        command, env={"PYTHONPATH": str(source), "PATH": ""}, capture_output=True, text=True, check=True
    )
    return {code: float(time) for code, time in map(str.split, told.stdout.splitlines())}


def main() -> int:
    if sys.argv[1] == "--judge":
        judge(int(sys.argv[2]))
        return 0
    revision, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1_050_000
    with tempfile.TemporaryDirectory() as name:
        packed = subprocess.run(["git", "archive", revision, "pledgebatch"], cwd=ROOT, capture_output=True, check=True)
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
            archive.extractall(name, filter="data")
        before, now = seconds(Path(name), count), seconds(ROOT, count)
    print(f"| {count:,} distinct items | {revision} | now | ratio |")
    print("|---|---|---|---|")
    for code in CODES:
        print(f"| {code} | {before[code]:.1f} s | {now[code]:.1f} s | {now[code] / max(before[code], 0.01):.2f} |")
    total = sum(now.values()) / sum(before.values())
    print(f"| all | {sum(before.values()):.1f} s | {sum(now.values()):.1f} s | {total:.2f} |")
    return 0 if total <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
