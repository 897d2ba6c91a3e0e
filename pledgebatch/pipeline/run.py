"""A run: one month being consolidated, with all that is settled before the first file is read."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pledgebatch.engine.engine import Engine, running
from pledgebatch.engine.kept import writing_anew
from pledgebatch.engine.workers import Workers
from pledgebatch.intake.decisions import read_decisions
from pledgebatch.intake.find import Arrival, search
from pledgebatch.intake.layouts.decisions import LayoutBook, read_layouts
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.months.answers import settled_in
from pledgebatch.months.archive import consolidated_months, history
from pledgebatch.months.corrections import in_force
from pledgebatch.months.followed import follow_numbers
from pledgebatch.months.registered import prefilled_anew
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.assessed import Terms
from pledgebatch.pipeline.moves import handovers_in
from pledgebatch.pipeline.office import Office, Rebuild, list_astray, office_of
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.schema.decisions import Decisions
from pledgebatch.schema.month import History

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Grounds:
    """What the files of a month are judged by, the same for one of them and for all."""

    workspace: Workspace
    period: Period
    office: Office
    layouts: LayoutBook
    """What was guessed of branches' own tables, and what the office says of it."""
    decisions: Decisions
    """What the office decided, today's always."""
    passwords: Sequence[str]
    handovers: pd.DataFrame
    """What was handed over from one organisation to another until then."""
    prefilled: pd.DataFrame
    """What the office fills in otherwise than the month before."""
    history: History

    @property
    def terms(self) -> Terms:
        """What submissions are assessed by."""
        office = self.office
        return Terms(
            registry=office.registry,
            period=self.period,
            parameters=office.parameters,
            history=self.history,
            waivers=office.waivers,
            handovers=self.handovers,
            prefilled=self.prefilled,
            corrections=in_force(self.decisions.corrections, self.period),
            extensions=self.decisions.extensions,
            settled=follow_numbers(settled_in(self.decisions.explanations), self.handovers),
        )

    @property
    def outputs(self) -> Path:
        """Where all months stand."""
        return self.workspace.root / "output"


@dataclass(frozen=True)
class Run(Grounds):
    """What a month is consolidated from and by, the same from its beginning to its end."""

    again: bool
    """Whether a month that was sent may be made anew."""
    arrivals: Sequence[Arrival]
    litter: int
    """How many files beside them were left behind by programs."""
    engine: Engine
    folder: Path
    """Where the month is written; it takes the place of ``published`` at the end."""
    progress: Progress

    @property
    def published(self) -> Path:
        """Where this month stands, as it was published before, or will be."""
        return self.workspace.output(self.period)


def settle_grounds(
    workspace: Workspace, period: Period, passwords: Sequence[str] = (), again: Rebuild | None = None
) -> Grounds:
    """What the files of ``period`` are judged by. Raises OfficeMistake where the office's books cannot be read."""
    settings, outputs = workspace.settings(), workspace.root / "output"
    office = office_of(workspace, period, again)
    decisions = read_decisions(workspace.decisions, office.registry["organisation"])
    handovers = handovers_in(workspace, period, office.registry, office.events, decisions)
    return Grounds(
        workspace=workspace,
        period=period,
        office=office,
        layouts=read_layouts(workspace.layouts),
        decisions=decisions,
        passwords=(*settings.passwords, *passwords),
        handovers=handovers,
        prefilled=prefilled_anew(outputs, period, office.registry),
        history=history(outputs, period, (), handovers),
    )


@contextmanager
def begin_run(
    workspace: Workspace,
    period: Period,
    count: Workers,
    progress: Progress,
    passwords: Sequence[str],
    again: Rebuild | None,
) -> Iterator[Run]:
    """A run of ``period``, whose folder takes its place once all is done; after an exception nothing has changed.

    Raises OfficeMistake where the workspace does not allow it.
    """
    workspace.require()
    workspace.settings()
    arrivals, litter = search(workspace.inbox(period))
    if not arrivals:
        raise OfficeMistake(_nothing_came(workspace, period))
    _refuse_earlier(workspace, period, again)
    grounds = settle_grounds(workspace, period, passwords, again)
    with (
        writing_anew(workspace.output(period)) as folder,
        running(count, workspace.cache(period)) as engine,
    ):
        yield Run(
            **vars(grounds),
            again=again is not None,
            arrivals=arrivals,
            litter=litter,
            engine=engine,
            folder=folder,
            progress=progress,
        )


def _nothing_came(workspace: Workspace, period: Period) -> str:
    """That the inbox is empty, and what stands under no month."""
    return (
        f"收件文件夹 {workspace.inbox(period)} 中没有文件：请把收到的 {period} 工作簿放进去，"
        f"再输入 {workspace.line('consolidate', period)}"
    ) + "".join(f"。{each['file']}：{each['message']}" for each in list_astray(workspace, period))


def _refuse_earlier(workspace: Workspace, period: Period, again: Rebuild | None) -> None:
    """Raise OfficeMistake for a month on which later ones were built, unless it is made ``again``."""
    later = [str(each) for each in consolidated_months(workspace.root / "output") if each > period]
    if later and again is None:
        raise OfficeMistake(
            f"后面的 {'、'.join(later)} 已经接着汇总了。确要再汇总 {period}，请加上 --again："
            "原来的一份会留存，差别会列出；做完以后，请再依次重做后面的月份"
        )
