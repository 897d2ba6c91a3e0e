"""``year``: the year's archive of one organisation, as one workbook and one page."""

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pledgebatch.engine.kept import writing_anew
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.months.archive import consolidated_months, read_month, read_registry_of
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.lock import holds
from pledgebatch.pipeline.workspace import FIRST, Workspace
from pledgebatch.publish.folders import folder_names
from pledgebatch.publish.render import href
from pledgebatch.publish.year import render_year, write_year
from pledgebatch.rules.office.events import ENDS, MERGED
from pledgebatch.schema.archive_tables import read_table
from pledgebatch.schema.month import Month

PAGE = "年度档案_{}.html"


@holds("year")
def archive_year(workspace: Workspace, organisation: str, year: int) -> Path:
    """Write the archive of ``organisation`` (its code) for ``year``; returns its folder.

    Raises OfficeMistake where no month of the year was consolidated, or none knows the organisation.
    """
    workspace.require()
    output = workspace.root / "output"
    periods = [period for period in consolidated_months(output) if period.year == year]
    if not periods:
        done = sorted({period.year for period in consolidated_months(output)})
        known = f"汇总过的年度有 {'、'.join(map(str, done))}，" if done else ""
        line = (
            workspace.line("year", organisation, "--year", done[-1]) if done else workspace.line("consolidate", FIRST)
        )
        raise OfficeMistake(f"{year} 年还没有汇总过，{known}请输入 {line}")
    months = _months_of(output, periods, organisation)
    if not months:
        raise OfficeMistake(
            f"{year} 年各月的应报名单中没有组织编码 {organisation}：请按单位名册核对，再输入 "
            f"{workspace.line('year', '组织编码', '--year', year)}"
        )
    end = _end_of(output, organisation)
    leads_on = {"sentence": f"自 {end['from_period']} 起{end['event']}", "href": ""} if end else None
    if end and leads_on and end["event"] == MERGED:
        receiver = str(end["to"])
        leads_on["sentence"] += f" {receiver}"
        if _months_of(output, periods, receiver):  # whoever asks for the one reads on in the other
            place = archive_year(workspace, receiver, year)
            leads_on["sentence"] += f" {place.name.partition('_')[2]}"
            leads_on["href"] = href(f"../{place.name}/{PAGE.format(year)}")
    registry = read_registry_of(output / str(months[-1].period))
    target = output / "years" / str(year) / folder_names(registry)[organisation]
    with writing_anew(target) as folder:
        write_year(months, folder / f"年度档案_{year}.xlsx")
        (folder / PAGE.format(year)).write_text(render_year(months, leads_on), "utf-8", newline="\n")
    return target


def _months_of(output: Path, periods: Sequence[Period], organisation: str) -> list[Month]:
    months = [read_month(output / str(period), organisation) for period in periods]
    return [month for month in months if len(month.coverage)]


def _end_of(output: Path, organisation: str) -> Mapping[Hashable, Any]:
    """The event by which an organisation ended; nothing where it did not."""
    events = read_table(output / str(consolidated_months(output)[-1]), "events")
    ended = events[(events["organisation"] == organisation) & events["event"].isin(ENDS)]
    return ended.iloc[-1].to_dict() if len(ended) else {}
