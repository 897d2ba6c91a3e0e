"""The invented members of each organisation."""

from random import Random

from pledgebatch.demo.organisations import Organisation

MEMBERS = 17
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
GIVEN = "伟芳敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红娥玲芬燕彬建国文辉力健永利清飞凤洁梅琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞"
EDUCATION = ("大学本科", "大学专科", "大学本科", "研究生", "中等职业")
_SCHOOL = ("校长", ("数学教师", "语文教师", "英语教师", "体育教师"), ("食堂管理员", "图书管理员"))
_CLINIC = ("院长", ("全科医生", "护士", "检验师", "药剂师"), ("收费员", "导诊员"))
_OFFICE = ("局长", ("督导员", "审计员", "统计师", "信息工程师"), ("窗口办事员", "档案员"))
POSTS = {
    "局机关": _OFFICE,
    "公办学校": _SCHOOL,
    "民办学校": _SCHOOL,
    "公立医院卫生院": _CLINIC,
    "民营医院": _CLINIC,
}
"""Of each category: the head's post, the professional posts, the service posts."""


def members(organisation: Organisation, year: int) -> list[dict[str, str]]:
    """The rows of 党员承诺 as the branch types them, without what is signed; the last one pledges orally."""
    rng = Random(organisation.code)
    head, professional, service = POSTS[organisation.category]
    rows = []
    for number in range(1, MEMBERS + 1):
        retired, leader = number >= MEMBERS - 1, number == 1
        born = rng.randrange(1935, 1945) if retired else rng.randrange(1958, 1985)
        joined = born + rng.randrange(20, 25)
        kind = (
            "无职党员" if retired else "管理岗位" if number <= 2 else "服务岗位" if number % 4 == 0 else "专业技术岗位"
        )
        post = {"无职党员": "无", "管理岗位": head if leader else f"副{head}", "服务岗位": rng.choice(service)}.get(
            kind, rng.choice(professional)
        )
        name = SURNAMES[(organisation.number * 7 + number * 11) % len(SURNAMES)] + "".join(
            rng.sample(GIVEN, rng.choice((1, 2, 2)))
        )
        oral = number == MEMBERS
        rows.append(
            {
                "member_no": str(number), "name": name, "sex": rng.choice("男女"),
                "birth_month": _month(born, rng.randrange(1, 13), rng), "ethnicity": "回族" if rng.random() < 0.05 else rng.choice(("汉族", "汉族", "汉")),
                "post": post, "joined_month": f"{joined}-07", "education": "初中" if retired else rng.choice(EDUCATION),
                "branch": organisation.name, "post_type": kind, "is_leader": "是" if number <= 2 else rng.choice(("否", "否", "×")),
                "pledge_form": "口头" if oral else "书面",
                "oral_reason": "年老体弱" if oral else "", "oral_study_date": f"{year}-03-02" if oral and year > 2010 else "2010-11-05" if oral else "",
                "participation_plan": "按月参加支部学习，带头做好本职工作", "change": "在册",
            }
        )  # fmt: skip
    return rows


def _month(year: int, month: int, rng: Random) -> str:
    """A month as different people type it."""
    return rng.choice(
        (f"{year}-{month:02d}", f"{year}-{month:02d}", f"{year}年{month}月", f"{year % 100}.{month}", f"{year}/{month}")
    )
