"""The invented organisations: a district, its three supervisors, and the schools and clinics below them."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Organisation:
    """One invented party organisation; ``number`` is its place in the list."""

    number: int
    code: str
    unit: str
    category: str
    parent: str
    relation: str

    @property
    def name(self) -> str:
        """党组织名称."""
        return f"{self.unit}党支部"

    @property
    def phone(self) -> str:
        """An invented landline."""
        return f"0519-8650{self.number + 11:04d}"


SUPERVISORS = (
    ("G1", "云溪区社会事业局党工委", "云溪区社会事业局"),
    ("G2", "云溪区教育系统党委", "云溪区教育系统"),
    ("G3", "云溪区卫生系统党委", "云溪区卫生系统"),
)
"""They receive ledgers and do not report."""
_UNITS = {
    ("局机关", "G1", "直属"): ("云溪区社会事业局机关", "云溪区教师发展中心", "云溪区学生资助站"),
    ("公办学校", "G2", "直属"): (
        "云溪实验小学", "云溪第二小学", "柳湾小学", "枫桥小学", "河东小学", "青莲小学", "云溪中学", "云溪第二中学", "柳湾中学",
    ),
    ("公立医院卫生院", "G3", "直属"): ("云溪区人民医院", "柳湾卫生院", "枫桥卫生院", "河东卫生院", "青莲卫生院"),
    ("民办学校", "G2", "指导"): ("启明外国语学校", "小白杨幼儿园", "博雅培训学校", "晨光幼儿园"),
    ("民营医院", "G3", "指导"): ("康宁口腔医院", "同心中医医院", "仁和护理院"),
}  # fmt: skip
ORGANISATIONS = tuple(
    Organisation(number, f"Y{number + 1:02d}", unit, *place)
    for number, (place, unit) in enumerate((place, unit) for place, units in _UNITS.items() for unit in units)
)


def registry() -> pd.DataFrame:
    """单位名册 as texts."""
    rows = [
        {"unit_code": code, "org_name": name, "org_type": "党委", "unit_name": unit, "unit_category": "局机关",
         "relation": "直属", "parent_code": "" if code == "G1" else "G1", "reports": "否"}
        for code, name, unit in SUPERVISORS
    ]  # fmt: skip
    rows += [
        {"unit_code": each.code, "org_name": each.name, "org_type": "党支部", "unit_name": each.unit,
         "unit_category": each.category, "relation": each.relation, "parent_code": each.parent, "reports": "是",
         "contact": "办公室", "phone": each.phone, "email": f"{each.code.lower()}@example.cn"}
        for each in ORGANISATIONS
    ]  # fmt: skip
    return pd.DataFrame(rows).fillna("")
