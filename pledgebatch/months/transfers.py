"""转移: members who left here and came there, proposed as one person; and what the office confirmed of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.compute as pc

from pledgebatch.months.archive import Ledgers, consolidated_months, last_reports
from pledgebatch.months.followed import MERGER, TRANSFER
from pledgebatch.months.handovers import Line, new_code, with_lines
from pledgebatch.notice.periods import Period
from pledgebatch.rules.facts.progress import OPEN
from pledgebatch.rules.facts.tables import GONE
from pledgebatch.rules.office.events import DISSOLVED
from pledgebatch.rules.office.registry import Found, alike_together, remark
from pledgebatch.schema.archive_tables import read_table
from pledgebatch.schema.decisions import ANOTHER, SAME, TRANSFERS
from pledgebatch.schema.frames import REMARK, Tables, frame
from pledgebatch.schema.kinds import RAW, show
from pledgebatch.schema.sheets import ITEMS, MEMBERS
from pledgebatch.schema.states import Severity
from pledgebatch.schema.texts import squeeze

LEFT, CAME = "转出", "转入"
WITHDRAWN = "撤销"
ABOUT = ["organisation", "name", "birth_month", "change"]
PAIR = ["period", "name", "birth_month", "from_code", "to_code"]
Person = tuple[str, Any]


def confirmed(transfers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The lines of 转移确认 by which a person moved, in their order, and remarks on those that say it of one twice."""
    same = transfers[transfers["decision"] == SAME].sort_values(["period", "row"], kind="stable")
    gave: dict[tuple[Person, str], Any] = {}
    took: dict[tuple[Person, str], Any] = {}
    found: list[Found] = []
    for index, line in zip(same.index, same.to_dict("records"), strict=True):
        who, giver, receiver = person_of(line), line["from_code"], line["to_code"]
        before = gave.get((who, giver), took.get((who, receiver)))
        if before is not None:
            known = same.loc[before]
            if (known["from_code"], known["to_code"]) != (giver, receiver):
                message = (
                    f"“{line['name']}”第 {known['row']} 行已确认由 {known['from_code']} 转入 {known['to_code']}，"
                    "同一个人不能确认两次，这一行不起作用，请核对后只留一行"
                )
                found.append(remark(index, "to_code", line["to_code" + RAW], message))
            else:
                found.append((index, {}))
            continue
        gave[who, giver], took[who, receiver] = index, index
        gave.pop((who, receiver), None)  # who came back may leave again
        took.pop((who, giver), None)
    kept = same.drop(index=[index for index, _ in found])
    return kept, alike_together([each for each in found if each[1]], transfers, TRANSFERS)


def person_of(line: Any) -> Person:
    """By what a person is known in two organisations: the folded name and the month of birth."""
    birth = line["birth_month"]
    return squeeze(line["name"]), None if pd.isna(birth) else int(birth)


def hand_over_items(output: Path, period: Period, moved: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """``known`` (``HANDOVER``), and the open items of those who ``moved`` before ``period``, once both organisations have
    told of the person; who is not on the receiver's roster has not come."""
    for line in moved[moved["period"] < period.ordinal].to_dict("records"):
        heirs = heirs_of(known)
        giver, receiver = (heirs.get(line[key], line[key]) for key in ("from_code", "to_code"))
        reports = last_reports(output, period, [giver, receiver], known)
        if reports is None or giver == receiver:
            continue
        gave, took = (_person(reports, code, line) for code in (giver, receiver))
        took = took[~took["change"].isin(GONE) & took["member_no"].notna()]
        if took.empty:
            continue
        common: Line = {"period": str(period), "cause": TRANSFER, "giver": giver, "receiver": receiver}
        numbers = gave["member_no"].dropna().tolist()
        lines = [*_number(numbers, took, known, common), *_items(output, reports, line | common, numbers)]
        known = with_lines(known, [common | each for each in lines])
    return known


def heirs_of(handovers: pd.DataFrame) -> dict[str, str]:
    """By organisation that merged who has now what it had."""
    merged = handovers[handovers["cause"] == MERGER]
    heirs: dict[str, str] = {}
    for giver, receiver in merged[["giver", "receiver"]].drop_duplicates().itertuples(index=False):
        heirs = {code: receiver if heir == giver else heir for code, heir in heirs.items()} | {giver: receiver}
    return heirs


def _person(reports: Tables, code: str, line: Any) -> pd.DataFrame:
    rows = reports[MEMBERS.key]
    own = rows[(rows["organisation"] == code) & rows["name"].notna()]
    born = own["birth_month"] == line["birth_month"] if not pd.isna(line["birth_month"]) else own["name"].notna()
    return own[(own["name"].map(squeeze) == squeeze(line["name"])) & born.fillna(False).astype(bool)]


def _number(numbers: Sequence[Any], took: pd.DataFrame, known: pd.DataFrame, common: Line) -> Iterator[Line]:
    """The person's number with either, once."""
    before = known[(known["giver"] == common["giver"]) & (known["receiver"] == common["receiver"])]
    listed = set(before.loc[before["sheet"] == MEMBERS.key, "number"])
    field = MEMBERS["member_no"]
    for number in numbers:
        if show(field, number) not in listed:
            new = show(field, took["member_no"].iloc[0])
            yield {
                "sheet": MEMBERS.key,
                "number": show(field, number),
                "new_number": new,
                "words": took["name"].iloc[0],
            }


def _items(output: Path, reports: Tables, line: Any, numbers: Sequence[Any]) -> Iterator[Line]:
    """The items still to be done; one that was withdrawn only since the person had left is as it was before."""
    giver, receiver = line["giver"], line["receiver"]
    rows = reports[ITEMS.key]
    taken = set(rows.loc[rows["organisation"] == receiver, "item_no"].dropna())
    own = rows[(rows["organisation"] == giver) & (rows["pledger"] == "党员") & rows["item_no"].notna()]
    named = own["name"].map(squeeze, na_action="ignore") == squeeze(line["name"])
    own = own[own["member_no"].isin(numbers) | (named & own["member_no"].isna())]
    withdrawn = own["status"] == WITHDRAWN
    before = _open_before(output, giver, line, str(own["reported"].iloc[0])) if withdrawn.any() else {}
    for number, text, status in own[["item_no", "text", "status"]].itertuples(index=False):
        was = before.get(number) if status == WITHDRAWN else None
        if status in OPEN or pd.isna(status) or was:
            new = new_code(giver, number, taken)
            taken.add(new)
            yield {"sheet": ITEMS.key, "number": number, "new_number": new, "words": text, "status": was}


def _open_before(output: Path, giver: str, line: Any, reported: str) -> dict[str, str]:
    """The items of an organisation that were open when the person last stood on its roster, with their status."""
    for month in reversed([each for each in consolidated_months(output) if str(each) <= reported]):
        ledgers = Ledgers(output, month, [giver])
        there = _person(ledgers, giver, line)
        if len(there) and not there["change"].isin(GONE).any():
            items = ledgers[ITEMS.key]
            still = items[items["status"].isin(OPEN)]
            return dict(zip(still["item_no"], still["status"], strict=True))
    return {}


def find_pairs(
    output: Path, period: Period, members: pd.DataFrame, events: pd.DataFrame, handovers: pd.DataFrame
) -> pd.DataFrame:
    """Who left one organisation and came to another, by name and month of birth, whichever was told first, in this month or
    since the year before; as lines of 转移确认 not yet decided.

    ``members`` are the rows of this month with 转出 or 转入. All of an organisation that was dissolved have left it; whoever
    was in one that merged is with its receiver.
    """
    earlier = [each for each in consolidated_months(output) if each < period and each.year >= period.year - 1]
    moving = pc.field("change").isin([LEFT, CAME]) & pc.field("set_aside").is_null()
    rows = [members[ABOUT], *(read_table(output / str(month), MEMBERS.key, ABOUT, moving) for month in earlier)]
    dissolved = sorted(set(events.loc[events["event"] == DISSOLVED, "organisation"]))
    if dissolved and (reports := last_reports(output, period, dissolved, handovers)) is not None:
        stayed = reports[MEMBERS.key]
        rows.append(stayed.loc[~stayed["change"].isin(GONE), ABOUT].assign(change=LEFT))
    known = pd.concat(rows, ignore_index=True).dropna(subset=["name", "birth_month"])
    heirs = heirs_of(handovers)
    known = known.assign(folded=known["name"].map(squeeze), organisation=known["organisation"].replace(heirs))
    known = known.drop_duplicates(["organisation", "folded", "birth_month", "change"])
    left, came = (known[known["change"] == change] for change in (LEFT, CAME))
    pairs = left.merge(came, on=["folded", "birth_month"], suffixes=("", "_to"))
    pairs = pairs[pairs["organisation"] != pairs["organisation_to"]]
    pairs = pairs.rename(columns={"organisation": "from_code", "organisation_to": "to_code"}).assign(period=str(period))
    return pairs.sort_values(["folded", "birth_month", "from_code", "to_code"], ignore_index=True)[PAIR]


def undecided(pairs: pd.DataFrame, transfers: pd.DataFrame, handovers: pd.DataFrame) -> pd.DataFrame:
    """The ``pairs`` of which the office has not decided: neither that it is one person, nor that it is another, nor that
    the person went elsewhere or came from elsewhere."""
    decided = with_heirs(transfers[transfers["decision"] != ""], handovers).to_dict("records")
    listed = {(*person_of(line), line["from_code"], line["to_code"]) for line in decided}
    moved = [line for line in decided if line["decision"] == SAME]
    gave = {(*person_of(line), line["from_code"]) for line in moved}
    took = {(*person_of(line), line["to_code"]) for line in moved}
    open_ = [
        (*person_of(row), row["from_code"], row["to_code"]) not in listed
        and (*person_of(row), row["from_code"]) not in gave
        and (*person_of(row), row["to_code"]) not in took
        for row in pairs.to_dict("records")
    ]
    return pairs[pd.Series(open_, index=pairs.index, dtype="bool")].reset_index(drop=True)


def with_heirs(transfers: pd.DataFrame, handovers: pd.DataFrame) -> pd.DataFrame:
    """The lines of 转移确认 with the organisations that have now what those had."""
    heirs = heirs_of(handovers)
    return transfers.assign(**{key: transfers[key].replace(heirs) for key in ("from_code", "to_code")})


def lines_to_add(pairs: pd.DataFrame, transfers: pd.DataFrame) -> list[dict[str, str]]:
    """The ``pairs`` that stand in 转移确认 under no month yet, as lines of it."""
    listed = {(*person_of(line), line["from_code"], line["to_code"]) for line in transfers.to_dict("records")}
    return [
        {key: row[key] for key in ("period", "name", "from_code", "to_code")}
        | {"birth_month": show(TRANSFERS["birth_month"], row["birth_month"])}
        for row in pairs.to_dict("records")
        if (*person_of(row), row["from_code"], row["to_code"]) not in listed
    ]


def remarks_on(pairs: pd.DataFrame, file: str) -> pd.DataFrame:
    """What the clerk reads of ``pairs`` that wait for a word."""
    lines: list[dict[str, object]] = []
    for row in pairs.to_dict("records"):
        born = show(TRANSFERS["birth_month"], row["birth_month"])
        message = (
            f"“{row['name']}”（{born} 生）由 {row['from_code']} 转出、转入 {row['to_code']}，像是同一个人；"
            f"请在“{TRANSFERS['decision'].header}”填“{SAME}”（未办结的事项随人转去）或“{ANOTHER}”"
        )
        lines.append({"file": file, "sheet": TRANSFERS.name, "severity": str(Severity.NOTICE), "message": message})
    return frame(REMARK, lines)
