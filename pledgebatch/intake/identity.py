"""Whose each submission is, for which month, and which of several counts."""

from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Any

import pandas as pd

from pledgebatch.intake.batch import Batch
from pledgebatch.intake.differences import differences
from pledgebatch.intake.file_decisions import decide_owners, set_files_aside
from pledgebatch.intake.receipts import SENDERS
from pledgebatch.notice.periods import Period
from pledgebatch.rules.facts.names import names_of, shown_names
from pledgebatch.schema.decisions import NOT_TAKEN, TAKEN, Decisions
from pledgebatch.schema.frames import Tables
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.states import State
from pledgebatch.schema.texts import squeeze

NOTHING_DECIDED = Decisions().files
Rosters = Callable[[], Mapping[str, Collection[str]]]
"""Gives by organisation the folded names of its members as last reported; asked for only where nothing else tells."""


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
    heads = batch.tables["organisations"].set_index("submission")
    files = batch.files.set_index("submission")
    read = files["reason"].isna()
    code = heads["unit_code"].reindex(files.index)
    files["organisation"] = code.fillna(files["hidden_code"])
    files["state"] = str(State.ACCEPTED)
    known: dict[str, object] = {}
    senders = {} if registry is None else _senders(registry)
    files.loc[~read, "state"] = State.UNREADABLE
    if registry is not None:
        known = dict(zip(registry["organisation"], registry["org_name"], strict=True))
        files["organisation"] = _with_zeros(files["organisation"], known)
        unsaid = read & files["organisation"].isna()
        # What an organisation is called now stands above what one was called before.
        names: dict[str, str] = {name: code for code, name in names_of(registry).tolist()}
        names |= _alone(registry["org_name"], registry["organisation"])
        shared = _shared_names(registry["org_name"])
        for name in shared:
            names.pop(name, None)  # whose of them a file is cannot be told by it
        org_names = heads["org_name"].reindex(files.index)[unsaid]
        reports = registry[registry["reports"] != "否"]
        units = _alone(reports["unit_name"], reports["organisation"])
        words = names, known, units
        for number, file in files[~read].iterrows():
            files.loc[number, "organisation"] = (
                _in_path(file["file"], *words) or _by_what_it_says(file, None, words, shared)[0]
            )
        for number, file in files[unsaid].iterrows():
            whose, why = _by_what_it_says(file, org_names.get(number), words, shared)
            if whose is None:
                whose, why = _by_roster(batch.tables["members"], number, rosters)
            if whose is None:
                whose, why = _by_place(file, words, senders)
            if whose is not None:
                files.loc[number, ["organisation", "reason"]] = [whose, f"没有填组织编码，按{why}认定"]
        unknown = read & ~files["organisation"].isin(known)
        files.loc[unknown, "state"] = State.UNKNOWN_ORGANISATION
        # A finding about an unknown code carries the code as typed.
        typed = heads["unit_code" + RAW].reindex(files.index)[unknown].str.strip()
        files.loc[unknown, "organisation"] = typed.where(typed != "", files.loc[unknown, "organisation"])
        files.loc[unknown, "reason"] = NOT_REGISTERED
        files.loc[unknown & files["organisation"].isna(), "reason"] = NOBODY_S
    decide_owners(files, decided)
    if period is not None:
        hidden = files["hidden_period"].map(_ordinal).astype("Int64")
        month = heads["period"].reindex(files.index).fillna(hidden)
        other = (
            (files["state"] == State.ACCEPTED)
            & (files["handled"] != TAKEN)
            & (month != period.ordinal).fillna(False).astype(bool)
        )
        files.loc[other, "state"] = State.WRONG_PERIOD
        files.loc[other, "reason"] = f"不是 {period} 的工作簿"
    called = {} if registry is None else shown_names(registry)
    _ascribe_by_sender(files, senders)
    by = [_sent_by(code, sender, senders) for code, sender in zip(files["organisation"], files["sender"], strict=True)]
    files["sent_by"] = pd.Series(by, index=files.index, dtype="str").where(
        files["organisation"].isin(known) & files["handled"].isna()
    )
    set_files_aside(files, decided)
    _supersede(files, heads["filled_on"].reindex(files.index), batch.tables, called)
    return files.drop(columns="sender").reset_index().astype({"organisation": "str", "state": "str", "reason": "str"})


NOT_REGISTERED = "组织编码不在单位名册中"
NOBODY_S = "没有填组织编码，名称、标题、党员、文件名和寄件人也看不出是哪个党组织的"
LONGEST_TITLE = 40
FEWEST_MEMBERS, MOST_OF_THEM = 3, 0.6
"""Members of last time that a workbook must name, and their part of those that it names."""


def _ordinal(text: object) -> int | None:
    try:
        return Period.parse(str(text)).ordinal
    except ValueError:  # whatever the hidden sheet was made to say
        return None


def _with_zeros(codes: pd.Series, known: Collection[str]) -> pd.Series:
    """The codes as the registry has them, where a number has lost or kept the zeros before it on one side only."""
    bare: dict[str, list[str]] = {}
    for code in known:
        bare.setdefault(code.lstrip("0"), []).append(code)
    meant = {
        code: bare[code.lstrip("0")][0]
        for code in set(codes.dropna()) - set(known)
        if len(bare.get(code.lstrip("0"), ())) == 1
    }
    return codes.replace(meant) if meant else codes


def _shared_names(names: pd.Series) -> set[str]:
    """The folded names that several organisations bear."""
    folded = names.dropna().map(squeeze)
    return set(folded[folded.duplicated()])


def _alone(names: pd.Series, codes: pd.Series) -> dict[str, str]:
    """By folded name the one organisation that bears it."""
    shared = _shared_names(names)
    folded = ((squeeze(name), code) for name, code in zip(names, codes, strict=True) if isinstance(name, str))
    return {name: code for name, code in folded if name and name not in shared}


Words = tuple[Mapping[str, str], Collection[str], Mapping[str, str]]
"""By which an organisation is known: its names, the codes, and the names of units."""


def _without(text: str, shared: Collection[str]) -> str:
    """``text`` without the names that several organisations bear: whose it is cannot be told by them."""
    folded = squeeze(text)
    for name in shared:
        folded = folded.replace(name, "")
    return folded


def _by_what_it_says(
    file: pd.Series, name: object, words: Words, shared: Collection[str] = ()
) -> tuple[str | None, str]:
    """Whose a workbook is by the name that its form gives, or by what stands above its tables, and which of the two."""
    names, _, units = words
    if isinstance(name, str) and (
        code := names.get(squeeze(name)) or _in_path(_without(name, shared), names, (), units)
    ):
        return code, f"党组织名称“{name}”"
    for title in str(file["titles"]).split("\n") if isinstance(file["titles"], str) else ():
        if code := _in_path(_without(title, shared), names, (), units):
            return code, f"表中的“{title[:LONGEST_TITLE]}”"
    return None, ""


def _by_roster(members: pd.DataFrame, number: Hashable, rosters: Rosters) -> tuple[str | None, str]:
    """Whose a workbook is by the members that it names, where most of them are one organisation's of last time."""
    own = members[members["submission"] == number]
    called = {squeeze(name) for name in own["name"].dropna()}
    shared = {code: len(called & set(names)) for code, names in rosters().items()} if called else {}
    best = sorted(shared, key=lambda code: -shared[code])[:2]
    if not best or shared[best[0]] < max(FEWEST_MEMBERS, MOST_OF_THEM * len(called)):
        return None, ""
    if len(best) > 1 and shared[best[1]] * 2 > shared[best[0]]:
        return None, ""
    return best[0], f"党员名单（{len(called)} 人中有 {shared[best[0]]} 人是它上次报的党员）"


def _by_place(file: pd.Series, words: Words, senders: Mapping[str, list[str]]) -> tuple[str | None, str]:
    """Whose a workbook is by its own name, that of its folder, or who mailed it, and which of them."""
    folder, _, name = str(file["file"]).rpartition("/")
    for what, text in (("文件名", name), ("文件夹", folder)):
        if text and (code := _in_path(text, *words)):
            return code, f"{what}“{text}”"
    sender = file["sender"]
    codes = (
        {code for each in sender.split(SENDERS) for code in senders.get(each, ())} if isinstance(sender, str) else set()
    )
    return (codes.pop(), f"寄件人 {sender}") if len(codes) == 1 else (None, "")


def _in_path(file: str, called: Mapping[str, str], known: Collection[str], units: Mapping[str, str]) -> str | None:
    """The registered organisation whose name, of now or before, code or else unit a path carries; the longest wins."""
    path = squeeze(file).upper()
    for words in (called, {code: code for code in known}, units):
        for word, code in sorted(words.items(), key=lambda pair: -len(pair[0])):
            if word and word.upper() in path:
                return code
    return None


def _senders(registry: pd.DataFrame) -> dict[str, list[str]]:
    """The organisations that each address of the registry belongs to."""
    senders: dict[str, list[str]] = {}
    if "email" in registry:
        for address, code in registry[["email", "organisation"]].dropna().itertuples(index=False, name=None):
            senders.setdefault(address, []).append(code)
    return senders


def _ascribe_by_sender(files: pd.DataFrame, senders: Mapping[str, list[str]]) -> None:
    """A file that could not be read, and says nothing in its path, is of the one organisation that mailed it."""
    nobody = (files["state"] == State.UNREADABLE) & files["organisation"].isna() & files["sender"].notna()
    for number, sender in files.loc[nobody, "sender"].items():
        codes = {code for address in str(sender).split(SENDERS) for code in senders.get(address, ())}
        if len(codes) == 1:
            files.loc[[number], "organisation"] = codes.pop()


def _sent_by(organisation: object, sender: object, senders: Mapping[str, list[str]]) -> str | None:
    """Who mailed what another organisation is said to have filled in; None where it mailed it too, or nobody did."""
    by = [senders.get(address, []) for address in sender.split(SENDERS)] if isinstance(sender, str) else []
    if not by or not all(by) or any(organisation in codes for codes in by):
        return None
    return by[0][0]


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
