"""Reads all arrivals of an inbox through the workers and merges the batches."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import fields

import pandas as pd

from pledgebatch.intake.batch import Batch, read_batch
from pledgebatch.intake.find import Arrival

BATCH = 20
"""Workbooks a task: enough to outweigh the cost of handing it over."""

Numbered = Sequence[tuple[int, Arrival]]


def collect(arrivals: Sequence[Arrival], year: int, pool: Executor, passwords: Sequence[str] = ()) -> Batch:
    """Read ``arrivals``, numbered in their order. One that breaks its worker costs itself only."""
    numbered = list(enumerate(arrivals))
    tasks = [numbered[start : start + BATCH] for start in range(0, len(numbered), BATCH)]
    futures = [(task, pool.submit(read_batch, task, year, passwords)) for task in tasks]
    batches: list[Batch] = []
    for task, future in futures:
        try:
            batches.append(future.result())
        except Exception:  # the worker died, hung or ran out of memory: find out which file it was
            batches.extend(_read_alone(number, arrival, year, pool, passwords) for number, arrival in task)
    return merge(batches) if batches else read_batch([], year)


def _read_alone(number: int, arrival: Arrival, year: int, pool: Executor, passwords: Sequence[str]) -> Batch:
    try:
        batch: Batch = pool.submit(read_batch, [(number, arrival)], year, passwords).result()
    except TimeoutError:
        return read_batch([(number, arrival.refuse("读取时间过长，请把内容复制到下发的工作簿中重新报送"))], year)
    except Exception:
        return read_batch(
            [(number, arrival.refuse("文件异常，读取时出错，请把内容复制到下发的工作簿中重新报送"))], year
        )
    return batch


def merge(batches: Sequence[Batch]) -> Batch:
    """Several batches as one, in their order."""

    def together(frames: list[pd.DataFrame]) -> pd.DataFrame:
        return pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]

    return Batch(
        tables={key: together([batch.tables[key] for batch in batches]) for key in batches[0].tables},
        **{
            each.name: together([getattr(batch, each.name) for batch in batches])
            for each in fields(Batch)
            if each.name != "tables"
        },
    )
