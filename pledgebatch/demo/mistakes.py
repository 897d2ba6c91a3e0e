"""The seeded mistakes: who makes which, where, and the rule that should tell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """``typed`` stands in ``field`` of row ``index`` of ``sheet`` (0-based, ignored on the form)."""

    period: str
    code: str
    sheet: str
    index: int
    field: str
    typed: str
    rule: str
    severity: str = "error"


_M = Mistake
MISTAKES = (
    _M("2010-11", "Y04", "organisations", 0, "phone", "1385123", "ORG06", "warning"),
    _M("2010-11", "Y04", "members", 4, "birth_month", "1968", "MEM03"),
    _M("2010-11", "Y13", "items", 7, "due", "", "ITM03"),
    _M("2010-11", "Y17", "items", 3, "due", "2012年6月底", "ITM05", "warning"),
    _M("2010-12", "Y06", "items", 9, "status", "", "TRK01"),
    _M("2010-12", "Y06", "items", 12, "done_date", "2011-01-05", "TRK02"),
    _M("2010-12", "Y14", "items", 20, "result", "", "TRK02"),
    _M("2010-12", "Y14", "items", 30, "status", "进行中", "TRK03"),
    _M("2011-03", "Y02", "organisations", 0, "member_count", "18", "ORG03"),
    _M("2011-03", "Y02", "organisations", 0, "head", "", "ORG05"),
    _M("2011-03", "Y04", "members", 3, "name", "", "MEM01"),
    _M("2011-03", "Y04", "members", 5, "sex", "女性", "MEM02"),
    _M("2011-03", "Y04", "members", 6, "birth_month", "2001-05", "MEM03"),
    _M("2011-03", "Y06", "members", 2, "ethnicity", "汗族", "MEM04"),
    _M("2011-03", "Y06", "members", 5, "post", "无", "MEM05"),
    _M("2011-03", "Y06", "members", 8, "joined_month", "2011年5月", "MEM06"),
    _M("2011-03", "Y08", "members", 4, "joined_month", "1970-01", "MEM07", "warning"),
    _M("2011-03", "Y08", "members", 7, "education", "高深", "MEM08", "warning"),
    _M("2011-03", "Y08", "members", 9, "branch", "柳湾小学党支部", "MEM09"),
    _M("2011-03", "Y13", "members", 6, "post_type", "医生岗位", "MEM10"),
    _M("2011-03", "Y13", "members", 0, "is_leader", "说不清", "MEM11"),
    _M("2011-03", "Y13", "members", 10, "member_no", "", "MEM16"),
    _M("2011-03", "Y15", "members", 16, "oral_reason", "", "COV03"),
    _M("2011-03", "Y15", "items", 2, "text", "", "ITM01"),
    _M("2011-03", "Y15", "items", 8, "part", "其他", "ITM14"),
    _M("2011-03", "Y17", "items", 4, "due", "2011年3月2日", "ITM05"),
    _M("2011-03", "Y17", "items", 11, "item_no", "", "ITM24"),
    _M("2011-03", "Y17", "items", 14, "name", "张三丰", "ITM25"),
    _M("2011-03", "Y19", "organisations", 0, "unit_category", "私立学校", "ORG07"),
    _M("2011-03", "Y19", "organisations", 0, "parent_org", "市教委", "ORG08"),
    _M("2011-03", "Y22", "organisations", 0, "org_name", "康宁口腔党支部", "ORG01"),
    _M("2011-04", "Y08", "items", 6, "status", "", "TRK01"),
    _M("2011-04", "Y10", "items", 5, "due", "2011-04-20", "TRK03"),
    _M("2011-04", "Y10", "items", 10, "status", "已完成", "TRK02"),
    _M("2011-04", "Y20", "organisations", 0, "member_count", "", "ORG02"),
)
MISSING = {"2010-11": (), "2010-12": ("Y23",), "2011-03": ("Y24",), "2011-04": ("Y24",)}
"""Organisations that send nothing."""
NIL = {"2011-04": ("Y05",)}
"""Declared nil returns."""
UNREADABLE = {"2011-03": ("Y21",)}
"""The file is cut short."""
WRONG_MONTH = {"2011-04": ("Y11",)}
"""They send the month before again."""
SENT_TWICE = {"2011-03": ("Y09",)}
"""A first workbook, then a corrected one."""
BADLY_NAMED = {"2011-03": ("Y12",)}
"""The file is not named as agreed."""
ZIPPED = {"2011-03": ("Y07", "Y16")}
"""Sent together in a zip."""
