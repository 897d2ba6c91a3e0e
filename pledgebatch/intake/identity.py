"""Whose each submission is, for which month, and which of several counts."""

from collections.abc import Mapping

import pandas as pd

from pledgebatch.intake.batch import Batch
from pledgebatch.intake.differences import differences
from pledgebatch.notice.periods import Period
from pledgebatch.schema.frames import State, Tables
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.stored import of_submissions
from pledgebatch.schema.texts import squeeze


def identify_submissions(batch: Batch, registry: pd.DataFrame | None, period: Period | None) -> pd.DataFrame:
    """The files with ``organisation``, ``state``, ``reason`` and ``identical`` added; one row each.

    The visible answers of 组织承诺 govern, the hidden sheet stands in where they are blank or cannot be understood. A
    file that could not be read is ascribed by the code or name in its path, for want of anything better. Without a
    registry every code is taken as it is; without a period, every month.
    """
    heads = batch.tables["organisations"].set_index("submission")
    files = batch.files.set_index("submission")
    read = files["reason"].isna()
    code = heads["unit_code"].reindex(files.index)
    files["organisation"] = code.fillna(files["hidden_code"])
    files["state"] = str(State.ACCEPTED)
    files.loc[~read, "state"] = State.UNREADABLE
    if registry is not None:
        known = dict(zip(registry["organisation"], registry["org_name"], strict=True))
        unsaid = read & files["organisation"].isna()
        names = {squeeze(name): code for code, name in known.items() if isinstance(name, str)}
        said = heads["org_name"].reindex(files.index)[unsaid]
        files.loc[unsaid, "organisation"] = [
            names.get(squeeze(name)) if isinstance(name, str) else None for name in said
        ]
        files.loc[~read, "organisation"] = [_in_path(file, known) for file in files.loc[~read, "file"]]
        unknown = read & ~files["organisation"].isin(known)
        files.loc[unknown, "state"] = State.UNKNOWN_ORGANISATION
        # A finding about an unknown code carries the code as typed.
        typed = heads["unit_code" + RAW].reindex(files.index)[unknown].str.strip()
        files.loc[unknown, "organisation"] = typed.where(typed != "", files.loc[unknown, "organisation"])
        files.loc[unknown, "reason"] = "组织编码不在单位名册中"
    if period is not None:
        hidden = files["hidden_period"].map(_ordinal).astype("Int64")
        month = heads["period"].reindex(files.index).fillna(hidden)
        other = (files["state"] == State.ACCEPTED) & (month != period.ordinal).fillna(False).astype(bool)
        files.loc[other, "state"] = State.WRONG_PERIOD
        files.loc[other, "reason"] = f"不是 {period} 的工作簿"
    called = {} if registry is None else dict(zip(registry["organisation"], registry["org_name"], strict=True))
    _supersede(files, heads["filled_on"].reindex(files.index), batch.tables, called)
    return files.reset_index().astype({"organisation": "str", "state": "str", "reason": "str"})


def _ordinal(text: object) -> int | None:
    try:
        return Period.parse(str(text)).ordinal
    except ValueError:
        return None


def _in_path(file: str, known: dict[str, str]) -> str | None:
    """The registered organisation whose code or name a path carries; the longest name wins."""
    path = squeeze(file).upper()
    names = sorted(((squeeze(str(name)).upper(), code) for code, name in known.items()), key=lambda pair: -len(pair[0]))
    for name, code in (*names, *((code.upper(), code) for code in sorted(known, key=len, reverse=True))):
        if name and name in path:
            return code
    return None


def _supersede(files: pd.DataFrame, filled_on: pd.Series, tables: Tables, names: Mapping[str, str]) -> None:
    """Of several workbooks of one organisation and month the latest counts: by received, then 填表日期, then name.

    A workbook made for another organisation never takes the place of the organisation's own.
    """
    live = files[(files["state"] == State.ACCEPTED) & files["organisation"].notna()]
    hidden = live["hidden_code"].fillna("")
    live = live.assign(
        own=(hidden == "") | (hidden == live["organisation"]),
        filled_on=filled_on.reindex(live.index).fillna(pd.Timestamp(0)),
    )
    ranked = live.sort_values(["own", "received", "filled_on", "file"], kind="stable")
    last = ranked.drop_duplicates("organisation", keep="last").reset_index().set_index("organisation")
    older = live[live["file"] != live["organisation"].map(last["file"])]
    files["identical"] = False
    for number, code, sha256, own, made_for in older[["organisation", "sha256", "own", "hidden_code"]].itertuples():
        kept = last.loc[code]
        identical = sha256 == kept["sha256"]
        files.loc[number, ["state", "identical"]] = [str(State.SUPERSEDED), identical]
        if identical:
            reason = f"与“{kept['file']}”内容完全相同"
        else:
            both = (number, int(kept["submission"]))
            said = differences(of_submissions(tables, both), *both)
            reason = f"以后报的“{kept['file']}”为准，后者与之相比：{said}"
        if not own:
            reason = (
                f"工作簿是为 {made_for}{_called(made_for, names)}制发的，却填了 {code}{_called(code, names)}的编码；"
                + reason.replace("以后报的", "以")
            )
        files.loc[number, "reason"] = reason


def _called(code: str, names: Mapping[str, str]) -> str:
    name = names.get(code)
    return f"（{name}）" if isinstance(name, str) else ""
