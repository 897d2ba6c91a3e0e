"""``rollup``: the months of several offices consolidated one level up."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pledgebatch.engine.kept import writing_anew
from pledgebatch.engine.workers import Workers, workers
from pledgebatch.engine.writing import in_words
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.months.rollup import merge, read_office
from pledgebatch.pipeline.lock import holding
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.data import write_tables
from pledgebatch.publish.month import Publication, publish
from pledgebatch.schema.digests import seal
from pledgebatch.schema.month import Month


def rollup(workspace: Workspace, outputs: Sequence[Path], count: Workers = None) -> tuple[Month, Path]:
    """Merge the months in the folders ``outputs`` and publish them; returns the month and the folder it is in.

    Raises OfficeMistake where the folders do not fit together; nothing is then changed.
    """
    if not outputs:
        raise OfficeMistake(
            "请指明要汇总的各办公室的输出文件夹，如 pledgebatch rollup 甲/output/2011-03 乙/output/2011-03"
        )
    month = merge([read_office(folder) for folder in outputs])
    target = workspace.root / "output" / f"rollup-{month.period}"
    with holding(workspace, f"rollup {month.period}"), writing_anew(target) as folder, workers(count) as pool:
        write_tables(month.tables, folder)
        failed = publish(month, Publication(folder, protection=workspace.settings().protection), pool)
        seal(folder)
    return replace(month, unwritten=in_words(failed)), target
