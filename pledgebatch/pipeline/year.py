"""``year``: the year's archive of one organisation, as one workbook and one page."""

from pathlib import Path

from pledgebatch.engine.atomic import replacing
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.months.archive import consolidated_months, read_month, read_registry_of
from pledgebatch.pipeline.lock import holds
from pledgebatch.pipeline.workspace import FIRST, Workspace
from pledgebatch.publish.folders import folder_names
from pledgebatch.publish.year import render_year, write_year


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
    months = [read_month(output / str(period), organisation) for period in periods]
    months = [month for month in months if len(month.coverage)]
    if not months:
        raise OfficeMistake(
            f"{year} 年各月的应报名单中没有组织编码 {organisation}：请按单位名册核对，再输入 "
            f"{workspace.line('year', '组织编码', '--year', year)}"
        )
    registry = read_registry_of(output / str(months[-1].period))
    target = output / "years" / str(year) / folder_names(registry)[organisation]
    with replacing(target) as folder:
        write_year(months, folder / f"年度档案_{year}.xlsx")
        (folder / f"年度档案_{year}.html").write_text(render_year(months), "utf-8", newline="\n")
    return target
