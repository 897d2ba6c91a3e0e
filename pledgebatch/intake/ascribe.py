"""Whose a file is that does not say its code, or could not be read: by names, titles, members, its path, its sender."""

from collections.abc import Callable, Collection, Hashable, Mapping
from typing import NamedTuple

import pandas as pd

from pledgebatch.intake.receipts import SENDERS
from pledgebatch.rules.facts.names import names_of
from pledgebatch.schema.states import State
from pledgebatch.schema.texts import squeeze

Rosters = Callable[[], Mapping[str, Collection[str]]]
"""Gives by organisation the folded names of its members as last reported; asked for only where nothing else tells."""
LONGEST_TITLE = 40
FEWEST_MEMBERS, MOST_OF_THEM = 3, 0.6
"""Members of last time that a workbook must name, and their part of those that it names."""


class Registered(NamedTuple):
    """By which the organisations of a registry are known."""

    codes: Mapping[str, str]
    """Each for itself."""
    names: Mapping[str, str]
    """Codes by folded names, of now or before, that one alone bears."""
    units: Mapping[str, str]
    """Codes by folded names of units."""
    shared: Collection[str]
    """The folded names that several bear: whose a file is cannot be told by them."""
    senders: Mapping[str, list[str]]
    """Codes by the addresses of the registry."""


NONE_REGISTERED = Registered({}, {}, {}, (), {})


def know_registered(registry: pd.DataFrame) -> Registered:
    """By which the organisations of ``registry`` are known."""
    # What an organisation is called now stands above what one was called before.
    names: dict[str, str] = {name: code for code, name in names_of(registry).tolist()}
    names |= _alone(registry["org_name"], registry["organisation"])
    shared = _shared_names(registry["org_name"])
    reports = registry[registry["reports"] != "否"]
    return Registered(
        {code: code for code in registry["organisation"]},
        {name: code for name, code in names.items() if name not in shared},
        _alone(reports["unit_name"], reports["organisation"]),
        shared,
        _senders(registry),
    )


def ascribe_unread(files: pd.DataFrame, known: Registered) -> None:
    """Say whose the files are that could not be read, by their paths or what stands in them."""
    for number, file in files[files["state"] == State.UNREADABLE].iterrows():
        files.loc[number, "organisation"] = (
            _in_path(file["file"], known.names, known.codes, known.units) or _by_what_it_says(file, None, known)[0]
        )


def ascribe_unsaid(
    files: pd.DataFrame, org_names: pd.Series, members: pd.DataFrame, known: Registered, rosters: Rosters
) -> None:
    """Say whose the workbooks are that do not say their code, and by what that is known."""
    unsaid = (files["state"] == State.ACCEPTED) & files["organisation"].isna()
    for number, file in files[unsaid].iterrows():
        whose, why = _by_what_it_says(file, org_names.get(number), known)
        if whose is None:
            whose, why = _by_roster(members, number, rosters)
        if whose is None:
            whose, why = _by_place(file, known)
        if whose is not None:
            files.loc[number, ["organisation", "reason"]] = [whose, f"没有填组织编码，按{why}认定"]


def ascribe_by_sender(files: pd.DataFrame, senders: Mapping[str, list[str]]) -> None:
    """A file that could not be read, and says nothing in its path, is of the one organisation that mailed it."""
    nobody = (files["state"] == State.UNREADABLE) & files["organisation"].isna() & files["sender"].notna()
    for number, sender in files.loc[nobody, "sender"].items():
        if code := _only_sender(sender, senders):
            files.loc[[number], "organisation"] = code


def sent_by_other(organisation: object, sender: object, senders: Mapping[str, list[str]]) -> str | None:
    """Who mailed what another organisation is said to have filled in; None where it mailed it too, or nobody did."""
    by = _codes_by_address(sender, senders)
    if not by or not all(by) or any(organisation in codes for codes in by):
        return None
    return by[0][0]


def with_zeros(codes: pd.Series, known: Collection[str]) -> pd.Series:
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


def _without(text: str, shared: Collection[str]) -> str:
    """``text`` without the names that several organisations bear: whose it is cannot be told by them."""
    folded = squeeze(text)
    for name in shared:
        folded = folded.replace(name, "")
    return folded


def _by_what_it_says(file: pd.Series, name: object, known: Registered) -> tuple[str | None, str]:
    """Whose a workbook is by the name that its form gives, or by what stands above its tables, and which of the two."""
    words = known.names, known.units
    if isinstance(name, str) and (
        code := known.names.get(squeeze(name)) or _in_path(_without(name, known.shared), *words)
    ):
        return code, f"党组织名称“{name}”"
    for title in str(file["titles"]).split("\n") if isinstance(file["titles"], str) else ():
        if code := _in_path(_without(title, known.shared), *words):
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


def _by_place(file: pd.Series, known: Registered) -> tuple[str | None, str]:
    """Whose a workbook is by its own name, that of its folder, or who mailed it, and which of them."""
    folder, _, name = str(file["file"]).rpartition("/")
    for what, text in (("文件名", name), ("文件夹", folder)):
        if text and (code := _in_path(text, known.names, known.codes, known.units)):
            return code, f"{what}“{text}”"
    code = _only_sender(file["sender"], known.senders)
    return (code, f"寄件人 {file['sender']}") if code else (None, "")


def _in_path(text: str, *kinds: Mapping[str, str]) -> str | None:
    """The organisation by a word that a path or a title carries: of one kind before the next, of one the longest."""
    path = squeeze(text).upper()
    for words in kinds:
        for word, code in sorted(words.items(), key=lambda pair: -len(pair[0])):
            if word and word.upper() in path:
                return code
    return None


def _only_sender(sender: object, senders: Mapping[str, list[str]]) -> str | None:
    """The one organisation to which the addresses that a file came from belong; None where there is none, or several."""
    codes = {code for each in _codes_by_address(sender, senders) for code in each}
    return codes.pop() if len(codes) == 1 else None


def _codes_by_address(sender: object, senders: Mapping[str, list[str]]) -> list[list[str]]:
    """The organisations of each address that a file came from; nothing where it did not come by mail."""
    return [senders.get(address, []) for address in sender.split(SENDERS)] if isinstance(sender, str) else []


def _senders(registry: pd.DataFrame) -> dict[str, list[str]]:
    """The organisations that each address of the registry belongs to."""
    senders: dict[str, list[str]] = {}
    if "email" in registry:
        for address, code in registry[["email", "organisation"]].dropna().itertuples(index=False, name=None):
            senders.setdefault(address, []).append(code)
    return senders
