"""Invented organisations: who is in them and what they pledge, as texts by field key, in our own notation."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from random import Random

PERIOD, LAST_PERIOD, NEXT_PERIOD, YEAR = "2011-04", "2011-03", "2011-05", 2011
Row = dict[str, str]
"""The texts of one row by field key."""

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹喻柏窦章苏潘葛范彭鲁韦马苗方俞任袁柳唐费薛雷贺倪汤"
_GIVEN = (
    "砚秋 松龄 志刚 文静 丽华 秀英 海燕 晓东 明辉 雪梅 秋兰 玉兰 桂芳 德明 永清 立新 卫东 红霞 小平 佳慧 思远 浩然 一鸣 子涵 嘉怡 "
    "敏 芳 静 鸿 磊 洋 琳 艳 杰 娟 涛 超 霞 平 桂英 兰英 素珍 庆余 长河 宝山 凤仪 守仁 家驹 维民 若兰 清泉 景行 怀瑾 书瑶 梓萱"
)
_PLACES = "松岭 青禾 白鹭湾 石桥 柳泉 云台 沙溪 枫林 鹤鸣 望江 长堤 桃源坪 双塔 银杏 浅水 南塘"
_SCHOOLS = "第一小学 第二小学 实验小学 中心幼儿园 初级中学 高级中学 职业中学 特殊教育学校 外国语学校 育才学校"
_CLINICS = "中心卫生院 人民医院 中医医院 妇幼保健院 社区卫生服务中心 康宁医院 口腔医院 疾控中心"
_OFFICES = "教育局机关 卫生局机关 社会事业局机关 教研室 会计核算中心"
GIVEN, PLACES, SCHOOLS, CLINICS, OFFICES = map(str.split, (_GIVEN, _PLACES, _SCHOOLS, _CLINICS, _OFFICES))
POSTS = {
    "学校": (
        "语文教师",
        "数学教师",
        "英语教师",
        "体育教师",
        "音乐教师",
        "总务干事",
        "图书管理员",
        "校医",
        "实验员",
        "食堂管理员",
    ),
    "医院": ("内科医师", "外科医师", "护士", "护士长", "药剂师", "检验师", "收费员", "公卫医师", "放射技师", "司机"),
    "机关": ("科员", "主任科员", "会计", "出纳", "办事员", "驾驶员", "教研员", "档案员"),
}
LEADERS = {
    "学校": ("校长", "副校长", "教导主任"),
    "医院": ("院长", "副院长", "医务科科长"),
    "机关": ("局长", "副局长", "办公室主任"),
}
WORKS = {
    "学校": (
        "与{n}名学困生结对，每周{d}辅导{m}分钟", "每周{d}值守校门{m}分钟，护送低年级学生过马路", "为{g}年级编一册{q}题的练习", "开设{n}节家长开放课",
        "家访{q}户学生家庭并做好记录", "修好{q}套课桌椅", "整理图书{h}册并上架", "组织{n}次急救演练", "把操场{q}米围栏重新油漆", "带{n}名青年教师备课上课",
        "办{n}期学生心理讲座", "每月{d}号公布食堂采购价格", "建一个{q}平方米的种植角", "为{n}名留守学生过集体生日",
    ),
    "医院": (
        "到村里义诊{n}次，服务不少于{h}人", "把门诊候诊时间缩短{m}分钟", "为{q}位慢病老人上门测血压", "每周{d}延长门诊{m}分钟", "建立{h}份居民健康档案",
        "带教{n}名青年医护人员", "印发{h}份用药提醒卡", "为{q}名孕产妇做产后访视", "把药品公示牌更新{n}次", "开办{n}期健康讲座", "修缮输液室{q}张座椅",
        "回访出院病人{h}人次", "组织{n}次应急抢救演练", "为{q}名学龄儿童补种疫苗",
    ),
    "机关": (
        "到基层学校走访{n}次并当场答复问题", "把{q}项审批材料压缩一半", "编印{h}份办事指南", "每周{d}接待来访群众{m}分钟", "帮扶{n}户困难家庭", "清理{q}份过期文件并公布",
        "为{n}所村小配送图书{h}册", "组织{n}次窗口礼仪培训", "公布{q}项收费标准", "办好{n}期政策咨询会", "核对{h}份退休人员档案", "开展{n}次财务自查",
    ),
}  # fmt: skip
MEASURES = (
    "排出时间表，逐次登记", "每次做好记录，月底向支部汇报", "与相关科室商定，张榜公布", "列入本年度工作要点，指定专人负责", "先摸底，再分批落实",
    "利用课余和休息时间完成", "请群众代表监督，每季公布一次", "购置材料，组织人员分工完成",
)  # fmt: skip
PLANS = (
    "分三步：调查、实施、总结",
    "按月推进，月底小结",
    "四月启动，逐月落实，年底总结",
    "上半年完成一半，下半年全部完成",
)
PROGRESS = (
    "已落实两次，群众反映良好",
    "正在摸底登记",
    "材料已购齐，正在施工",
    "完成近半，按计划推进",
    "名单已定，开始实施",
)
AIMS = ("带头参加学习，做好本职工作", "积极参加活动，主动服务群众", "认真践诺，争当先锋", "结合岗位，带头争创佳绩")
OPINIONS_OF = (
    "希望增加停车位",
    "建议延长开放时间",
    "食堂菜价偏高",
    "厕所改造进度慢",
    "希望多办讲座",
    "建议公开收费项目",
)
SUMMARIES = (
    "讨论本年度承诺事项",
    "分析第一季度进展情况",
    "督查各项承诺落实情况",
    "跟踪检查公示栏更新情况",
    "向上级报送活动简报",
)
DAYS = "一二三四五"


@dataclass(frozen=True)
class Filling:
    """What one organisation has to report, the answers of its form under ``head``."""

    seed: int
    head: Row
    members: list[Row] = field(default_factory=list)
    items: list[Row] = field(default_factory=list)
    opinions: list[Row] = field(default_factory=list)
    legacy: list[Row] = field(default_factory=list)
    records: list[Row] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.head["unit_code"]

    @property
    def name(self) -> str:
        return self.head["org_name"]

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """The rows of every sheet, the form's one row too."""
        return {
            "organisations": [self.head], "members": self.members, "items": self.items, "opinions": self.opinions,
            "legacy": self.legacy, "records": self.records,
        }  # fmt: skip

    def month_before(self) -> "Filling":
        """What it reported last month: a member fewer, and nothing under way yet."""
        late = {"status": "进行中", "progress": "刚刚启动", "done_date": "", "result": ""}
        items = [item | late for item in self.items if item.get("name") != self.members[-1]["name"]]
        head = self.head | {
            "period": LAST_PERIOD,
            "member_count": str(len(self.members) - 1),
            "filled_on": "2011-03-24",
        }
        return replace(self, head=head, members=self.members[:-1], items=items)


def invent(seed: int, size: int) -> Filling:
    """The organisation of number ``seed`` with ``size`` members."""
    random = Random(f"organisation {seed}")
    sector = ("学校", "医院", "机关", "学校", "医院")[seed % 5]
    bodies = {"学校": SCHOOLS, "医院": CLINICS, "机关": OFFICES}[sector]
    nth = seed // 5 * 2 + seed % 5 // 3
    body, kind = nth // len(PLACES) % len(bodies), nth // len(PLACES) // len(bodies)
    unit = f"{PLACES[nth % len(PLACES)]}{'镇区乡县'[kind]}{bodies[body]}"
    name = unit + "党支部"
    members = _members(random, size, sector, name)
    opinions = [
        {"opinion_no": f"Y{nth}", "date": f"2011-02-{10 + nth + seed % 9:02d}", "method": ("座谈会", "问卷", "意见箱")[nth % 3],
         "attendance": str(12 + nth * 3 + seed % 5), "opinion": text, "adopted": ("采纳", "部分采纳")[nth % 2]}
        for nth, text in enumerate(random.sample(OPINIONS_OF, 3), 1)
    ]  # fmt: skip
    records = [
        {"date": f"2011-0{2 + nth % 3}-{3 + nth * 2 + seed % 7:02d}", "activity": activity, "summary": summary,
         "attendance": str(size - nth), "responsible": members[nth % 2]["name"]}
        for nth, (activity, summary) in enumerate(zip(("讨论会议", "分析例会", "督导检查", "跟踪检查"), SUMMARIES, strict=False))
    ]  # fmt: skip
    legacy = [
        {"legacy_no": f"L{nth}", "problem": text, "promised_on": f"2009-1{nth - 1}-1{seed % 9}", "solved": ("未解决", "已解决")[nth % 2]}
        for nth, text in enumerate(("学校门口道路坑洼不平", "候诊区没有无障碍通道")[: 1 + seed % 2], 1)
    ]  # fmt: skip
    category = {"学校": ("公办学校", "民办学校"), "医院": ("公立医院卫生院", "民营医院"), "机关": ("局机关",) * 2}[
        sector
    ][seed % 4 == 3]
    head = {
        "unit_code": f"SL{1000 + seed}", "year": str(YEAR), "period": PERIOD, "org_name": name, "org_type": "党支部",
        "unit_name": unit, "unit_category": category, "relation": ("直属", "指导")[seed % 2], "parent_org": "松岭区社会事业局党委",
        "member_count": str(size), "head": members[0]["name"], "phone": f"0519-8{5000000 + seed * 37:07d}",
        "legacy_answer": "有", "org_sealed": "是", "org_date": f"2011-03-{5 + seed % 9:02d}", "approval_opinion": "同意承诺，望抓好落实",
        "approval_sealed": "是", "approval_date": f"2011-03-{16 + seed % 8:02d}", "copy_parent": "是", "copy_own": "是",
        "copy_public": "是", "supervision_contact": f"0519-8{6000000 + seed * 41:07d}", "has_analysis_meeting": "是",
        "has_ledger": "是", "has_inspection": ("是", "否")[seed % 5 == 4], "filled_by": members[-1]["name"], "filled_on": f"2011-04-{21 + seed % 6}",
    }  # fmt: skip
    return Filling(seed, head, members, _items(random, members, sector, seed), opinions, legacy, records)


def _members(random: Random, size: int, sector: str, branch: str) -> list[Row]:
    names: list[str] = []
    while len(names) < size:
        name = random.choice(SURNAMES) + random.choice(GIVEN)
        if name not in names:
            names.append(name)
    rows = []
    for nth, name in enumerate(names):
        leads = nth < len(LEADERS[sector]) and nth <= size // 4
        old = nth == size - 2 and size > 5
        born = random.randint(1934, 1944) if old else random.randint(1952, 1986)
        joined = born + random.randint(20, min(34, 2009 - born))
        post = LEADERS[sector][nth] if leads else "无" if old else random.choice(POSTS[sector])
        rows.append(
            {
                "member_no": str(nth + 1), "name": name, "sex": random.choice("男女"), "birth_month": f"{born}-{random.randint(1, 12):02d}",
                "ethnicity": random.choices(("汉族", "回族", "满族", "土家族"), (14, 2, 1, 1))[0], "post": post,
                "joined_month": f"{joined}-{random.randint(1, 12):02d}",
                "education": "初中" if old else random.choice(("大学本科", "大学本科", "大学专科", "研究生", "中等职业")),
                "branch": branch, "post_type": "离退休" if old else "管理岗位" if leads else random.choice(("专业技术岗位", "服务岗位")),
                "is_leader": "是" if leads else "否", "pledge_form": "口头" if old else "书面",
                "oral_reason": "年老体弱" if old else "", "oral_study_date": "2011-03-02" if old else "",
                "participation_plan": random.choice(AIMS), "signed": "否" if old else "是",
                "signed_date": "" if old else f"2011-03-{random.randint(3, 12):02d}", "branch_opinion": random.choice(("同意", "同意承诺", "符合要求")),
                "branch_sealed": "是", "branch_date": f"2011-03-{random.randint(14, 20):02d}", "change": "在册",
            }
        )  # fmt: skip
    return rows


def _items(random: Random, members: list[Row], sector: str, seed: int) -> list[Row]:
    rows: list[Row] = []
    said: set[str] = set()
    goods = ("领导班子好", "党员队伍好", "工作机制好", "工作业绩好", "群众反映好")
    leads = ("带头学习提高", "带头争创佳绩", "带头服务群众", "带头遵纪守法", "带头弘扬正气")
    pledgers: list[Row | None] = [None, None, None]
    for member in members:
        if member["pledge_form"] == "书面":
            pledgers += [member] * (3 if member["is_leader"] == "是" else 2 + seed % 2)
    counts: dict[str, int] = {}
    for member in pledgers:
        text = _pledge(random, sector, said)
        own = member["member_no"] if member else ""
        counts[own] = nth = counts.get(own, 0) + 1
        deed = random.random() < 0.4
        reviewer = members[1] if member is members[0] else members[0]
        rows.append(
            {
                "item_no": f"D{own}-{nth}" if member else f"Z{nth}", "pledger": "党员" if member else "组织",
                "member_no": own, "name": member["name"] if member else "", "part": ("共性", "岗位", "创新")[(nth - 1) % 3], "text": text,
                "measures": random.choice(MEASURES), "responsible": member["name"] if member else members[nth % 3]["name"],
                "due": random.choice(("2011-05-31", "2011-06-30", "2011-09-10", "2011-09-30", "2011-10-31", "2011-11-30", "2011-12-20")),
                "virtue": random.choice(leads if member else goods), "basis": random.choice(("年度目标", "岗位职责", "中心工作")),
                "real_deed": "是" if deed else "否", "beneficiary": random.choice(("学生和家长", "就诊群众", "周边居民")) if deed else "",
                "key_project": "否", "advanced": "是", "annual_task": "是", "fits_post": "是", "public_wish": random.choice(("是", "需完善")),
                "feasible": "是", "reviewer": reviewer["name"], "review_date": f"2011-03-{random.randint(12, 16)}", "conclusion": "通过",
                "publicity": random.choice(("会议", "党务政务公开栏", "网络")), "publicity_date": f"2011-03-{random.randint(17, 29)}",
                "plan": random.choice(PLANS), "status": random.choice(("进行中", "进行中", "未开始")), "progress": random.choice(PROGRESS),
            }
        )  # fmt: skip
    return rows


def _pledge(random: Random, sector: str, said: set[str]) -> str:
    while True:
        text = random.choice(WORKS[sector]).format(
            n=random.randint(2, 9), d=random.choice(DAYS), m=random.choice((20, 30, 40, 60)), q=random.randint(11, 60),
            h=random.randint(80, 400), g=random.choice("一二三四五六"),
        )  # fmt: skip
        text = random.choice(("", "", "全年", "本年度内")) + text
        if text not in said:
            said.add(text)
            return text
