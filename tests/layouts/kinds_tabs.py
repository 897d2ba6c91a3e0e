"""Layouts with tabs besides those that are ours: lists of other things, and the roster of the year before."""

from pledgebatch.schema.sheets import BY_KEY
from tests.layouts.compose import compose
from tests.layouts.sketch import Page, Sketch
from tests.layouts.words import LAST_YEAR


def other_tabs(sketch: Sketch, nth: int) -> None:
    """Tabs of the branch's own that are full of the same people: party dues, who came to a meeting, a duty roster, a letter."""
    compose(sketch, ours=nth % 2 == 0)
    made = (_dues, _meeting, _duty, _letter, _award, _applicants)
    for make in (made[nth % len(made)], made[(nth + 1) % len(made)]):
        page = make(sketch)
        sketch.strange.append(page.title)
        sketch.pages.remove(page)
        sketch.pages.insert(sketch.random.randint(0, len(sketch.pages)), page)


def _names(sketch: Sketch) -> list[str]:
    return [member["name"] for member in sketch.filling.members]


def _dues(sketch: Sketch) -> Page:
    page = sketch.page("党费收缴")
    page.put(0, 0, "2011年党费收缴登记表")
    page.put(1, 0, "序号", "姓名", "月工资", "1月", "2月", "3月", "4月", "合计", "经手人")
    for number, name in enumerate(_names(sketch), 1):
        due = sketch.random.randint(5, 40)
        page.put(number + 1, 0, number, name, due * 200, due, due, due, due, due * 4, sketch.filling.head["filled_by"])
    return page


def _meeting(sketch: Sketch) -> Page:
    page = sketch.page("签到")
    page.put(0, 0, "支部党员大会签到表")
    page.put(1, 0, "时间：2011年4月8日", "", "地点：会议室", "", "主持人：" + sketch.filling.head["head"])
    page.put(2, 0, "序号", "姓名", "签到", "备注")
    for number, name in enumerate(_names(sketch), 1):
        page.put(number + 2, 0, number, name, "√", sketch.random.choice(("", "", "请假", "迟到")))
    return page


def _duty(sketch: Sketch) -> Page:
    page = sketch.page("值班表")
    page.put(0, 0, "日期", "星期", "值班人", "联系电话", "带班领导")
    for number, name in enumerate(_names(sketch)):
        page.put(
            number + 1,
            0,
            f"2011-04-{number + 1:02d}",
            "一二三四五六日"[number % 7],
            name,
            f"139000000{number:02d}",
            sketch.filling.head["head"],
        )
    return page


def _letter(sketch: Sketch) -> Page:
    page = sketch.page("Sheet9")
    lines = (
        "关于报送4月份公开承诺台账的说明",
        "党委办公室：",
        "现将我支部4月份台账报上，其中两名党员外出学习，签名待补。",
        sketch.filling.name,
        "2011年4月25日",
    )
    for row, line in enumerate(lines):
        page.put(row, 0, line)
    return page


def _award(sketch: Sketch) -> Page:
    page = sketch.page("评优推荐")
    page.put(0, 0, "姓名", "性别", "民族", "推荐类别", "主要事迹")
    for row, member in enumerate(sketch.filling.members[:3], 1):
        page.put(
            row, 0, member["name"], member["sex"], member["ethnicity"], "优秀共产党员", sketch.random.choice(LAST_YEAR)
        )
    return page


def _applicants(sketch: Sketch) -> Page:
    page = sketch.page("入党积极分子")
    page.put(0, 0, "序号", "姓名", "性别", "出生年月", "文化程度", "申请入党时间", "培养联系人")
    for number, name in enumerate(("毛晓春", "邵雨桐", "万里程", "段思齐"), 1):
        page.put(
            number,
            0,
            number,
            name,
            "男女"[number % 2],
            f"19{80 + number}-0{number}",
            "大学本科",
            f"2009-0{number + 2}",
            sketch.filling.head["head"],
        )
    return page


def old_roster(sketch: Sketch, nth: int) -> None:
    """The roster of the year before on a tab of its own beside this year's, with members who have left since."""
    pages = compose(sketch, ours=nth % 2 == 0)
    page = sketch.page(("2010年党员名册", "党员承诺（2010）", "去年名册", "党员承诺(旧)")[nth % 4])
    keys = [each.key for each in BY_KEY["members"].fields[:12]]
    page.put(0, 0, f"{sketch.filling.name}2010年党员名册")
    page.put(1, 0, *(BY_KEY["members"][key].header for key in keys))
    gone = [
        sketch.filling.members[0] | {"name": name, "is_leader": "否", "post": "教师"}
        for name in ("毛晓春", "邵雨桐", "万里程")
    ]
    for row, member in enumerate([*sketch.filling.members[1:], *gone], 2):
        page.put(row, 0, *((member | {"member_no": str(row - 1)})[key] for key in keys))
    sketch.strange.append(page.title)
    if nth % 3 == 2:
        sketch.pages.remove(page)
        sketch.pages.insert(sketch.pages.index(pages["members"]), page)


READ_KINDS = (other_tabs,)
SHOWN_KINDS = (old_roster,)
