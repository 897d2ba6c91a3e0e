"""Has a month assessed by the workers; a task that breaks its worker is broken up until one organisation is left."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

import pandas as pd

from pledgebatch.engine.cache import digest, digest_of, program
from pledgebatch.engine.dataset import Part, Source, Stored
from pledgebatch.engine.partition import Task, break_up, make_partition, plan
from pledgebatch.intake.batch import Batch
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.pipeline.assess_part import assess_onto
from pledgebatch.pipeline.assessed import HELD, Assessed, read_assessment
from pledgebatch.pipeline.compare_texts import label_with
from pledgebatch.pipeline.read_arrivals import BESIDE
from pledgebatch.pipeline.run import Run
from pledgebatch.pipeline.states import mark_unreadable
from pledgebatch.publish.data import write_tables
from pledgebatch.rules.machinery.evaluate import because
from pledgebatch.schema.month import History

LOG = logging.getLogger(__name__)


def assess(run: Run, batch: Batch, submissions: pd.DataFrame) -> Assessed:
    """What the organisations come to, each by itself; one of which nothing changed is not assessed again.

    The tables are written meanwhile, for nothing that follows changes a row.
    """
    run.progress("逐条核验")
    assessing = _Assessing(run, batch, submissions)
    parts = assessing.parts()
    run.engine.cache.save()
    tables = Stored(parts, HELD)
    run.engine.begin("数据", write_tables, tables, run.folder)
    label = label_with(run.engine, [source.folder for part in parts for source in part.sources])
    return Assessed(batch, read_assessment(parts), tables, frozenset(assessing.unfit), label)


@dataclass
class _Assessing:
    """A month being assessed."""

    run: Run
    batch: Batch
    submissions: pd.DataFrame
    unfit: set[int] = field(default_factory=set)
    """The submissions of which nothing could be made at all."""

    def parts(self) -> list[Part]:
        """Where what the organisations come to is kept, a few of them together."""
        planned = self._plan()
        tasks = [task for _, task in planned if task]
        futures = dict(zip((task.place for task in tasks), self._begin(tasks), strict=True))
        parts = []
        for part, task in planned:
            known = [source for source in part.sources if task is None or source.folder != task.place]
            fresh = self._end(task, futures[task.place]) if task else []
            parts.append(replace(part, sources=(*known, *fresh)))
        return parts

    def _plan(self) -> list[tuple[Part, Task | None]]:
        """The organisations in parts, with what of each part is to be assessed now."""
        terms, registry = self.run.terms, self.run.office.registry
        office = [digest_of(frame) for frame in (registry, self.run.handovers)]
        made_from = digest(program(), terms.period, terms.parameters, *office, sorted(terms.history.built_on.items()))
        rows = pd.util.hash_pandas_object(self.submissions.drop(columns="submission"), index=False)
        hashes = dict(zip(self.submissions["submission"], rows, strict=True))
        owned = {
            code: sorted(numbers.tolist())
            for code, numbers in self.submissions.groupby(self.submissions["organisation"].fillna(""))["submission"]
        }
        corrected = {} if terms.corrections is None else _digest_by_owner(terms.corrections)
        digests = {
            code: digest(made_from, *(hashes[number] for number in own), *corrected.get(code, ()))
            for code, own in owned.items()
        }
        return list(plan(make_partition(registry["organisation"].tolist(), owned), digests, self.run.engine.cache))

    def _begin(self, tasks: Sequence[Task], undecided: str = "") -> list["Future[None]"]:
        """Hand ``tasks`` to the workers; where ``undecided`` gives a reason, no rules are evaluated."""
        numbers = [{number: place for place, number in enumerate(task.numbers)} for task in tasks]
        batches = divide_batch(self.batch, numbers)
        return [
            self._submit(task, batch, self._own(task, local), undecided)
            for task, local, batch in zip(tasks, numbers, batches, strict=True)
        ]

    def _end(self, task: Task, future: "Future[None]") -> list[Source]:
        """Where what ``task`` comes to is kept, in as many pieces as it took."""
        try:
            future.result()
        except (OfficeMistake, OSError):  # of the office's machine and disk, not of what was sent
            raise
        except Exception as mistake:  # the worker died, took too long or crashed: find out over whose rows
            LOG.exception("organisations %s could not be assessed", [code for code, _ in task.units.values()])
            if len(task.units) == 1:
                return self._end_without_rules(task, because(mistake))
            smaller = break_up(task, self.run.engine.cache)
            futures = self._begin(smaller)
            return [source for each in zip(smaller, futures, strict=True) for source in self._end(*each)]
        return [task.source]

    def _end_without_rules(self, task: Task, why: str) -> list[Source]:
        """One organisation without its rules evaluated; if that is too much too, as if it could not be read."""
        (future,) = self._begin([task], why)
        try:
            future.result()
        except (OfficeMistake, OSError):
            raise
        except Exception:  # its rows alone are too much: it is shown as unreadable, and the month goes on
            LOG.exception("nothing could be made of the rows of %s", task.units)
            self.unfit.update(task.numbers)
            nothing = next(divide_batch(self.batch, [{}]))
            own = self._own(task, {number: place for place, number in enumerate(task.numbers)})
            unread = mark_unreadable(own, own["submission"].tolist())
            self._submit(replace(task, units={}), nothing, unread).result()  # and not taken up again
        return [task.source]

    def _own(self, task: Task, local: Mapping[int, int]) -> pd.DataFrame:
        own = self.submissions[self.submissions["submission"].isin(task.numbers)].reset_index(drop=True)
        return own.assign(submission=own["submission"].map(local).astype("Int64"))

    def _submit(self, task: Task, batch: Batch, own: pd.DataFrame, undecided: str = "") -> "Future[None]":
        terms = replace(
            self.run.terms, history=History(), waivers=None, extensions=None, settled=None
        )  # each worker reads what is its own
        return self.run.engine.submit(assess_onto, batch, own, terms, self.run.outputs, task, undecided)


def _digest_by_owner(corrections: pd.DataFrame) -> dict[str, list[str]]:
    """A digest of the corrections of each organisation that has some."""
    return {str(code): [digest_of(own)] for code, own in corrections.groupby("unit_code")}


def divide_batch(batch: Batch, groups: Sequence[Mapping[int, int]]) -> Iterator[Batch]:
    """A batch on disk in several: the numbers of the submissions of each, and those they get. A frame is sorted out once."""
    tables = batch.tables
    assert isinstance(tables, Stored)  # as its reader left it
    group_of = {old: number for number, numbers in enumerate(groups) for old in numbers}
    frames = {name: getattr(batch, name) for name in BESIDE}
    places = {name: rows.groupby(rows["submission"].map(group_of)).indices for name, rows in frames.items()}
    for number, numbers in enumerate(groups):
        own = {name: rows.take(places[name].get(number, ())) for name, rows in frames.items()}
        beside = {name: _renumber(rows, numbers) for name, rows in own.items()}
        yield Batch(tables=tables.renumbered(numbers), **beside)


def _renumber(rows: pd.DataFrame, numbers: Mapping[int, int]) -> pd.DataFrame:
    return rows.assign(submission=rows["submission"].map(numbers).astype("Int64")).reset_index(drop=True)
