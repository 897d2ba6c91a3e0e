"""The clauses of the notice: number, title, paraphrase, modal verb, and what covers each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Clause:
    """A numbered part of the notice and what covers it: rules, a reviewer's answers, or a reason why no machine can."""

    number: str
    title: str
    paraphrase: str
    modal: str
    rules: tuple[str, ...] = ()
    reviewer: tuple[str, ...] = ()
    """Fields in which a person, not a rule, answers for the clause."""
    not_mechanical: str = ""


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIVE_ANSWERS = ("advanced", "annual_task", "fits_post", "public_wish", "feasible")
"""The five questions of 五.3, answered by the reviewer item by item."""

CLAUSES = (
    Clause(
        "前言", "适用范围", "通知发给局属各基层党组织，对直属单位是部署，对其他学校、医院是指导。", "-", _codes("ORG09")
    ),
    Clause(
        "一",
        "目的意义",
        "说明为什么要开展公开承诺，不对填报提出要求。",
        "-",
        not_mechanical="讲的是意义，没有可以对照检查的要求",
    ),
    Clause(
        "二",
        "基本要求",
        "公开承诺为主线，设定、公开、践行、评议各环节健康有序。",
        "要",
        not_mechanical="总的要求，由第五条各环节落实",
    ),
    Clause(
        "二.1",
        "体现先进性",
        "对照“五个好”“五带头”承诺，不把日常工作和纪律当作承诺。",
        "要",
        _codes("ITM11 ITM15"),
        ("advanced",),
    ),
    Clause(
        "二.2",
        "分类指导",
        "按机关、学校、医院的实际分类；领导党员带头且标准更高；无职党员结合设岗定责或义工服务。",
        "要",
        _codes("ORG07 MEM11 COV05 ITM23 LDR01 LDR02 LDR03 SIM02"),
        ("fits_post",),
    ),
    Clause("二.3", "回应群众关切", "每年向群众承诺几件办得到的实事好事，衔接整改落实后续工作。", "要", _codes("ITM19")),
    Clause(
        "三",
        "承诺对象",
        "全部基层党组织和党员参加；确有困难的党员经支部研究可以口头承诺。",
        "都应",
        _codes("ORG03 MEM12 COV01 COV02 COV03 COV04 ITM25 TRK07"),
    ),
    Clause(
        "四",
        "承诺内容",
        "机关、公办、民办各有重点方向；内容一般含共性、岗位、创新三部分。",
        "一般",
        _codes("MEM10 ITM14 ITM16 ITM17 ITM18"),
    ),
    Clause(
        "五",
        "方法步骤",
        "以支部为单位分年度进行；2010 年在 11 月底前，以后每年初；各环节依次推进。",
        "要",
        _codes("FIL02 FIL03 ITM05 REV06 SIM03 DDL01 DDL02"),
    ),
    Clause(
        "五.1", "广泛征求意见", "承诺前走访调研，以群众意愿为承诺的重要依据。", "要", _codes("CON01 CON02 CON03 ITM20")
    ),
    Clause(
        "五.2",
        "提出承诺事项",
        "结合年度目标和岗位提出，事项明确、内容具体、措施实在；遗留问题列为重点项目。",
        "要",
        _codes("MEM15 CON04 CON05 ITM04 ITM06 ITM07 ITM08 ITM09 ITM21 ITM22 SIM01"),
    ),
    Clause(
        "五.3",
        "审核确定",
        "逐一审查：先进性、年度任务、岗位职责、群众意愿、切实可行；不合要求的督促完善。",
        "要",
        _codes("ITM12 REV01 REV02 REV03 REV04 REV05"),
        FIVE_ANSWERS,
    ),
    Clause(
        "五.4",
        "公开承诺内容",
        "以会议、文件、公开栏、报刊、网络等形式公布，接受监督。",
        "要",
        _codes("PUB01 PUB02 PUB04"),
    ),
    Clause(
        "五.5",
        "跟踪管理",
        "有实施计划，有分析例会、台账管理、督导检查，跟踪检查党员践诺。",
        "要",
        _codes("FIL01 FIL05 FIL06 MEM16 ITM02 ITM10 ITM24 TRK01 TRK04 TRK05 TRK08 TRK09"),
    ),
    Clause(
        "五.6",
        "考核评议",
        "年底自查，接受党员群众评议，与领导点评、评选表彰衔接。",
        "要",
        _codes("EVA01 EVA02 EVA03 EVA06"),
    ),
    Clause(
        "六.1",
        "落实领导职责",
        "指导组加强指导；项项有着落、件件有结果；落实不好、群众不满意的限期整改。",
        "要",
        _codes("TRK02 TRK03 TRK06 TRK10 EVA04 EVA05 GUI01"),
    ),
    Clause("六.2", "扩大覆盖", "党组织和党员全面覆盖，不留空白点。", "力争", _codes("COV06")),
    Clause("六.3", "宣传引导", "及时总结、报告经验，通过网站、简报、媒体宣传。", "要", _codes("GUI02 GUI03")),
    Clause(
        "附件1",
        "基层党组织公开承诺书",
        "名称、人数、负责人、电话、事项与时限、盖章与日期、上级审定。",
        "form",
        _codes("ORG01 ORG02 ORG05 ORG06 ORG08 ORG10 ORG11 ITM01 ITM03"),
    ),
    Clause(
        "附件1注",
        "承诺书的份数与续页",
        "写不下可另附纸；一式三份：上级、自存、公示。",
        "form",
        _codes("ORG12 ORG13 PUB03"),
    ),
    Clause(
        "附件2",
        "党员公开承诺书",
        "姓名、性别、出生、民族、职务、入党、文化、支部、事项与时限、签名、支部审定。",
        "form",
        _codes("MEM01 MEM02 MEM03 MEM04 MEM05 MEM06 MEM07 MEM08 MEM09 MEM13 MEM14 ITM01 ITM03"),
    ),
)
"""The notice in its own order."""

NO_CLAUSE = "-"
"""The clause of rules about the files and the calendar of the office, which the notice does not mention."""
