"""The registry from month to month: what the office changed in it, and what organisations were called before."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from pledgebatch.months.archive import consolidated_months, read_registry_of
from pledgebatch.months.events import fresh_events
from pledgebatch.notice.periods import Period
from pledgebatch.rules.facts.names import former_names, shown_names
from pledgebatch.rules.office.events import DISSOLVED, ENDS, MERGED, MOVED, RENAMED, REPLACES
from pledgebatch.rules.office.registry import PREFILLED
from pledgebatch.schema.frames import BETWEEN_NAMES, FORMER_NAMES, MOVEMENT, REGISTRY_MOVE, as_declared, empty, frame
from pledgebatch.schema.sheets import MEMBERS, ORGANISATION, REGISTRY
from pledgebatch.schema.states import LIVE, Movement
from pledgebatch.schema.texts import squeeze

WATCHED = ("org_name", "parent_code", "reports")
"""What is told of an organisation that stays."""
NO_SUPERIOR = "（没有上级）"


def with_former_names(
    registry: pd.DataFrame, output: Path, period: Period, typed: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The registry with ``former_names``: what each organisation was called in the months before ``period``, and in the
    office's book as ``typed``.

    A name that another organisation bears now is nobody's former name.
    """
    now = {squeeze(name) for name in registry["org_name"].dropna()}
    known: dict[str, dict[str, str]] = {}
    for each in (*_archives(output, period), *([] if typed is None else [typed])):
        for code, former, name in zip(each["organisation"], former_names(each), each["org_name"], strict=True):
            for old in (*former, name):
                if isinstance(old, str) and squeeze(old) not in now:
                    known.setdefault(code, {})[squeeze(old)] = old
    names = [BETWEEN_NAMES.join(known[code].values()) if code in known else None for code in registry["organisation"]]
    return registry.assign(**{FORMER_NAMES: pd.Series(names, index=registry.index, dtype="str")})


def find_renamed(registry: pd.DataFrame) -> dict[str, dict[str, str]]:
    """By organisation the folded former names of itself and of those just below it, each with the name of today."""
    renamed_to: dict[str, dict[str, str]] = {}
    rows = registry[["organisation", "parent_code", "org_name"]].itertuples(index=False)
    for (code, parent, name), former in zip(rows, former_names(registry), strict=True):
        for old in former:
            for whose in (code, parent):
                if isinstance(whose, str):
                    renamed_to.setdefault(whose, {})[squeeze(old)] = name
    return renamed_to


def prefilled_anew(output: Path, period: Period, registry: pd.DataFrame) -> pd.DataFrame:
    """What the office fills in otherwise than in the last month consolidated before ``period``, as movements of the form and
    of 所在党支部: a branch that sends it back so has changed nothing."""
    before = [each for each in consolidated_months(output) if each < period]
    if not before:
        return empty(MOVEMENT)
    old, new = (_prefilled(each) for each in (read_registry_of(output / str(before[-1])), registry))
    both = old.merge(new, on=["organisation", "field"], suffixes=("_before", "_after"))
    differ = both[both["text_before"] != both["text_after"]].rename(
        columns={"text_before": "before", "text_after": "after"}
    )
    renamed: list[dict[str, object]] = [
        {"organisation": code, "sheet": MEMBERS.name, "field": "branch", "before": old_name, "after": name}
        for code, names in find_renamed(registry).items()
        for old_name, name in names.items()
    ]
    both = pd.concat([differ.assign(sheet=ORGANISATION.name), frame(MOVEMENT, renamed)], ignore_index=True)
    return as_declared(both, MOVEMENT)


def _prefilled(registry: pd.DataFrame) -> pd.DataFrame:
    """What the office fills in on the forms: ``organisation``, ``field`` and ``text``."""
    names = dict(zip(registry["organisation"], registry["org_name"], strict=True))
    texts = registry[["organisation"]].assign(**{key: registry[own] for key, own in PREFILLED.items()})
    texts["parent_org"] = texts["parent_org"].map(names).astype("str")
    return texts.melt("organisation", var_name="field", value_name="text").fillna({"text": ""})


def without_prefilled(moves: pd.DataFrame, prefilled: pd.DataFrame) -> pd.DataFrame:
    """The movements without those by which a branch only took over what was ``prefilled`` anew."""
    if moves.empty or prefilled.empty:
        return moves
    key = ["organisation", "sheet", "field", "before", "after"]
    folded = [rows[key].assign(before=rows["before"].map(squeeze, na_action="ignore")) for rows in (moves, prefilled)]
    ours, known = (pd.MultiIndex.from_frame(each) for each in folded)
    return moves[~(ours.isin(known) & (moves["kind"] == str(Movement.CHANGED)))].reset_index(drop=True)


def built_before(output: Path, period: Period) -> list[Period]:
    """The months whose registries count: those of the year before ``period``, and the last one before it."""
    before = [each for each in consolidated_months(output) if each < period]
    return [each for each in before if each.year == period.year or each == before[-1]]


def _archives(output: Path, period: Period) -> Iterable[pd.DataFrame]:
    for each in built_before(output, period):
        yield read_registry_of(output / str(each))


KINDS = {
    DISSOLVED: Movement.DISSOLVED, MERGED: Movement.MERGED, RENAMED: Movement.RENAMED, MOVED: Movement.MOVED,
}  # fmt: skip


def registry_moves(output: Path, period: Period, registry: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """What changed since the registry of the last month consolidated before ``period``, in columns ``REGISTRY_MOVE``; what
    comes of ``events`` is called by their names."""
    before = [each for each in consolidated_months(output) if each < period]
    if not before:
        return empty(REGISTRY_MOVE)
    old = read_registry_of(output / str(before[-1])).set_index("organisation")
    new = registry.set_index("organisation")
    names = shown_names(old.reset_index()) | shown_names(registry)
    above = _above(old), _above(new)
    fresh = fresh_events(events, output, period)
    ended = fresh[fresh["event"].isin(ENDS)]
    gone = [code for code in old.index if code not in new.index]
    last = _last_figures(output, before, sorted({*gone, *ended["organisation"]}))
    causes = _causes(fresh, old)
    rows: list[dict[str, object]] = []
    for code in sorted({*old.index, *new.index}):
        superiors = "、".join(dict.fromkeys(up for tree in above for up in tree.get(code, ())))
        common = {
            "organisation": code, "since": str(before[-1]), "sheet": REGISTRY.name, "number": "",
            "org_name": names.get(code), "superiors": superiors,
        }  # fmt: skip
        rows += [common | line for line in _of_ended(code, ended, names, last)]
        if code in set(ended["organisation"]):
            continue
        if code not in new.index:
            rows.append(common | {"kind": str(Movement.GONE)} | last.get(code, {}))
        elif code not in old.index:
            after = _in_words("parent_code", new.at[code, "parent_code"], names)
            rows.append(common | {"kind": str(Movement.ADDED), "after": after})
        else:
            for key in WATCHED:
                was, now = (_in_words(key, each.at[code, key], names) for each in (old, new))
                if was != now:
                    cause: dict[str, object] = causes.get((code, key), {"kind": str(Movement.CHANGED)})
                    rows.append(common | cause | {"field": key, "before": was, "after": now})
    return frame(REGISTRY_MOVE, rows)


def _causes(fresh: pd.DataFrame, old: pd.DataFrame) -> dict[tuple[str, str], dict[str, object]]:
    """By organisation and field the event that changed it; what was below one that ended moved with it."""
    causes: dict[tuple[str, str], dict[str, object]] = {}
    for code, event, month in fresh[["organisation", "event", "from_period"]].itertuples(index=False):
        if event in REPLACES:
            causes[code, REPLACES[event]] = {"kind": str(KINDS[event]), "from_period": month}
        else:
            for below in old.index[old["parent_code"] == code]:
                causes.setdefault((str(below), "parent_code"), {"kind": str(Movement.MOVED), "from_period": month})
    return causes


def _of_ended(
    code: str, ended: pd.DataFrame, names: Mapping[str, str], last: Mapping[str, dict[str, object]]
) -> Iterator[dict[str, object]]:
    """What is said of an organisation that ended, and of the one that has now what it had."""
    for giver, event, to, month in ended[["organisation", "event", "to", "from_period"]].itertuples(index=False):
        common = {"from_period": month} | last.get(giver, {})
        if giver == code:
            after = _in_words("parent_code", to, names) if event == MERGED else None
            yield common | {"kind": str(KINDS[event]), "after": after}
        elif to == code and event == MERGED:
            yield common | {"kind": str(Movement.RECEIVED), "before": _in_words("parent_code", giver, names)}


def _in_words(key: str, value: object, names: Mapping[str, str]) -> str:
    text = value if isinstance(value, str) else ""
    if key == "parent_code":
        return f"{names[text]}（{text}）" if text in names else text or NO_SUPERIOR
    return text or ("是" if key == "reports" else "")


def _above(registry: pd.DataFrame) -> dict[str, list[str]]:
    """All superiors of each organisation, the nearest first."""
    parents = {str(code): parent for code, parent in registry["parent_code"].items() if isinstance(parent, str)}
    above: dict[str, list[str]] = {}
    for code in parents:
        at: str | None = parents[code]
        while at is not None and at not in above.setdefault(code, []) and at != code:
            above[code].append(at)
            at = parents.get(at)
    return above


def _last_figures(output: Path, months: list[Period], codes: list[str]) -> dict[str, dict[str, object]]:
    """The month of the last report of each organisation, and how many members and items it had."""
    reported: dict[str, dict[str, object]] = {}
    for each in reversed(months):
        if len(reported) == len(codes):
            break
        columns = ["organisation", "state", "members", "items"]
        coverage = pd.read_parquet(output / str(each) / "data" / "coverage.parquet", columns=columns)
        live = coverage[coverage["state"].isin(LIVE) & coverage["organisation"].isin(codes)]
        for code, _, members, items in live.itertuples(index=False):
            reported.setdefault(code, {"since": str(each), "members": members, "items": items})
    return reported
