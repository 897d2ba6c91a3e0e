"""What pages show of a workspace, as workers find it: they alone open what others typed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from pledgebatch.engine.atomic import settle
from pledgebatch.intake.find import Arrival, arrivals, find
from pledgebatch.intake.registry import read_office_book, read_registry
from pledgebatch.mail.letter import Letter
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.months.archive import consolidated_months, is_month
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.chat_texts import ChatTexts, chat_texts
from pledgebatch.pipeline.choose_period import months_begun
from pledgebatch.pipeline.letters import ORGANISATIONS, SUPERVISORS, Problem, write_letters
from pledgebatch.pipeline.mailing import trail
from pledgebatch.pipeline.office import office_remarks, registry_now
from pledgebatch.pipeline.search import Found, search_months
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


Task = TypeVar("Task", bound=Callable[..., object])


def rests_on(*folders: str) -> Callable[[Task], Task]:
    """Say of a task which folders of the workspace what it finds rests on (``desk/state.py``)."""

    def mark(task: Task) -> Task:
        task.rests_on = folders  # type: ignore[attr-defined]  # a function may bear what it likes
        return task

    return mark


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


@rests_on("", "inbox/", "output", "input_templates")
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
    if period in done:
        try:
            folder = workspace.output(period)
            board = records(read_table(folder, "coverage", list(SHOWN)))
            files = read_table(folder, "submissions", ["organisation", "file", "state", "reason"])
        except DamagedMonth:  # which ``standing`` says
            return Look(standing, [], [], {})
        gone = (State.UNKNOWN_ORGANISATION, State.UNREADABLE, State.WRONG_PERIOD)
        read = dict(zip(files["file"], files["state"], strict=True))
        return Look(standing, board, records(files[files["state"].isin(gone)]), read)
    registry = registry_now(workspace, period)
    reporting = registry[registry["reports"] != "否"]
    shown = reporting["organisation"].map(shown_names(registry))
    board = records(reporting[["organisation", "contact", "phone"]].assign(org_name=shown, state=""))
    return Look(standing, board, [], {})


def list_standings(workspace: Workspace) -> list[Standing]:
    """How all months stand."""
    done = consolidated_months(workspace.root / "output")
    return [standing_of(workspace, each, done) for each in sorted(months_begun(workspace) | set(done))]


@rests_on("inbox")
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


@rests_on("", "inbox/", "output")
def list_remarks(workspace: Workspace, period: Period) -> list[Row]:
    """What the office should mend in its books and folders. Raises OfficeMistake where the registry cannot be read."""
    return records(office_remarks(workspace, period))


@rests_on("")
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


@rests_on("", "output", "input_templates")
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
    everybody: int
    """How many organisations there are of which some are told."""


MOST_LETTERS = 100
"""Organisations whose letters are written to be looked at, at a time."""


@rests_on("", "output", "input_templates", "mail")
def list_letters(workspace: Workspace, period: Period, find: str = "") -> Post:
    """The letters of a month as they would be sent now, to those whose code or name holds what is to be found."""
    registry = registry_now(workspace, period)
    names = shown_names(registry)
    codes = [code for code in registry["organisation"] if find in code or find in names.get(code, "")]
    known = codes[:MOST_LETTERS] or ["-"]
    letters, problems = write_letters(workspace, period, registry, (ORGANISATIONS, SUPERVISORS), known)
    messages: pd.DataFrame = trail(workspace, period)["messages"] if workspace.mail.is_dir() else pd.DataFrame()
    return Post(letters, problems, records(messages), len(codes))


@rests_on("", "output")
def tell_in_chat(workspace: Workspace, period: Period) -> ChatTexts:
    """The texts to paste into a chat."""
    return chat_texts(workspace, period)


@rests_on("output")
def find_in_months(workspace: Workspace, word: str) -> tuple[Sequence[Found], bool]:
    """Where a word stands in all months."""
    return search_months(workspace, word)


@rests_on("output")
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
