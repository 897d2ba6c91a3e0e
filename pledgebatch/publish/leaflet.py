"""填报须知: one printed page for the branches, sent out beside the workbooks."""

from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period, Stage, pledge_deadline, stages_due
from pledgebatch.publish.agenda import STAGE_TASKS
from pledgebatch.publish.render import template
from pledgebatch.schema.sheets import ITEMS, ORGANISATION
from pledgebatch.schema.states import Severity
from pledgebatch.workbooks.guide import EXAMPLES, STEPS

LEAFLET_NAME = "填报须知.html"
PLEDGES = (
    ("加强学习，不断提高自身素质", "6月底前读完两本业务书，写 2 篇体会，在支部会上交流"),
    ("全心全意为群众服务", "每月第一个周六上门为 10 户独居老人量血压，逐户登记"),
    ("进一步改善办学条件", "暑假前在校门口加装 30 米候雨棚，开学前验收使用"),
)
"""What is no pledge that can be checked, and what is one."""
SEVERITIES = {
    Severity.ERROR: "必须改正，改好后重新报送",
    Severity.WARNING: "请核对，确实无误的可以不改",
    Severity.NOTICE: "供参考，不用回复",
}


def render_leaflet(period: Period, parameters: Parameters, contact: str = "") -> str:
    """The page for ``period``: what is due, how to fill in, how to write a pledge, how to send in, what a return is; by
    which day to report, where the office sets one, and whom to ask."""
    later_years, next_month = parameters.pledge_deadline, period.following.cutoff
    due = stages_due(period, later_years)
    last_day = next_month.replace(day=min(parameters.late_after_day, next_month.day) or 1)
    return template("leaflet.html.j2").render(
        period=period.label,
        cutoff=period.cutoff.isoformat(),
        report_by=last_day.isoformat() if parameters.late_after_day else "",
        contact=contact,
        year=period.year,
        deadline=pledge_deadline(period.year, later_years).isoformat(),
        tasks=[STAGE_TASKS[stage] for stage in Stage if stage in due and stage in STAGE_TASKS],
        steps=STEPS,
        pledges=PLEDGES,
        example="　".join(
            f"{ITEMS[key].header}：{text.format(year=period.year)}" for key, text in EXAMPLES[ITEMS].items()
        ),
        nil=ORGANISATION["nil_return"].header,
        severities=[(severity, severity.label, meaning) for severity, meaning in SEVERITIES.items()],
    )
