"""What pages show of a workspace, as workers find it: they alone open what others typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from pledgebatch.engine.atomic import settle
from pledgebatch.intake.find import Arrival, arrivals, find
from pledgebatch.intake.registry import read_office_book, read_registry
from pledgebatch.mail.letter import Letter
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.months.archive import consolidated_months, is_month
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.choose_period import months_begun
from pledgebatch.pipeline.letters import ORGANISATIONS, SUPERVISORS, Problem, write_letters
from pledgebatch.pipeline.mailing import trail
from pledgebatch.pipeline.office import office_remarks, registry_now
from pledgebatch.pipeline.send_out import template_files
from pledgebatch.pipeline.status import Standing, standing_of
from pledgebatch.pipeline.workspace import FIRST, Workspace
from pledgebatch.publish.folders import folder_names, subtrees
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.archive_tables import read_table
from pledgebatch.schema.digests import DamagedMonth
from pledgebatch.schema.records import records
from pledgebatch.schema.states import State

SHOWN = ("organisation", "org_name", "contact", "phone", "state", "error", "warning", "notice")
Row = dict[str, object]


@dataclass(frozen=True)
class Months:
    """The months that there are, and why the registry cannot be read, where it cannot."""

    begun: Sequence[Period]
    done: Sequence[Period]
    mistake: str = ""

    @property
    def latest(self) -> Period:
        """The month that the office is at."""
        return max((*self.begun, *self.done), default=FIRST)


@dataclass(frozen=True)
class Look:
    """How a month stands."""

    standing: Standing
    board: Sequence[Row]
    """A line for each organisation that must report; before the month is consolidated without a state."""
    strays: Sequence[Row]
    """The files of the consolidated month that do not count."""
    read: Mapping[str, str]
    """The files of the consolidated month, each with its state."""
    remarks: Sequence[Row]
    """What the office should mend."""


def list_months(workspace: Workspace) -> Months:
    """The months of a workspace."""
    if not workspace.registry.is_file():
        return Months([], [], "")
    settle(workspace.root / "output")
    done = consolidated_months(workspace.root / "output")
    begun = sorted(months_begun(workspace))
    try:
        workspace.settings()
        read_registry(workspace.registry)
    except OfficeMistake as mistake:
        return Months(begun, done, str(mistake))
    return Months(begun, done)


def look_at(workspace: Workspace, period: Period) -> Look:
    """A month as it stands. Raises OfficeMistake where the office's own books cannot be read."""
    done = consolidated_months(workspace.root / "output")
    standing = standing_of(workspace, period, done)
    remarks = records(office_remarks(workspace, period))
    if period in done:
        try:
            folder = workspace.output(period)
            board = records(read_table(folder, "coverage", list(SHOWN)))
            files = read_table(folder, "submissions", ["organisation", "file", "state", "reason"])
        except DamagedMonth:  # which ``standing`` says
            return Look(standing, [], [], {}, remarks)
        gone = (State.UNKNOWN_ORGANISATION, State.UNREADABLE, State.WRONG_PERIOD)
        read = dict(zip(files["file"], files["state"], strict=True))
        return Look(standing, board, records(files[files["state"].isin(gone)]), read, remarks)
    registry = registry_now(workspace, period)
    reporting = registry[registry["reports"] != "否"]
    shown = reporting["organisation"].map(shown_names(registry))
    board = records(reporting[["organisation", "contact", "phone"]].assign(org_name=shown, state=""))
    return Look(standing, board, [], {}, remarks)


def list_standings(workspace: Workspace) -> list[Standing]:
    """How all months stand."""
    done = consolidated_months(workspace.root / "output")
    return [standing_of(workspace, each, done) for each in sorted(months_begun(workspace) | set(done))]


def list_arrivals(workspace: Workspace, period: Period) -> list[Arrival]:
    """Every file in the inbox of a month."""
    inbox = workspace.inbox(period)
    return find(inbox) if inbox.is_dir() else []


def arrivals_at(workspace: Workspace, period: Period, path: Path) -> list[Arrival]:
    """What one file in the inbox of a month is or holds, under the names that the month knows it by."""
    above = path.relative_to(workspace.inbox(period)).parent.as_posix()
    return [replace(each, file=each.file if above == "." else f"{above}/{each.file}") for each in arrivals(path)]


def check_registry(workspace: Workspace, path: Path) -> list[Row]:
    """What is to be mended in a registry that is to become the workspace's. Raises OfficeMistake where it cannot be one."""
    return records(read_office_book(path).remarks)


def remarks_on_registry(workspace: Workspace, period: Period) -> list[Row]:
    """What is to be mended in the workspace's registry. Raises OfficeMistake where it cannot be read."""
    remarks = office_remarks(workspace, period)
    return records(remarks[remarks["file"] == workspace.registry.name])


def registered(workspace: Workspace) -> list[Row]:
    """The organisations of the registry."""
    registry, _ = read_registry(workspace.registry)
    return records(
        registry[["organisation", "org_name", "unit_name", "parent_code", "contact", "phone", "email", "reports"]]
    )


@dataclass(frozen=True)
class Made:
    """The workbooks made for a month: by organisation the name of each, and whom each superior has below it."""

    files: Sequence[Row]
    superiors: Sequence[tuple[str, str, Sequence[str]]]
    """Code, name, and the files."""
    leaflet: bool


def list_made(workspace: Workspace, period: Period) -> Made:
    """The workbooks to send out that stand in the month's folder."""
    registry = registry_now(workspace, period)
    folder, names, shown = workspace.templates(period), template_files(registry, period), shown_names(registry)
    there = {path.name for path in folder.glob("*.xlsx")} if folder.is_dir() else set()
    files: list[Row] = [
        {"organisation": code, "org_name": shown.get(code, code), "file": file}
        for code, file in names.items()
        if file in there
    ]
    below = [
        (code, shown.get(code, code), [names[each] for each in codes if names.get(each) in there])
        for code, codes in subtrees(registry).items()
    ]
    return Made(files, [each for each in below if each[2]], any(folder.glob("*.html")) if folder.is_dir() else False)


@dataclass(frozen=True)
class Post:
    """Who gets what in a month, who cannot be written to, and what became of what was sent."""

    letters: Sequence[Letter]
    problems: Sequence[Problem]
    messages: Sequence[Row]


def list_letters(workspace: Workspace, period: Period) -> Post:
    """The letters of a month as they would be sent now."""
    registry = registry_now(workspace, period)
    letters, problems = write_letters(workspace, period, registry, (ORGANISATIONS, SUPERVISORS), ())
    messages: pd.DataFrame = trail(workspace, period)["messages"] if workspace.mail.is_dir() else pd.DataFrame()
    return Post(letters, problems, records(messages))


def folders_of(workspace: Workspace, period: Period) -> dict[str, list[str]]:
    """By organisation the files that a consolidated month has for it, below the month's folder."""
    if not is_month(workspace.output(period)):
        return {}
    registry = read_table(workspace.output(period), "registry")
    found: dict[str, list[str]] = {}
    for kind in ("organisations", "supervisors"):
        for code, name in folder_names(registry).items():
            place = workspace.output(period) / kind / name
            if place.is_dir():
                found.setdefault(code, []).extend(f"{kind}/{name}/{path.name}" for path in sorted(place.iterdir()))
    return found
