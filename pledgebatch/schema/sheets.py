"""Every sheet and field of the standard workbook and the registry: the one declaration.

Field by field: key, header, kind, stage from which it is required (or in which it begins), choices, clause, who fills it in, help.
"""

from pledgebatch.notice.periods import Stage
from pledgebatch.schema.fields import Field, Filler, Kind, Sheet

TEXT, CODE, INTEGER, CHOICE, PERSON, PHONE, DATE, MONTH, DEADLINE, EMAIL = Kind
ALWAYS, PLEDGE, PUBLISH, MONTHLY, HALF, YEAR = Stage
OFFICE, PREFILLED, BRANCH, REVIEWER = Filler
OF_MEMBERS = "党员的事项必填"
"""What is filled in of members' items (五.3)."""

ORGANISATION = Sheet(
    "organisations",
    "组织承诺",
    (
        Field("unit_code", "组织编码", CODE, ALWAYS, filler=PREFILLED, help="由党委办公室编定，不可改动"),
        Field("year", "承诺年度", INTEGER, ALWAYS, clause="五", filler=PREFILLED),
        Field("period", "填报月份", MONTH, ALWAYS, clause="五.5", filler=PREFILLED),
        Field("org_name", "党组织名称", TEXT, ALWAYS, clause="附件1", filler=PREFILLED),
        Field("org_type", "党组织类型", CHOICE, ALWAYS, listed="党委|党总支|党支部", clause="五", filler=PREFILLED),
        Field("unit_name", "所在单位", TEXT, ALWAYS, filler=PREFILLED),
        Field(
            "unit_category",
            "单位类别",
            CHOICE,
            ALWAYS,
            listed="局机关|公办学校|公立医院卫生院|民办学校|民营医院",
            clause="二.2",
            filler=PREFILLED,
        ),
        Field("relation", "隶属关系", CHOICE, ALWAYS, listed="直属|指导", clause="前言", filler=PREFILLED),
        Field("parent_org", "上一级党组织", TEXT, ALWAYS, clause="附件1", filler=PREFILLED),
        Field("member_count", "党员人数", INTEGER, ALWAYS, clause="附件1", help="党员名册上的人数，预备党员计算在内"),
        Field(
            "head",
            "党组织负责人",
            PERSON,
            ALWAYS,
            clause="附件1",
            help="姓名应在《党员承诺》中，且“是否担任领导职务”为“是”",
        ),
        Field("phone", "联系电话", PHONE, ALWAYS, clause="附件1", help="手机，或带区号的固定电话"),
        Field(
            "nil_return",
            "本月无变化",
            CHOICE,
            listed="是|否",
            clause="五.5",
            help="与上月相比没有任何变化的填“是”",
            since="1",
        ),
        Field(
            "legacy_answer",
            "有无遗留问题",
            CHOICE,
            PLEDGE,
            listed="有|无",
            clause="五.2",
            help="学习实践活动中承诺而未解决好的问题；有的请填《遗留问题》",
        ),
        Field("org_sealed", "党组织盖章", CHOICE, PUBLISH, listed="是|否", clause="附件1"),
        Field("org_date", "承诺日期", DATE, PUBLISH, clause="附件1", help="如 2011-03-10"),
        Field("approval_opinion", "上一级党组织审定意见", TEXT, PUBLISH, clause="附件1"),
        Field("approval_sealed", "上一级党组织盖章", CHOICE, PUBLISH, listed="是|否", clause="附件1"),
        Field("approval_date", "上一级党组织审定日期", DATE, PUBLISH, clause="附件1"),
        Field(
            "copy_parent",
            "承诺书已送上一级党组织",
            CHOICE,
            PUBLISH,
            listed="是|否",
            clause="附件1注",
            help="承诺书一式三份，此为上一级党组织一份",
            since="1",
        ),
        Field(
            "copy_own",
            "承诺书已自存",
            CHOICE,
            PUBLISH,
            listed="是|否",
            clause="附件1注",
            help="一式三份，自存一份",
            since="1",
        ),
        Field(
            "copy_public",
            "承诺书已公示",
            CHOICE,
            PUBLISH,
            listed="是|否",
            clause="附件1注",
            help="一式三份，公示一份",
            since="1",
        ),
        Field(
            "continuation_pages",
            "另附纸页数",
            INTEGER,
            begins=PUBLISH,
            clause="附件1注",
            help="没有另附纸的不填",
            since="1",
        ),
        Field("supervision_contact", "群众监督电话", PHONE, PUBLISH, clause="五.4", help="群众反映意见的电话"),
        Field("has_analysis_meeting", "已建立分析例会制度", CHOICE, MONTHLY, listed="是|否", clause="五.5"),
        Field("has_ledger", "已建立台账管理制度", CHOICE, MONTHLY, listed="是|否", clause="五.5"),
        Field("has_inspection", "已建立督导检查制度", CHOICE, MONTHLY, listed="是|否", clause="五.5"),
        Field("self_check", "年底自查情况", TEXT, YEAR, clause="五.6"),
        Field("self_check_date", "年底自查日期", DATE, YEAR, clause="五.6"),
        Field("appraisal_date", "民主评议党员日期", DATE, YEAR, clause="五.6"),
        Field("filled_by", "填表人", PERSON),
        Field("filled_on", "填表日期", DATE),
    ),
    form=True,
)

MEMBERS = Sheet(
    "members",
    "党员承诺",
    (
        Field("member_no", "序号", INTEGER, ALWAYS, help="支部内编号，长期不变，不重复使用"),
        Field("name", "姓名", PERSON, ALWAYS, clause="附件2"),
        Field("sex", "性别", CHOICE, ALWAYS, listed="男|女", clause="附件2", personal=True),
        Field("birth_month", "出生年月", MONTH, ALWAYS, clause="附件2", help="如 1985-03", personal=True),
        Field(
            "ethnicity", "民族", CHOICE, ALWAYS, listed="@ethnic_groups", clause="附件2", help="如 汉族", personal=True
        ),
        Field(
            "post", "职务或职业", TEXT, ALWAYS, clause="附件2", help="没有职务的党员可填“无”", width=10, personal=True
        ),
        Field("joined_month", "入党时间", MONTH, ALWAYS, clause="附件2", help="如 2006-07", personal=True),
        Field(
            "education", "文化程度", CHOICE, ALWAYS, listed="@education_levels", clause="附件2", width=9, personal=True
        ),
        Field("branch", "所在党支部", TEXT, ALWAYS, clause="附件2", filler=PREFILLED, width=16),
        Field(
            "post_type",
            "岗位类别",
            CHOICE,
            ALWAYS,
            listed="管理岗位|专业技术岗位|服务岗位|无职党员|离退休",
            clause="四",
        ),
        Field(
            "is_leader",
            "是否担任领导职务",
            CHOICE,
            ALWAYS,
            listed="是|否",
            clause="二.2",
            help="书记、校长、院长、园长、主任、局长、科长及其副职填“是”",
        ),
        Field(
            "pledge_form",
            "承诺方式",
            CHOICE,
            PLEDGE,
            listed="书面|口头",
            clause="三",
            help="年老体弱等确有困难的，经支部研究可以口头承诺",
        ),
        Field(
            "oral_reason",
            "口头承诺原因",
            CHOICE,
            begins=PLEDGE,
            listed="年老体弱|文化程度低|其他",
            clause="三",
            help="口头承诺的必填",
            personal=True,
        ),
        Field(
            "oral_study_date",
            "支部研究日期",
            DATE,
            begins=PLEDGE,
            clause="三",
            help="口头承诺的必填：支部研究同意的日期",
        ),
        Field(
            "participation_plan",
            "参加活动的打算",
            TEXT,
            PLEDGE,
            clause="五.2",
            help="参加创先争优活动的具体打算",
            width=20,
        ),
        Field("signed", "本人签名", CHOICE, PUBLISH, listed="是|否", clause="附件2"),
        Field("signed_date", "签名日期", DATE, PUBLISH, clause="附件2"),
        Field("branch_opinion", "党支部审定意见", TEXT, PUBLISH, clause="附件2", width=14),
        Field("branch_sealed", "党支部盖章", CHOICE, PUBLISH, listed="是|否", clause="附件2"),
        Field("branch_date", "党支部审定日期", DATE, PUBLISH, clause="附件2"),
        Field(
            "change",
            "人员变动",
            CHOICE,
            begins=PUBLISH,
            listed="在册|转入|转出|去世|其他",
            clause="三",
            help="调出、去世的保留原行，在此注明",
        ),
        Field("self_check", "年底自查", TEXT, YEAR, clause="五.6", width=20),
        Field("self_check_date", "自查日期", DATE, YEAR, clause="五.6"),
        Field("leader_comment", "领导点评", TEXT, begins=YEAR, clause="五.6", width=16),
        Field(
            "award_nominee",
            "拟评选表彰",
            CHOICE,
            begins=YEAR,
            listed="是|否",
            clause="五.6",
            help="承诺事项未完成的不宜列入",
        ),
    ),
    identity=("name",),
    number="member_no",
)

ITEMS = Sheet(
    "items",
    "承诺事项",
    (
        Field("item_no", "事项编号", CODE, ALWAYS, clause="五.5", help="本单位内编号，长期不变，不重复使用"),
        Field("pledger", "承诺主体", CHOICE, ALWAYS, listed="组织|党员", clause="三"),
        Field("member_no", "党员序号", INTEGER, clause="三", help="党员承诺事项必填，与《党员承诺》的序号一致"),
        Field("name", "党员姓名", PERSON, clause="附件2", help="与《党员承诺》的姓名一致"),
        Field(
            "part",
            "内容类别",
            CHOICE,
            ALWAYS,
            listed="共性|岗位|创新",
            clause="四",
            help="共性：体现先进性；岗位：体现岗位特点；创新：结合自身特点",
        ),
        Field("text", "承诺事项", TEXT, ALWAYS, clause="附件1/2", help="一行写一件，写明做什么、做多少", width=30),
        Field("measures", "具体措施", TEXT, PLEDGE, clause="五.2", help="怎样做到，不要重复承诺事项", width=24),
        Field("responsible", "责任人", PERSON, begins=PLEDGE, clause="五.5"),
        Field("due", "完成时限", DEADLINE, ALWAYS, clause="附件1/2", help="如 2011-06-30、6月底前、第三季度", width=11),
        Field(
            "virtue",
            "先进性标签",
            CHOICE,
            PLEDGE,
            listed="@virtues",
            clause="二.1",
            help="组织选“五个好”，党员选“五带头”",
            width=10,
        ),
        Field("direction", "承诺方向", CHOICE, begins=PLEDGE, listed="@directions", clause="四", width=12),
        Field(
            "basis",
            "承诺依据",
            CHOICE,
            PLEDGE,
            listed="年度目标|单位职能|岗位职责|中心工作|群众意见|遗留问题",
            clause="五.2",
            width=8,
        ),
        Field("opinion_no", "群众意见编号", CODE, begins=PLEDGE, clause="五.1", help="来自《征求意见》的意见编号"),
        Field("real_deed", "是否实事好事", CHOICE, begins=PLEDGE, listed="是|否", clause="二.3"),
        Field("beneficiary", "受益群众", TEXT, begins=PLEDGE, clause="五.1", help="实事好事惠及哪些群众", width=12),
        Field("key_project", "是否重点项目", CHOICE, begins=PLEDGE, listed="是|否", clause="五.2", since="1"),
        Field(
            "legacy_no",
            "遗留问题编号",
            CODE,
            begins=PLEDGE,
            clause="五.2",
            help="来自《遗留问题》的问题编号",
            since="1",
        ),
        Field(
            "duty",
            "设岗定责或义工",
            TEXT,
            begins=PLEDGE,
            clause="二.2",
            help="无职党员所设岗位或义工服务",
            width=12,
            since="1",
        ),
        Field(
            "advanced",
            "审查：体现先进性",
            CHOICE,
            PUBLISH,
            listed="是|否|需完善",
            clause="五.3",
            filler=REVIEWER,
            help=OF_MEMBERS,
        ),
        Field(
            "annual_task",
            "审查：围绕年度任务",
            CHOICE,
            PUBLISH,
            listed="是|否|需完善",
            clause="五.3",
            filler=REVIEWER,
            help=OF_MEMBERS,
        ),
        Field(
            "fits_post",
            "审查：体现岗位职责",
            CHOICE,
            PUBLISH,
            listed="是|否|需完善",
            clause="五.3",
            filler=REVIEWER,
            help=OF_MEMBERS,
        ),
        Field(
            "public_wish",
            "审查：符合群众意愿",
            CHOICE,
            PUBLISH,
            listed="是|否|需完善",
            clause="五.3",
            filler=REVIEWER,
            help=OF_MEMBERS,
        ),
        Field(
            "feasible",
            "审查：切实可行",
            CHOICE,
            PUBLISH,
            listed="是|否|需完善",
            clause="五.3",
            filler=REVIEWER,
            help=OF_MEMBERS,
        ),
        Field("reviewer", "审查人", PERSON, PUBLISH, clause="五.3", filler=REVIEWER, help=OF_MEMBERS),
        Field("review_date", "审查日期", DATE, PUBLISH, clause="五.3", filler=REVIEWER, help=OF_MEMBERS),
        Field(
            "conclusion",
            "审查结论",
            CHOICE,
            PUBLISH,
            listed="通过|退回完善",
            clause="五.3",
            filler=REVIEWER,
            help=OF_MEMBERS,
        ),
        Field(
            "advice", "完善意见", TEXT, begins=PUBLISH, clause="五.3", filler=REVIEWER, help="退回完善的必填", width=16
        ),
        Field("redo_by", "完善期限", DATE, begins=PUBLISH, clause="五.3", filler=REVIEWER, help="退回完善的必填"),
        Field(
            "publicity",
            "公开形式",
            CHOICE,
            PUBLISH,
            listed="会议|文件|党务政务公开栏|报刊|网络|其他",
            clause="五.4",
            help="可填几种，用“、”分开",
            several=True,
        ),
        Field("publicity_date", "公开日期", DATE, PUBLISH, clause="五.4"),
        Field("plan", "实施计划", TEXT, PUBLISH, clause="五.5", width=20),
        Field(
            "status",
            "进展状态",
            CHOICE,
            MONTHLY,
            listed="未开始|进行中|已完成|延期|无法完成|撤销",
            clause="五.5",
            help="每月更新",
        ),
        Field("progress", "进展说明", TEXT, begins=MONTHLY, clause="五.5", width=16),
        Field("done_date", "完成日期", DATE, begins=MONTHLY, clause="六.1", help="已完成的必填"),
        Field("result", "完成结果及佐证", TEXT, begins=MONTHLY, clause="六.1", help="已完成的必填", width=20),
        Field(
            "change_reason",
            "变更原因",
            TEXT,
            begins=MONTHLY,
            clause="五.5",
            help="审定后改动文字、时限，或延期、撤销的必填",
            width=14,
            since="1",
        ),
        Field("final_result", "年终结果", CHOICE, YEAR, listed="完成|部分完成|未完成", clause="六.1"),
    ),
    identity=("text",),
    number="item_no",
    settled=("item_no", "text", "due"),
)

OPINIONS = Sheet(
    "opinions",
    "征求意见",
    (
        Field("opinion_no", "意见编号", CODE, ALWAYS, clause="五.1", help="长期不变，供承诺事项引用"),
        Field("date", "日期", DATE, ALWAYS, clause="五.1"),
        Field("method", "方式", CHOICE, ALWAYS, listed="调研走访|座谈会|问卷|意见箱|网络|其他", clause="五.1"),
        Field("attendance", "参加人数", INTEGER, clause="五.1"),
        Field("opinion", "意见建议", TEXT, ALWAYS, clause="五.1", width=30),
        Field("adopted", "采纳情况", CHOICE, listed="采纳|部分采纳|未采纳", clause="五.1"),
    ),
    identity=("opinion",),
    number="opinion_no",
)

LEGACY = Sheet(
    "legacy",
    "遗留问题",
    (
        Field("legacy_no", "问题编号", CODE, ALWAYS, clause="五.2", help="长期不变，供承诺事项引用"),
        Field("problem", "问题内容", TEXT, ALWAYS, clause="五.2", width=30),
        Field("promised_on", "原承诺日期", DATE, clause="五.2"),
        Field("solved", "解决情况", CHOICE, ALWAYS, listed="已解决|未解决", clause="五.2"),
    ),
    identity=("problem",),
    number="legacy_no",
    since="1",
)

RECORDS = Sheet(
    "records",
    "工作记录",
    (
        Field("date", "日期", DATE, ALWAYS, clause="五"),
        Field(
            "activity",
            "工作环节",
            CHOICE,
            ALWAYS,
            listed="讨论会议|分析例会|督导检查|跟踪检查|领导点评|指导组来访|经验报告|宣传报道",
            clause="五/六",
        ),
        Field("summary", "内容摘要", TEXT, ALWAYS, clause="五/六", width=30),
        Field("attendance", "参加人数", INTEGER),
        Field("responsible", "负责人", PERSON),
        Field("channel", "宣传渠道", CHOICE, listed="专题网站|活动简报|新闻媒体|其他", clause="六.3"),
    ),
    identity=("summary",),
    known_by=("date", "activity", "summary"),
)

ASSESSMENTS = Sheet(
    "assessments",
    "评议整改",
    (
        Field("pledger", "评议对象", CHOICE, ALWAYS, listed="组织|党员", clause="五.6"),
        Field("member_no", "党员序号", INTEGER, clause="五.6", help="评议党员的必填"),
        Field("name", "党员姓名", PERSON, clause="五.6"),
        Field("assessor", "评议方", CHOICE, ALWAYS, listed="党员|群众", clause="五.6"),
        Field("date", "评议日期", DATE, ALWAYS, clause="五.6"),
        Field("attendance", "参加人数", INTEGER, ALWAYS, clause="五.6"),
        Field("satisfied", "满意", INTEGER, ALWAYS, clause="五.6"),
        Field("fairly_satisfied", "比较满意", INTEGER, ALWAYS, clause="五.6"),
        Field("basically_satisfied", "基本满意", INTEGER, ALWAYS, clause="五.6"),
        Field("dissatisfied", "不满意", INTEGER, ALWAYS, clause="五.6"),
        Field("rectify", "是否限期整改", CHOICE, ALWAYS, listed="是|否", clause="六.1"),
        Field("rectify_by", "整改期限", DATE, clause="六.1", help="限期整改的必填"),
        Field("rectified_on", "整改完成日期", DATE, clause="六.1"),
    ),
    known_by=("pledger", "member_no", "assessor", "date"),
)

REGISTRY = Sheet(
    "registry",
    "单位名册",
    (
        Field("unit_code", "组织编码", CODE, ALWAYS, filler=OFFICE),
        Field("org_name", "党组织名称", TEXT, ALWAYS, clause="附件1", filler=OFFICE, width=20),
        Field("org_type", "党组织类型", CHOICE, ALWAYS, listed="党委|党总支|党支部", clause="五", filler=OFFICE),
        Field("unit_name", "所在单位", TEXT, ALWAYS, filler=OFFICE, width=16),
        Field(
            "unit_category",
            "单位类别",
            CHOICE,
            ALWAYS,
            listed="局机关|公办学校|公立医院卫生院|民办学校|民营医院",
            clause="二.2",
            filler=OFFICE,
            width=12,
        ),
        Field("relation", "隶属关系", CHOICE, ALWAYS, listed="直属|指导", clause="前言", filler=OFFICE),
        Field("parent_code", "上级组织编码", CODE, clause="附件1", filler=OFFICE, help="最上一级的不填"),
        Field(
            "reports",
            "是否报送",
            CHOICE,
            ALWAYS,
            listed="是|否",
            clause="三",
            filler=OFFICE,
            help="只接收台账、不报送的填“否”",
        ),
        Field("head", "党组织负责人", PERSON, clause="附件1", filler=OFFICE),
        Field("contact", "联系人", PERSON, filler=OFFICE, width=8),
        Field("phone", "联系电话", PHONE, clause="附件1", filler=OFFICE, width=12),
        Field("email", "电子邮箱", EMAIL, filler=OFFICE, help="报告和台账发往此处", width=18),
        Field("note", "备注", TEXT, filler=OFFICE, width=16),
    ),
    identity=("unit_code",),
    number="unit_code",
)

WAIVERS = Sheet(
    "waivers",
    "豁免清单",
    (
        Field(
            "unit_code", "组织编码", CODE, filler=OFFICE, help="按类别豁免的不填；两样都不填，是豁免所有党组织", width=8
        ),
        Field("rule", "规则编号", CODE, ALWAYS, filler=OFFICE),
        Field("until", "有效期至", DATE, ALWAYS, filler=OFFICE, help="过期自动失效"),
        Field("reason", "理由", TEXT, ALWAYS, filler=OFFICE, width=24),
        Field("approved_by", "批准人", PERSON, ALWAYS, filler=OFFICE),
        Field(
            "category",
            "单位类别",
            CHOICE,
            listed="局机关|公办学校|公立医院卫生院|民办学校|民营医院",
            filler=OFFICE,
            help="豁免一类单位的填这里，不填组织编码",
            width=12,
            since="2",
        ),
        Field("row_no", "编号", CODE, filler=OFFICE, help="只豁免一名党员、一件事项的，填它的序号、编号", since="2"),
    ),
)

EVENTS = Sheet(
    "events",
    "组织变动",
    (
        Field("unit_code", "组织编码", CODE, ALWAYS, filler=OFFICE),
        Field("event", "变动", CHOICE, ALWAYS, listed="撤销|并入|更名|改隶", filler=OFFICE, width=8),
        Field("from_period", "自月份", MONTH, ALWAYS, filler=OFFICE, help="从这个月的报送起算"),
        Field(
            "to",
            "去向或新名称",
            TEXT,
            filler=OFFICE,
            help="并入的填接收组织的编码，改隶的填新上级的编码，更名的填新名称，撤销的不填",
            width=24,
        ),
        Field("note", "备注", TEXT, filler=OFFICE, width=16),
    ),
)

LAYOUTS = Sheet(
    "layouts",
    "表式",
    (
        Field("unit_code", "组织编码", CODE, filler=OFFICE),
        Field("tab", "工作表", TEXT, filler=OFFICE, width=14),
        Field("cell", "单元格", TEXT, filler=OFFICE, width=7),
        Field("header", "原表头", TEXT, filler=OFFICE, width=16),
        Field("sheet", "读作工作表", TEXT, filler=OFFICE, width=10),
        Field("field", "读作栏目", TEXT, filler=OFFICE, help="没有读入的，填规定的栏目，下次汇总照此读", width=14),
        Field("basis", "依据", TEXT, filler=OFFICE, width=36),
        Field("sure", "把握", CHOICE, listed="明确|待确认", filler=OFFICE),
        Field(
            "handled", "处理", CHOICE, listed="确认|不采用", filler=OFFICE, help="确认的以后不再问，不采用的以后不再读"
        ),
        Field("clerk", "经办人", PERSON, filler=OFFICE),
    ),
    identity=("header",),
)

SHEETS = (ORGANISATION, MEMBERS, ITEMS, OPINIONS, LEGACY, RECORDS, ASSESSMENTS)
"""The data sheets of the standard workbook, in their order."""
TABLES = SHEETS[1:]
"""Those that hold many rows."""
BOOK_OF_THE_OFFICE = (REGISTRY, EVENTS, WAIVERS)
"""The sheets of registry.xlsx, in their order."""
BY_KEY = {sheet.key: sheet for sheet in (*SHEETS, *BOOK_OF_THE_OFFICE)}
GUIDE_NAME, SELF_CHECK_NAME, HIDDEN_NAME = "填表说明", "自查", "_pledgebatch"
TEMPLATE_VERSIONS = ("0.9", "1")
"""The versions of the standard workbook, in their order: whoever changes its sheets or headers adds one."""
TEMPLATE_VERSION = TEMPLATE_VERSIONS[-1]
