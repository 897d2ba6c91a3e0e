"""What the office itself brings to a month: its registry, waivers and settings, as they are now or as archived with it."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import pandas as pd

from pledgebatch.intake.decisions import read_decisions
from pledgebatch.intake.litter import is_litter
from pledgebatch.intake.receipts import NAME as BOOK_OF_RECEIPTS
from pledgebatch.intake.registry import read_office_book
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.months.archive import read_manifest, read_registry_of
from pledgebatch.months.events import settle_events
from pledgebatch.months.registered import with_former_names
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.settings import SETTINGS_NAME
from pledgebatch.pipeline.workspace import Workspace
from pledgebatch.publish.protection import Protection
from pledgebatch.rules.office.events import with_events
from pledgebatch.rules.office.registry import as_published
from pledgebatch.rules.office.waivers import judge_waivers
from pledgebatch.schema.archive_tables import FRAMES, has_table, read_table
from pledgebatch.schema.digests import MANIFEST, DamagedMonth
from pledgebatch.schema.frames import REMARK, as_declared, frame
from pledgebatch.schema.kinds import CELL, RAW
from pledgebatch.schema.periods import read_period
from pledgebatch.schema.sheets import WAIVERS
from pledgebatch.schema.states import Severity

MONTH_ALONE = re.compile(r"(?:1[0-2]|0?[1-9]|[一二三四五六七八九十]+)\s*月(?:份)?")
"""Folders that people name by a month without its year."""

KEPT_IN_PART = "本月原由旧版程序汇总，存了名册和核验参数，没有存豁免清单和遮盖设置，重做时后两样用的是现在的"


class Rebuild(StrEnum):
    """Whose registry, waivers and settings a month is rebuilt with."""

    ARCHIVED = "archived"
    NOW = "now"


@dataclass(frozen=True)
class Office:
    """The office's part in a month."""

    registry: pd.DataFrame
    """As it is in the month, by the events until then."""
    waivers: pd.DataFrame
    events: pd.DataFrame
    parameters: Parameters
    protection: Protection
    remarks: pd.DataFrame
    """What is wrong with the registry, the events and the waivers."""
    registry_sha256: str


def office_now(workspace: Workspace, period: Period) -> Office:
    """Today's registry, waivers and settings, and what is wrong with them in ``period``."""
    settings = workspace.settings()
    book = read_office_book(workspace.registry)
    output = workspace.root / "output"
    events, of_events = settle_events(book.events, book.registry, output, period)
    return Office(
        registry=with_former_names(with_events(book.registry, events, period), output, period, book.registry),
        waivers=_as_declared(book.waivers),
        events=events,
        parameters=settings.parameters,
        protection=settings.protection,
        remarks=_together(book.remarks, of_events, judge_waivers(book.waivers, book.registry, period)),
        registry_sha256=hashlib.sha256(workspace.registry.read_bytes()).hexdigest(),
    )


def office_as_archived(workspace: Workspace, period: Period) -> Office:
    """Registry, waivers and settings as archived with ``period``; what an earlier version did not keep is today's, and
    a remark says so. Raises OfficeMistake where the archive cannot be read."""
    folder = workspace.output(period)
    try:
        registry = read_registry_of(folder)
        events = read_table(folder, "events")
        waivers, remarks = (_read_if_had(folder, name) for name in ("waivers", "remarks"))
        manifest = read_manifest(folder)
        parameters = Parameters(**manifest["parameters"])
        protection = _protection_of(manifest)
    except (DamagedMonth, OSError, ValueError, KeyError, TypeError):
        raise OfficeMistake(
            f"{period} 存档的名册或设置已损坏，不能照当时的重做；要用现在的名册和设置重做，请加上 --registry now"
        ) from None
    if waivers is not None and remarks is not None and protection is not None:
        waivers = _as_declared(waivers)
        of_registry = (remarks["file"] == workspace.registry.name) & remarks["sheet"].notna()
        lasting = remarks[of_registry | (remarks["file"] == MANIFEST)]  # of the books that are today's, today's
        return Office(registry, waivers, events, parameters, protection, lasting, manifest["registry"])
    now = office_now(workspace, period)
    registry = with_former_names(as_published(registry), workspace.root / "output", period)
    line = frame(REMARK, [_line(MANIFEST, KEPT_IN_PART, Severity.NOTICE)])
    remarks = _together(judge_waivers(now.waivers, registry, period), line)
    sha256 = manifest["registry"]
    return replace(
        now, registry=registry, events=events, parameters=parameters, remarks=remarks, registry_sha256=sha256
    )


def office_of(workspace: Workspace, period: Period, again: Rebuild | None) -> Office:
    """What a month is made with: today's, unless it is made ``again`` as it was."""
    archived = again is Rebuild.ARCHIVED and (workspace.output(period) / MANIFEST).is_file()
    office = office_as_archived(workspace, period) if archived else office_now(workspace, period)
    return replace(office, remarks=_together(office.remarks, list_misplaced(workspace, period)))


def office_remarks(workspace: Workspace, period: Period | None = None) -> pd.DataFrame:
    """What the office should mend in its registry, events, waivers, decisions and folders, in columns ``REMARK``.

    Without a ``period`` no waiver is expired. Raises OfficeMistake where the registry cannot be read at all.
    """
    workspace.require()
    book = read_office_book(workspace.registry)
    _, of_events = settle_events(book.events, book.registry, workspace.root / "output", period)
    waivers = judge_waivers(book.waivers, book.registry, period)
    decisions = read_decisions(workspace.decisions, book.registry["organisation"])
    return _together(book.remarks, of_events, waivers, decisions.remarks, list_misplaced(workspace, period))


def registry_now(workspace: Workspace, period: Period) -> pd.DataFrame:
    """Today's registry as it is in ``period``. Raises OfficeMistake as ``read_office_book`` does."""
    return office_in(workspace, period)[0]


def office_in(workspace: Workspace, period: Period) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Today's registry, with former names, as it is in ``period`` by the events until then, and these. Raises
    OfficeMistake as ``read_office_book`` does."""
    book, output = read_office_book(workspace.registry), workspace.root / "output"
    events, _ = settle_events(book.events, book.registry, output, period)
    return with_former_names(with_events(book.registry, events, period), output, period, book.registry), events


def list_misplaced(workspace: Workspace, period: Period | None = None) -> pd.DataFrame:
    """Remarks on files and folders that stand where nothing reads them."""
    lines = [*_beside_books(workspace), *list_astray(workspace, period), *_in_outputs(workspace)]
    return frame(REMARK, lines)


def list_astray(workspace: Workspace, period: Period | None) -> list[dict[str, Any]]:
    """Remarks on what was received and stands in no month of the inbox."""
    return [*_in_inbox(workspace, period), *_beside_inbox(workspace)]


def _beside_books(workspace: Workspace) -> Iterator[dict[str, Any]]:
    for book in workspace.books:
        name = book.name
        if (workspace.root / f"~${name}").is_file():
            message = f"{name} 正在 Excel 或 WPS 中打开，没有保存的改动读不到；请保存、关闭后再运行一次"
            yield _line(f"~${name}", message, Severity.NOTICE)
        for other in workspace.books_beside(book):
            if book.is_file():
                message = f"“{other}”没有读，程序只读 {name}；请把要用的内容并进 {name}，多余的移走"
                yield _line(other, message, Severity.NOTICE)
            else:
                yield _line(other, f"没有 {name}，“{other}”没有读，里面写的都不起作用；请打开它，另存为 {name}")
    for other in workspace.settings_beside():
        message = f"“{other}”没有读，设置只读 {SETTINGS_NAME}；是设置的请改名为 {SETTINGS_NAME}，多余的移走"
        yield _line(other, message, Severity.NOTICE)


def _in_inbox(workspace: Workspace, period: Period | None) -> Iterator[dict[str, Any]]:
    inbox = workspace.root / "inbox"
    example = str(period) if period else "2011-03"
    for path in sorted(inbox.iterdir()) if inbox.is_dir() else ():
        if _is_aside(path):
            continue
        place = f"inbox/{path.name}"
        if not path.is_dir():
            yield _line(place, f"没有放进月份文件夹，不会读取；请移到它那个月的文件夹里，如 inbox/{example}")
            continue
        if _is_month(path.name) or not any(each.is_file() and not _is_aside(each) for each in path.rglob("*")):
            continue
        if right := read_period(path.name):
            todo = f"里面的文件移到 inbox/{right}" if (inbox / str(right)).is_dir() else f"文件夹改名为 {right}"
            yield _line(place, f"月份文件夹的名字不对，里面的文件不会读取；请把{todo}")
        elif MONTH_ALONE.fullmatch(path.name):
            yield _line(place, f"月份文件夹的名字不对，里面的文件不会读取；请改成年和月，如 {example}")
        else:
            yield _line(
                place, f"不是月份文件夹，里面的文件不会读取；是某个月收到的，请移到那个月的文件夹里，如 inbox/{example}"
            )


def _beside_inbox(workspace: Workspace) -> Iterator[dict[str, Any]]:
    for path in sorted(workspace.root.iterdir()):
        month = read_period(path.name) if path.is_dir() else None
        if month and any(each.is_file() and not _is_aside(each) for each in path.rglob("*")):
            yield _line(path.name, f"不在收件文件夹里，里面的文件不会读取；是收到的，请移到 inbox/{month}")


def _in_outputs(workspace: Workspace) -> Iterator[dict[str, Any]]:
    """Months that were consolidated and have another name now: nothing is compared with them any more."""
    outputs = workspace.root / "output"
    for path in sorted(outputs.iterdir()) if outputs.is_dir() else ():
        month = read_period(path.name)
        if month and str(month) != path.name and (path / MANIFEST).is_file() and not workspace.output(month).exists():
            yield _line(f"output/{path.name}", f"是 {month} 的结果，改了名字，后面的月份不再和它比较；请改回 {month}")


def _is_month(name: str) -> bool:
    return re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", name) is not None


def _is_aside(path: Path) -> bool:
    """Whether nobody put the file or folder there to be read."""
    return path.name.startswith((".", "~")) or path.name == BOOK_OF_RECEIPTS or is_litter(path.name, path.read_bytes)


def _line(file: str, message: str, severity: Severity = Severity.WARNING) -> dict[str, Any]:
    return {"file": file, "message": message, "severity": str(severity)}


def _together(*remarks: pd.DataFrame) -> pd.DataFrame:
    return as_declared(pd.concat(remarks, ignore_index=True), REMARK)


def _as_declared(waivers: pd.DataFrame) -> pd.DataFrame:
    """The waivers in the columns of today; those that a book of an earlier version did not have are blank."""
    rows = waivers.reindex(columns=list(FRAMES["waivers"])).astype(FRAMES["waivers"])
    later = [field.key for field in WAIVERS.fields if field.since]
    return rows.assign(**{key + RAW: rows[key + RAW].where(rows[key + CELL].notna(), "") for key in later})


def _read_if_had(folder: Path, name: str) -> pd.DataFrame | None:
    return read_table(folder, name) if has_table(folder, name) else None


def _protection_of(manifest: dict[str, Any]) -> Protection | None:
    """What superiors did not see; None where an earlier version did not keep it. Raises ValueError for what is none."""
    if "protection" not in manifest:
        return None
    return Protection(**_tuples(manifest["protection"]))


def _tuples(lists: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in lists.items()}
