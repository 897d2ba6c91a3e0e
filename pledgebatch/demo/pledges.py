"""The invented pledges: what, how much, by when, put together from stocks of our own."""

from random import Random

from pledgebatch.demo.organisations import Organisation

DIRECTIONS = {
    "局机关": ("建设学习型机关", "建设服务型机关", "转变工作作风", "提高机关效能"),
    "公办学校": ("优质发展", "特色建设", "质量管理", "服务群众为民办实事"),
    "公立医院卫生院": ("优质发展", "特色建设", "质量管理", "服务群众为民办实事"),
    "民办学校": ("扩大党组织覆盖面", "遵守法律法规", "团结凝聚员工", "维护各方权益", "促进健康发展"),
    "民营医院": ("扩大党组织覆盖面", "遵守法律法规", "团结凝聚员工", "维护各方权益", "促进健康发展"),
}
_TOPICS = ("教育法规", "服务礼仪", "安全知识", "信息技术", "群众工作方法", "心理健康", "应急处置", "优秀案例")
_PLACES = ("公开栏", "支部会", "单位网站", "职工大会", "科室例会")
ORGANISATION = {
    "共性": ("支部每月组织一次{topic}集中学习，全年不少于{n}次，签到和讨论记录在{place}公布", "{due}前支委走访{n}户联系对象，收集的意见在{place}逐条答复"),
    "岗位": ("{due}前完成{n}次{topic}岗位检查，查出的问题逐条限期整改并在{place}公布", "{due}前把{n}项办事流程各减少一个环节，新流程在{place}张贴"),
    "创新": ("{due}前建好{topic}交流角，每月开放{n}次，使用记录在{place}公布", "{due}前解决群众反映的{n}处不便，改造前后对照照片在{place}公布"),
}  # fmt: skip
MEMBER = {
    "共性": ("{due}前读完{n}本{topic}书籍，写两篇体会在{place}交流", "{due}前参加{n}次{topic}志愿宣讲，记录交支部存档"),
    "管理岗位": ("{due}前听取{n}名职工对{topic}的意见，改进办法在{place}公布", "{due}前带队检查{n}处重点部位，整改结果在{place}公布"),
    "专业技术岗位": ("{due}前完成{n}次{topic}专题示范，带教两名青年同事", "{due}前整理{n}份{topic}典型材料，供同事共用"),
    "服务岗位": ("{due}前编好{n}条常见问题答复卡，对老年人先办理后补手续", "每周公布一次服务内容，{due}前累计公布{n}期"),
    "无职党员": ("结合设岗定责，{due}前到{topic}岗义务值守{n}次，值守表在{place}公布",),
    "创新": ("与{n}名有困难的群众结对，{due}前每人上门帮扶四次", "{due}前为群众办好{n}件{topic}方面的小事，由受益人签字确认"),
}  # fmt: skip
_DUES = {
    "6月20日": "6月20日",
    "9月底": "9月底前",
    "10月15日": "10月15日",
    "11月底": "11月底前",
    "12月20日": "2011-12-20",
}


def pledge(rng: Random, stock: tuple[str, ...], year: int) -> dict[str, str]:
    """A text and its deadline."""
    when = rng.choice([*_DUES]) if year > 2010 else "12月25日"
    text = rng.choice(stock).format(
        due=when, n=rng.randrange(4, 30), topic=rng.choice(_TOPICS), place=rng.choice(_PLACES)
    )
    return {"text": text, "due": _DUES.get(when, "12月25日前")}


def items(organisation: Organisation, members: list[dict[str, str]], year: int) -> list[dict[str, str]]:
    """The rows of 承诺事项 that an organisation and its members propose in a year."""
    rng = Random(f"{organisation.code} {year}")
    directions = DIRECTIONS[organisation.category]
    rows = []
    for number, part in enumerate(("共性", "岗位", "创新", "岗位", "创新")):
        rows.append(
            pledge(rng, ORGANISATION[part], year)
            | {"item_no": f"Z{number + 1}", "pledger": "组织", "part": part, "virtue": "工作业绩好", "direction": directions[number % len(directions)],
               "basis": "群众意见" if number == 2 else "年度目标", "opinion_no": "Y1" if number == 2 else "",
               "real_deed": "是" if part == "创新" else "否", "beneficiary": "服务对象和家属" if part == "创新" else "", "responsible": members[0]["name"]}
        )  # fmt: skip
    for member in members:
        if member["pledge_form"] == "口头":
            continue
        for letter, part in zip("ABC", ("共性", "岗位", "创新"), strict=True):
            stock = MEMBER[member["post_type"] if part == "岗位" else part]
            rows.append(
                pledge(rng, stock, year)
                | {"item_no": f"D{member['member_no']}{letter}", "pledger": "党员", "member_no": member["member_no"], "name": member["name"],
                   "part": part, "virtue": {"共性": "带头学习提高", "岗位": "带头争创佳绩", "创新": "带头服务群众"}[part], "basis": "岗位职责",
                   "real_deed": "是" if part == "创新" else "否", "beneficiary": "结对群众" if part == "创新" else "",
                   "duty": "义务值守" if member["post_type"] == "无职党员" and part == "岗位" else "", "responsible": member["name"]}
            )  # fmt: skip
    return [row | {"measures": "列出日程，按月记录，由支部核对"} for row in rows]
