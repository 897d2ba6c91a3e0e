"""单位名册 as the office's own work: what in it should be mended, and what holds until it is.

None of it is a branch's doing: a tie that cannot hold is left out, a name that is not there is made up for, and the
clerk is told at which cell.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from pledgebatch.rules.machinery.cells import short
from pledgebatch.schema.fields import Kind, Sheet
from pledgebatch.schema.frames import REMARK, frame
from pledgebatch.schema.kinds import CELL, RAW, explain
from pledgebatch.schema.sheets import ORGANISATION, REGISTRY
from pledgebatch.schema.states import Severity
from pledgebatch.schema.texts import squeeze

ASSUMED = {
    "org_name": "，暂用所在单位的名称或编码代替",
    "org_type": "，发给它的工作簿暂不预填这一项",
    "unit_name": "，发给它的工作簿暂不预填这一项",
    "unit_category": "，暂不归入任何一类统计",
    "relation": "，发给它的工作簿暂不预填这一项",
    "reports": "，暂按“是”（应报）处理",
    "phone": "，催报名单中没有它的号码",
    "email": "，不能给它代发邮件",
}
"""What the office goes by until a field is mended."""
WANTED = ("contact", "phone", "email")
"""Fields that need not be filled in, but that others have filled in."""
MOST_CELLS = 8
"""Cells that one remark names."""
LOOK_ALIKES = str.maketrans("OILQ", "0110")
"""Letters that are typed for digits."""
Remark = dict[str, Any]
Found = tuple[Any, Remark]
"""The index of a row, and what is to be said of it."""


def as_published(registry: pd.DataFrame) -> pd.DataFrame:
    """The registry that a month goes by: without ties that do not hold; a name that is missing is made up for."""
    broken = {index for indices, _ in _broken_ties(registry) for index in indices}
    parents = registry["parent_code"].where(~registry.index.isin(list(broken)))
    names = registry["org_name"].fillna(registry["unit_name"]).fillna(registry["unit_code"])
    return registry.assign(parent_code=parents, org_name=names)


PREFILLED = {
    **{key: key for key in ("org_name", "org_type", "unit_name", "unit_category", "relation")},
    "parent_org": "parent_code",
}
"""Answers of the form that the office fills in, each with the field of the registry that it comes from."""


def of_branches(findings: pd.DataFrame, registry: pd.DataFrame) -> pd.DataFrame:
    """The findings without those of an answer left blank that the office prefills, and that its registry lacks."""
    blank = (
        (findings["sheet"] == ORGANISATION.name) & (findings["value"] == "") & findings["field"].isin(list(PREFILLED))
    )
    if not blank.any():
        return findings
    lacking = {
        (code, key) for key, own in PREFILLED.items() for code in registry.loc[registry[own].isna(), "organisation"]
    }
    pairs = zip(findings["organisation"], findings["field"], strict=True)
    ours = blank & pd.Series([pair in lacking for pair in pairs], index=findings.index)
    return findings[~ours].reset_index(drop=True)


def judge_registry(rows: pd.DataFrame) -> pd.DataFrame:
    """Remarks on the rows of the registry as read, with ``key_cell`` beside each field that has a column."""
    found = [*_values(rows), *_codes(rows), *_repeated(rows), *_ties(rows), *_tops(rows)]
    return alike_together(found, rows, REGISTRY)


def alike_together(found: Sequence[Found], rows: pd.DataFrame, sheet: Sheet) -> pd.DataFrame:
    """The remarks on ``rows`` of a sheet of the office's book, each with the place of its row; those that say the same of several cells are one with all of them."""
    groups: dict[tuple[str, str, str], list[Found]] = {}
    for index, remark in found:
        groups.setdefault((remark["field"], remark["value"], remark["message"]), []).append((index, remark))
    together = []
    for (key, _, message), alike in groups.items():
        index, first = alike[0]
        cells = [str(rows.at[each, key + CELL]) for each, _ in alike[1:]]
        many = f" 等 {len(cells)} 格" if len(cells) > MOST_CELLS else ""
        also = f"（同样的还有 {'、'.join(cells[:MOST_CELLS])}{many}）" if cells else ""
        place = {
            "file": rows.at[index, "file"],
            "sheet": sheet.name,
            "row": rows.at[index, "row"],
            "cell": rows.at[index, key + CELL],
        }
        together.append({**first, **place, "message": message + also})
    return frame(REMARK, together)


def remark(index: Any, key: str, raw: object, message: str, severity: Severity = Severity.WARNING) -> Found:
    """One remark on the field ``key`` of a row."""
    value = raw if isinstance(raw, str) else ""
    return index, {"field": key, "value": value, "severity": str(severity), "message": message}


def _values(rows: pd.DataFrame) -> Iterator[Found]:
    """What is blank and should not be, and what was not understood; what was lost has been said already."""
    for field in REGISTRY.fields:
        key, so = field.key, ASSUMED.get(field.key, "")
        if key + CELL not in rows or key in ("unit_code", "parent_code"):
            continue
        blank, unknown = rows[key + RAW] == "", rows[key].isna()
        if field.required:
            for index in rows.index[blank]:
                yield remark(index, key, "", f"“{field.header}”未填写{so}，请补填")
        elif key in WANTED and not blank.all():
            wanted = blank & ((rows["reports"] != "否") | (key != "contact"))
            for index in rows.index[wanted]:
                yield remark(index, key, "", f"“{field.header}”未填写{so}", Severity.NOTICE)
        for index, raw in rows.loc[unknown & ~blank & rows[key + RAW].notna(), key + RAW].items():
            several = "一格只填一个地址，" if field.kind is Kind.EMAIL and raw.count("@") > 1 else ""
            wrong = "写法不对" if field.kind is Kind.EMAIL else "不能识别"
            yield remark(
                index, key, raw, f"“{field.header}”填的“{short(raw)}”{wrong}{so}；{several}{explain(field, raw)}"
            )


def _codes(rows: pd.DataFrame) -> Iterator[Found]:
    """Codes that were typed otherwise than they count."""
    for key in ("unit_code", "parent_code"):
        for index, code, raw in _filled(rows, key):
            if raw != code and raw != f"{code}.0":
                message = f"“{REGISTRY[key].header}”填的“{short(raw)}”有空格、全角或小写，当作“{code}”，请改填“{code}”"
                yield remark(index, key, raw, message, Severity.NOTICE)
    for index, phone, raw in _filled(rows, "phone"):
        if "、" in phone:
            yield remark(index, "phone", raw, "“联系电话”一格填了几个号码，都照列；请只留一个", Severity.NOTICE)


def _repeated(rows: pd.DataFrame) -> Iterator[Found]:
    """Names and addresses that several organisations share."""
    for key, so in (
        ("org_name", "没有写编码的工作簿分不清是谁的，请核对，确是两个组织的请写出区别"),
        ("email", "寄给各单位的都会寄到这里，请核对"),
    ):
        values = rows[key].map(squeeze, na_action="ignore")
        repeated = values.notna() & values.duplicated(keep=False)
        for _, same in rows[repeated].groupby(values[repeated], sort=False):
            index, raw = same.index[-1], same[key + RAW].iloc[-1]
            cells = "、".join(same[key + CELL].iloc[:MOST_CELLS])
            severity = Severity.NOTICE if key == "email" else Severity.WARNING
            message = f"“{REGISTRY[key].header}”相同的有 {len(same)} 个（{cells}）：{so}"
            yield remark(index, key, raw, message, severity)


def _ties(rows: pd.DataFrame) -> Iterator[Found]:
    if "parent_code" + CELL in rows:
        for indices, message in _broken_ties(rows):
            raw = rows.at[indices[0], "parent_code" + RAW]
            for index in indices:
                yield remark(index, "parent_code", raw, message)


def _broken_ties(rows: pd.DataFrame) -> Iterator[tuple[list[Any], str]]:
    """Ties to a superior that do not hold: unknown, its own, in a circle. The rows and what is wrong with them."""
    parents = {index: code for index, code in rows["parent_code"].items() if isinstance(code, str)}
    own = dict(zip(rows["unit_code"], rows.index, strict=True))
    so = "在此之前按没有上级处理"
    for index, code in parents.items():
        if code not in own:
            yield [index], f"上级组织编码“{short(code)}”不在单位名册中{near(code, rows)}；{so}，请改正"
        elif own[code] == index:
            yield [index], f"上级组织编码填成了本组织自己；{so}，请改正；最上一级的不填"
    above = {index: own[code] for index, code in parents.items() if code in own and own[code] != index}
    for circle in find_circles(above):
        names = "→".join(str(rows.at[index, "unit_code"]) for index in (*circle, circle[0]))
        yield sorted(circle), f"上级组织编码绕成了一圈（{names}），分不清谁是上级；{so}，请改正填错的一个"


def find_circles(above: Mapping[Any, Any]) -> Iterator[list[Any]]:
    """The circles in what leads from one to another, each once."""
    done: set[Any] = set()
    for start in above:
        path: dict[Any, None] = {}
        at = start
        while at in above and at not in done and at not in path:
            path[at] = None
            at = above[at]
        if at in path:
            way = list(path)
            yield way[way.index(at) :]
        done.update(path)


def near(code: str, rows: pd.DataFrame) -> str:
    """Which code was probably meant, where it is one alone."""
    codes = rows["unit_code"].dropna().tolist()
    names = dict(
        zip(rows["org_name"].dropna().map(squeeze), rows.loc[rows["org_name"].notna(), "unit_code"], strict=True)
    )
    zeros = [each for each in codes if each.lstrip("0") == code.lstrip("0")]
    like = [each for each in codes if each.translate(LOOK_ALIKES) == code.translate(LOOK_ALIKES)]
    if len(zeros) == 1:
        return f"，像是“{zeros[0]}”前面的 0 丢了（编码的单元格要设为文本）"
    if len(like) == 1:
        return f"，像是“{like[0]}”（字母和数字混了）"
    named = next((each for name, each in names.items() if name.upper() == squeeze(code).upper()), "")
    return f"，这一栏填编码，像是“{named}”" if named else ""


def _tops(rows: pd.DataFrame) -> Iterator[Found]:
    """Organisations without a superior that are hardly at the top: with nobody below, or beside another."""
    if "parent_code" + CELL not in rows:
        return
    tops = rows[rows["parent_code" + RAW] == ""]
    superiors = set(rows["parent_code"].dropna())
    if tops.empty or not superiors:
        return
    alone = ~tops["unit_code"].isin(superiors)
    if any(_broken_ties(rows)):  # those below a superior that only receives may be the ones whose ties are wrong
        alone &= tops["reports"] != "否"
    for index in tops.index[alone]:
        yield remark(index, "parent_code", "", "没有填上级组织编码，也没有下级；最上一级的才不填，请补填")
    heads = tops[~alone]
    if len(heads) > 1:
        codes = "、".join(heads["unit_code"].iloc[:MOST_CELLS])
        message = f"最上一级的有 {len(heads)} 个（{codes}）；应当有共同上级的，请补填上级组织编码"
        yield remark(heads.index[-1], "parent_code", "", message, Severity.NOTICE)


def _filled(rows: pd.DataFrame, key: str) -> Iterator[tuple[Any, str, str]]:
    """The rows of which a field was understood: its value, and what was typed."""
    for index, value, raw in rows[[key, key + RAW]].itertuples(name=None):
        if isinstance(value, str) and isinstance(raw, str) and key + CELL in rows:
            yield index, value, raw
