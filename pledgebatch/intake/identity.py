"""Whose each submission is, for which month, and which of several counts."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from pledgebatch.intake.ascribe import (
    NONE_REGISTERED,
    Registered,
    Rosters,
    ascribe_by_sender,
    ascribe_unread,
    ascribe_unsaid,
    know_registered,
    sent_by_other,
    with_zeros,
)
from pledgebatch.intake.batch import Batch
from pledgebatch.intake.differences import differences
from pledgebatch.intake.file_decisions import decide_owners, set_files_aside
from pledgebatch.notice.periods import Period
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.decisions import NOT_TAKEN, TAKEN, Decisions
from pledgebatch.schema.frames import Tables
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.states import State

NOT_REGISTERED = "组织编码不在单位名册中"
NOBODY_S = "没有填组织编码，名称、标题、党员、文件名和寄件人也看不出是哪个党组织的"
NOTHING_DECIDED = Decisions().files


def identify_submissions(
    batch: Batch,
    registry: pd.DataFrame | None,
    period: Period | None,
    rosters: Rosters = dict,
    decided: pd.DataFrame = NOTHING_DECIDED,
) -> pd.DataFrame:
    """The files with ``organisation``, ``state``, ``reason``, ``identical``, ``sent_by`` and ``handled`` added; a row each.

    The visible answers of 组织承诺 govern, the hidden sheet stands in where they are blank or cannot be understood. A
    file that does not say its code, or could not be read, is ascribed by its name, what stands above its tables, the
    members it names, its path, or else by who mailed it, for want of anything better, and ``reason`` says by which.
    ``sent_by`` is another registered organisation, from whose address alone a file came. Without a registry every code is
    taken as it is; without a period, every month.
    What the office ``decided`` of a file (文件处理, of this month) goes before all of that, and ``handled`` says so.
    """
    files = batch.files.set_index("submission")
    heads = batch.tables["organisations"].set_index("submission").reindex(files.index)
    known = NONE_REGISTERED if registry is None else know_registered(registry)
    files["organisation"] = heads["unit_code"].fillna(files["hidden_code"])
    files["state"] = str(State.ACCEPTED)
    files.loc[files["reason"].notna(), "state"] = State.UNREADABLE
    if registry is not None:
        files["organisation"] = with_zeros(files["organisation"], known.codes)
        ascribe_unread(files, known)
        ascribe_unsaid(files, heads["org_name"], batch.tables["members"], known, rosters)
        _mark_unknown(files, heads["unit_code" + RAW], known)
    decide_owners(files, decided)
    if period is not None:
        _mark_other_months(files, heads["period"], period)
    ascribe_by_sender(files, known.senders)
    by = [
        sent_by_other(code, sender, known.senders)
        for code, sender in zip(files["organisation"], files["sender"], strict=True)
    ]
    files["sent_by"] = pd.Series(by, index=files.index, dtype="str").where(
        files["organisation"].isin(known.codes) & files["handled"].isna()
    )
    set_files_aside(files, decided)
    called = {} if registry is None else shown_names(registry)
    _supersede(files, heads["filled_on"], batch.tables, called)
    return files.drop(columns="sender").reset_index().astype({"organisation": "str", "state": "str", "reason": "str"})


def _mark_unknown(files: pd.DataFrame, typed: pd.Series, known: Registered) -> None:
    """Mark the workbooks of an organisation that is not registered, or of nobody; such a code stands as it was ``typed``."""
    unknown = (files["state"] == State.ACCEPTED) & ~files["organisation"].isin(known.codes)
    files.loc[unknown, "state"] = State.UNKNOWN_ORGANISATION
    words = typed[unknown].str.strip()
    files.loc[unknown, "organisation"] = words.where(words != "", files.loc[unknown, "organisation"])
    files.loc[unknown, "reason"] = NOT_REGISTERED
    files.loc[unknown & files["organisation"].isna(), "reason"] = NOBODY_S


def _mark_other_months(files: pd.DataFrame, stated: pd.Series, period: Period) -> None:
    """Mark the workbooks that are for another month by what they say, or else by their hidden sheet."""
    hidden = files["hidden_period"].map(_ordinal).astype("Int64")
    differs = (stated.fillna(hidden) != period.ordinal).fillna(False).astype(bool)
    other = (files["state"] == State.ACCEPTED) & (files["handled"] != TAKEN) & differs
    files.loc[other, "state"] = State.WRONG_PERIOD
    files.loc[other, "reason"] = f"不是 {period} 的工作簿"


def _ordinal(text: object) -> int | None:
    try:
        return Period.parse(str(text)).ordinal
    except ValueError:  # whatever the hidden sheet was made to say
        return None


RANKED = ["taken", "home", "own", "received", "filled_on", "file"]
"""What decides which of several workbooks counts, the gravest first; the last in this order is the one."""


def _supersede(files: pd.DataFrame, filled_on: pd.Series, tables: Tables, names: Mapping[str, str]) -> None:
    """Of several workbooks of one organisation and month the latest counts: by received, then 填表日期, then name.

    A workbook made for another organisation, or mailed by one, never takes the place of the organisation's own.
    """
    live = files[(files["state"] == State.ACCEPTED) & files["organisation"].notna()]
    hidden = live["hidden_code"].fillna("")
    live = live.assign(
        taken=live["handled"] == TAKEN,
        home=live["sent_by"].isna(),
        own=(hidden == "") | (hidden == live["organisation"]),
        filled_on=filled_on.reindex(live.index).fillna(pd.Timestamp(0)),
    )
    ranked = live.sort_values(RANKED, kind="stable")
    last = ranked.drop_duplicates("organisation", keep="last").reset_index().set_index("organisation")
    older = live[live["file"] != live["organisation"].map(last["file"])]
    files["identical"] = False
    differing: dict[int, tuple[dict[Hashable, Any], pd.Series]] = {}
    for each in older.reset_index().to_dict("records"):
        kept, number = last.loc[each["organisation"]], int(each["submission"])
        identical = each["sha256"] == kept["sha256"]
        files.loc[number, ["state", "identical"]] = [str(State.SUPERSEDED), identical]
        if identical:
            files.loc[number, "reason"] = f"与“{kept['file']}”内容完全相同"
        elif kept["taken"] and not each["taken"]:
            files.loc[number, ["reason", "handled"]] = [f"办公室决定采用“{kept['file']}”", NOT_TAKEN]
        else:
            differing[number] = each, kept
    pairs = [(number, int(kept["submission"])) for number, (_, kept) in differing.items()]
    for (number, (each, kept)), difference in zip(differing.items(), differences(tables, pairs), strict=True):
        reason = f"{_why(each, kept, names)}“{kept['file']}”为准，后者与之相比：{difference}"
        files.loc[number, "reason"] = reason


def _why(older: Mapping[Hashable, Any], kept: pd.Series, names: Mapping[str, str]) -> str:
    """What decided that another workbook counts, in words that its name follows."""
    strange = []
    if not older["own"]:
        made_for, code = older["hidden_code"], older["organisation"]
        strange.append(
            f"工作簿是为 {made_for}{_name_of(made_for, names)}制发的，却填了 {code}{_name_of(code, names)}的编码"
        )
    if not older["home"]:
        strange.append(f"是从 {older['sent_by']}{_name_of(older['sent_by'], names)}的邮箱寄来的")
    if strange:
        return "；".join(strange) + "；以"
    if older["received"] < kept["received"]:
        return "以后报的"
    if older["filled_on"] < kept["filled_on"]:
        return "收到时间相同，以填表日期较晚的"
    return "收到时间、填表日期都相同，以文件名排在后面的"


def _name_of(code: str, names: Mapping[str, str]) -> str:
    name = names.get(code)
    return f"（{name}）" if isinstance(name, str) else ""
