"""Reads what came in for a month, and says of each file when it was received and from whom."""

from pledgebatch.intake.batch import Batch
from pledgebatch.pipeline.layouts import what_is_known
from pledgebatch.pipeline.read_arrivals import Reading, read_stored
from pledgebatch.pipeline.receive import enter_receipts
from pledgebatch.pipeline.run import Run


def collect(run: Run) -> Batch:
    """All files of the inbox, their rows on disk; one that was read before is not read again."""
    run.progress(f"读取 {len(run.arrivals)} 个文件")
    order = {name: place for place, name in enumerate(run.office.registry["org_name"].dropna())}
    known = what_is_known(run.layouts, run.outputs, run.period)
    batch = read_stored(run.arrivals, Reading(run.period.year, run.passwords, known), order, run.engine)
    return enter_receipts(run.workspace, run.period, run.arrivals, batch)
