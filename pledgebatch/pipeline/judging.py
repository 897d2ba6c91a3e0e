"""Has a month judged by the workers; a task that breaks its worker is broken up until one organisation is left."""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from pledgebatch.engine.cache import Memory, digest, digest_of, program
from pledgebatch.engine.dataset import Part, Source
from pledgebatch.intake.batch import Batch
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.part import divided, judge_onto
from pledgebatch.pipeline.share import Task, broken_up, share_out
from pledgebatch.readers.read import UNFIT
from pledgebatch.rules.machinery.evaluate import because
from pledgebatch.schema.frames import State

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Terms:
    """What all submissions of a month are judged by."""

    registry: pd.DataFrame
    period: Period
    parameters: Parameters
    outputs: Path
    built_on: Mapping[str, str]


@dataclass
class _Judging:
    """A month being judged."""

    batch: Batch
    submissions: pd.DataFrame
    terms: Terms
    memory: Memory
    pool: Executor
    unfit: set[int] = field(default_factory=set)
    """The submissions of which nothing could be made at all."""

    def begin(self, tasks: Sequence[Task], undecided: str = "") -> list["Future[None]"]:
        """Hand ``tasks`` to the workers; where ``undecided`` gives a reason, no rules are evaluated."""
        numbers = [{number: place for place, number in enumerate(task.numbers)} for task in tasks]
        parts = divided(self.batch, numbers)
        return [
            self._submit(task, part, self._own(task, local), undecided)
            for task, local, part in zip(tasks, numbers, parts, strict=True)
        ]

    def end(self, task: Task, future: "Future[None]") -> list[Source]:
        """Where what ``task`` comes to is kept, in as many pieces as it took."""
        try:
            future.result()
        except (OfficeMistake, OSError):  # of the office's machine and disk, not of what was sent
            raise
        except Exception as mistake:  # the worker died, took too long or crashed: find out over whose rows
            LOG.exception("organisations %s could not be judged", [code for code, _ in task.units.values()])
            if len(task.units) == 1:
                return self._alone(task, because(mistake))
            pieces = broken_up(task, self.memory)
            futures = self.begin(pieces)
            return [source for each in zip(pieces, futures, strict=True) for source in self.end(*each)]
        return [_source(task)]

    def _alone(self, task: Task, why: str) -> list[Source]:
        """One organisation without its rules evaluated; if that is too much too, as if it could not be read."""
        (future,) = self.begin([task], why)
        try:
            future.result()
        except (OfficeMistake, OSError):
            raise
        except Exception:
            LOG.exception("nothing could be made of the rows of %s", task.units)
            self.unfit.update(task.numbers)
            nothing = next(divided(self.batch, [{}]))
            own = self._own(task, {number: place for place, number in enumerate(task.numbers)})
            unread = unreadable(own, own["submission"])
            self._submit(replace(task, units={}), nothing, unread).result()  # and not taken up again
        return [_source(task)]

    def _own(self, task: Task, local: Mapping[int, int]) -> pd.DataFrame:
        own = self.submissions[self.submissions["submission"].isin(task.numbers)].reset_index(drop=True)
        return own.assign(submission=own["submission"].map(local).astype("Int64"))

    def _submit(self, task: Task, part: Batch, own: pd.DataFrame, undecided: str = "") -> "Future[None]":
        of = self.terms
        judged_by = (of.registry, of.period, of.parameters, of.outputs)
        return self.pool.submit(judge_onto, part, own, *judged_by, task.units, task.place, undecided)


def judge_month(
    batch: Batch, submissions: pd.DataFrame, terms: Terms, memory: Memory, pool: Executor
) -> tuple[list[Part], pd.DataFrame]:
    """The submissions of a batch on disk judged by the workers, in parts; who did not change is not judged again.

    Returns the submissions too, those unreadable of which nothing could be made.
    """
    made_from = digest(
        program(), terms.period, terms.parameters, digest_of(terms.registry), sorted(terms.built_on.items())
    )
    shared = list(share_out(submissions, terms.registry, made_from, memory))
    judging = _Judging(batch, submissions, terms, memory, pool)
    tasks = [task for _, task in shared if task]
    futures = dict(zip((task.place for task in tasks), judging.begin(tasks), strict=True))
    parts = []
    for part, task in shared:
        known = [source for source in part.sources if task is None or source.folder != task.place]
        fresh = judging.end(task, futures[task.place]) if task else []
        parts.append(replace(part, sources=(*known, *fresh)))
    return parts, unreadable(submissions, judging.unfit)


def unreadable(submissions: pd.DataFrame, numbers: "set[int] | pd.Series") -> pd.DataFrame:
    """The submissions, those of ``numbers`` as if they could not be read."""
    which = submissions["submission"].isin(numbers)
    told = submissions.copy()
    told.loc[which, ["state", "reason"]] = [str(State.UNREADABLE), UNFIT]
    return told


def _source(task: Task) -> Source:
    return Source(task.place, dict(enumerate(task.numbers)))
