"""The office: each month is made from rows as they rolled forward, judged, concluded and archived, as the program does it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from pledgebatch.intake.identity import identify_submissions
from pledgebatch.months.archive import history
from pledgebatch.months.events import settle_events
from pledgebatch.months.handed import list_handed, list_unclaimed
from pledgebatch.months.handovers import settle_handovers
from pledgebatch.months.registered import prefilled_anew, registry_moves, with_former_names
from pledgebatch.months.rolling import answers_of, roll_forward
from pledgebatch.months.transfers import confirmed, find_pairs, hand_over_items, undecided
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.assess_part import assess_part
from pledgebatch.pipeline.assessed import Assessed, Terms
from pledgebatch.pipeline.conclude import conclude_month
from pledgebatch.pipeline.identify import leave_out_ended
from pledgebatch.publish.data import write_data, write_tables
from pledgebatch.publish.protection import UNPROTECTED
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.rules.office.events import with_events
from pledgebatch.schema.archive_tables import FRAMES
from pledgebatch.schema.decisions import TRANSFERS
from pledgebatch.schema.digests import seal
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import empty
from pledgebatch.schema.kinds import CELL
from pledgebatch.schema.month import Month
from pledgebatch.schema.sheets import EVENTS, REGISTRY, TABLES, TEMPLATE_VERSION
from tests.rules.typed import batch_of, typed

Lines = dict[str, list[dict[str, str]]]
"""The rows of each sheet of a workbook, by its key."""
Fill = Callable[[str, Lines], None]
"""What a branch, by its code, does to the rows that it was sent."""


def of_the_office(sheet: Sheet, lines: Sequence[Mapping[str, str]], file: str) -> pd.DataFrame:
    """Lines of a book of the office's, as they are read from it."""
    rows = typed(sheet, [lines], 2011)
    cells = {
        each.key + CELL: rows["row"].map(f"{place}{{}}".format)
        for place, each in zip("ABCDEFGHIJKLM", sheet.fields, strict=False)
    }
    return rows.assign(organisation=None, file=file, **cells).astype(dict.fromkeys(cells, "str"))


@dataclass
class Office:
    """Its registry, the events and transfers that it has written down, and the months that it has archived."""

    output: Path
    registry: pd.DataFrame
    events: list[dict[str, str]] = field(default_factory=list)
    transfers: list[dict[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, output: Path, organisations: Sequence[Mapping[str, str]]) -> "Office":
        """An office with these organisations in its registry."""
        rows = of_the_office(REGISTRY, organisations, "registry.xlsx")
        return cls(output, rows.assign(organisation=rows["unit_code"]))

    def month(self, period: Period, fill: Fill, absent: Collection[str] = ()) -> tuple[Month, pd.DataFrame]:
        """A month in which every organisation but those ``absent`` fills in what it was sent; and who is proposed as one
        person."""
        typed_events = of_the_office(EVENTS, self.events, "registry.xlsx")
        events, remarks = settle_events(typed_events, self.registry, self.output, period)
        assert remarks.empty, remarks["message"].tolist()
        now = with_former_names(with_events(self.registry, events, period), self.output, period, self.registry)
        transfers = of_the_office(TRANSFERS, self.transfers, "decisions.xlsx").fillna({"decision": ""})
        moved, twice = confirmed(transfers)
        assert twice.empty
        handovers = hand_over_items(self.output, period, moved, settle_handovers(self.output, period, events, now))
        reporting = now[(now["reports"] != "否") & ~now["organisation"].isin(list(absent))]
        sent = self._workbooks(reporting, now, period, handovers)
        for code, lines in sent.items():
            fill(code, lines)
        files = [_file(code, period) for code in sent]
        batch = batch_of(list(sent.values()), files, period.year)
        submissions = leave_out_ended(identify_submissions(batch, now, period), events, shown_names(now))
        before = history(self.output, period, None, handovers)
        anew = prefilled_anew(self.output, period, now)
        terms = Terms(now, period, Parameters(), before, handovers=handovers, prefilled=anew)
        assessment, tables = assess_part(batch, submissions, terms)
        month = conclude_month(terms, Assessed(batch, assessment, tables), submissions)
        month = replace(
            month,
            waivers=empty(FRAMES["waivers"]),
            events=events,
            handovers=handovers,
            registry_moves=registry_moves(self.output, period, now, events),
            handed=list_handed(handovers, period, shown_names(now)),
            unclaimed=list_unclaimed(self.output, period, events, handovers),
        )
        members = tables["members"]
        moving = members[members["change"].isin(["转出", "转入"]) & members["set_aside"].isna()]
        pairs = undecided(find_pairs(self.output, period, moving, events, handovers), transfers, handovers)
        self._archive(month)
        return month, pairs

    def _workbooks(
        self, reporting: pd.DataFrame, registry: pd.DataFrame, period: Period, handovers: pd.DataFrame
    ) -> dict[str, Lines]:
        """The rows that each organisation is sent."""
        codes = reporting["organisation"].tolist()
        rolled = roll_forward(self.output, period, codes, handovers)
        names = dict(zip(registry["organisation"], registry["org_name"], strict=True))
        sent: dict[str, Lines] = {}
        for record in reporting.to_dict("records"):
            sent[record["organisation"]] = {"organisations": [answers_of(record, names, period)]} | {
                sheet.key: [] for sheet in TABLES
            }
        for sheet in TABLES:
            if rolled:
                rows = rolled[sheet.key].drop(columns="settled", errors="ignore")
                for row in rows.to_dict("records"):
                    sent[row.pop("organisation")][sheet.key].append(row)
        return sent

    def _archive(self, month: Month) -> None:
        folder = self.output / str(month.period)
        folder.mkdir(parents=True)
        write_tables(month.tables, folder)
        write_data(month, folder, "", UNPROTECTED)
        seal(folder)


def _file(code: str, period: Period) -> dict[str, str]:
    return {"file": f"{code}.xlsx", "sha256": f"{code} {period}", "hidden_code": code, "hidden_period": str(period),
            "template_version": TEMPLATE_VERSION}  # fmt: skip
