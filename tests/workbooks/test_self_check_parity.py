"""The workbook and the office agree: what LibreOffice counts on 自查 is what the rules find, over mutated workbooks.

A line that counts all of its rule counts just as many; one that leaves the rest to the office never counts more."""

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name

from pledgebatch.intake.batch import read_batch
from pledgebatch.intake.find import find
from pledgebatch.intake.registry import read_registry
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period, stages_due
from pledgebatch.pipeline.check import check_month
from pledgebatch.rules.machinery.conditions import bare, certain_day, says_something
from pledgebatch.schema.fields import Field, Kind, Sheet
from pledgebatch.schema.sheets import ITEMS, LEGACY, MEMBERS, ORGANISATION, SELF_CHECK_NAME, SHEETS, TABLES
from pledgebatch.workbooks.checks import Line, lines_due
from pledgebatch.workbooks.registry_book import write_registry
from pledgebatch.workbooks.self_check import COUNT, FIRST
from pledgebatch.workbooks.table import START
from pledgebatch.workbooks.workbook import write_workbook
from tests import books, office
from tests.rules.right import right_answers, right_rows

PERIODS = {"2010-10": 8, "2010-11": 12, "2011-02": 8, "2011-03": 28, "2011-06": 20, "2011-12": 28}
"""How many workbooks of each month."""
MOST_CHANGES = 16
"""Fewer cells than this are changed on each sheet."""
SEEN = ("CON01", "COV01", "COV02", "LDR01", "REV06", "TRK02", "TRK03", "ORG08", "ORG11", "MEM06", "MEM14")
"""Rules of which the formulas must have found something, or the workbooks prove nothing of them."""
UNTOUCHED = {"unit_code", "year", "period"}
"""Without its code or month a workbook is not judged at all."""
LONE = {
    sheet: (
        {sheet.number or "date": "8"},
        {sheet.fields[-1].key: "略"},
        {sheet.identity[0] if sheet.identity else "date": "以下空白"},
    )
    for sheet in TABLES
}
"""Lone texts that are no rows, to the office either."""
Rows = list[dict[str, str]]
WHITE = (" ", "　", "\xa0", "\n")
FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


def of_choice(chance: random.Random, field: Field) -> str:
    right = chance.choice(field.choices)
    return chance.choice(
        (
            right,
            f"{right}　",
            f" {right[0]}　{right[1:]}",
            f"{right}。",
            f"、{right}，",
            right[:-1],
            f"{right}吗",
            f"{right} {right}",
            f"{right}?",
            "*",
            "~",
            chance.choice(sorted(field.spellings) or ["乱填"]),
            chance.choice(("√", "×", "有", "无", "Yes", "ｎｏ", "TRUE", "未", "1", "0")),
            chance.choice(("待定", "是 否", "其它", "男女", "-")),
        )
    )


def of_text(chance: random.Random, field: Field) -> str:
    return chance.choice(("无", " 无　", "没有", "暂无。", "=1+1", "略", "0", "长" * 300, "教师\n兼干事", "*"))


def of_number(chance: random.Random, field: Field) -> str:
    return chance.choice(("0", "1", "2", "３", "三", "3人", "-1", "2.5", "第2", "007", "若干"))


def of_date(chance: random.Random, field: Field) -> str:
    return chance.choice(
        (
            "2011-03-05",
            "2010-10-20",
            "2012-01-01",
            "2011.3.5",
            "2012年1月1日",
            "1985-03",
            "2012-07",
            "85.3",
            "不详",
            "40607",
            "全年",
            "2011-13-01",
            "2011-02-29",
            " 2011-03-05",
            "2011-3-5",
            "11-03-05",
            "3/5",
            "2011-03-05日",
            "20110305",
        )  # fmt: skip
    )


def of_code(chance: random.Random, field: Field) -> str:
    return chance.choice(("Z1", "z1", "Ｚ１", " Z 1", "Z-1", "Z—1", "z－1", "Y1", "?", "Z?", "Z*", "1", "01", "D1甲"))


TYPED: dict[Kind, Callable[[random.Random, Field], str]] = {
    Kind.CHOICE: of_choice,
    Kind.INTEGER: of_number,
    Kind.DATE: of_date,
    Kind.MONTH: of_date,
    Kind.DEADLINE: of_date,
    Kind.CODE: of_code,
}


def typed(chance: random.Random, field: Field) -> str:
    """What somebody may type into ``field``: nothing, white space, or something right or wrong."""
    if chance.random() < 0.4:
        return chance.choice(("", "", "", *WHITE))
    return TYPED.get(field.kind, of_text)(chance, field)


def mutate(chance: random.Random, sheet: Sheet, rows: Rows) -> None:
    """Change some cells of ``rows``, and now and then whole rows: doubled, emptied, with a number alone, gone."""
    for _ in range(chance.randrange(MOST_CHANGES)):
        if rows:
            field = chance.choice([each for each in sheet.fields if each.key not in UNTOUCHED])
            chance.choice(rows)[field.key] = typed(chance, field)
    if rows and chance.random() < 0.3:
        rows.append(dict(chance.choice(rows)))
    for row in ({}, {sheet.fields[2].key: "　"}, *LONE[sheet]):
        if chance.random() < 0.15:
            rows.insert(chance.randrange(len(rows) + 1), dict(row))
    if sheet is MEMBERS:
        for row in rows:
            if chance.random() < 0.15:
                row["change"] = chance.choice(("转出", "去世", "其他", "转 入", "转出。", "调走"))
            if chance.random() < 0.2:
                row["pledge_form"] = chance.choice(("口头", "口　头", "书面"))
    if sheet is ITEMS:
        if chance.random() < 0.3:
            someone = chance.choice(rows).get("name") if rows else None
            rows[:] = [row for row in rows if row.get("name") != someone]
        for row in rows:
            if chance.random() < 0.1:
                row["member_no"] = chance.choice(("1.0", "１", " 1", "9", "", "2"))
            if chance.random() < 0.1:
                row["name"] = chance.choice(
                    (f"{row.get('name', '')}（书记）", f"{row.get('name', '')} ", "李 明", "~李明", "")
                )
            if chance.random() < 0.1:
                row["publicity_date"] = chance.choice(("2010-10-05", "2011-02-01", "2011-12-31"))
            if chance.random() < 0.1:
                row["due"] = chance.choice(("2010-10-05", "2011-02-28", "2011-03-31", "6月底前"))
            if chance.random() < 0.15:
                row["conclusion"] = chance.choice(("退回完善", "退回 完善", "通过", "未通过"))
            if chance.random() < 0.2:
                row["status"] = chance.choice(("已完成", "已完成。", "延期", "撤销", "无法完成"))


def is_lone(row: dict[str, str]) -> bool:
    """Whether a row holds one cell alone, of which the office may make a row of the table and the workbook does not."""
    return sum(map(bool, map(bare, row.values()))) == 1


def write(folder: Path, number: int, period: Period) -> None:
    """Write workbook ``number``: a right one, mutated."""
    chance = random.Random(number)
    code = f"N{number:03d}"
    form = [right_answers(period) | {"unit_code": code}]
    mutate_form(chance, form[0])
    tables = {}
    silent = chance.random() < 0.05
    if silent:
        form[0]["nil_return"] = chance.choice(("是", "√", "否"))
    for sheet in TABLES:
        rows = [dict(row) for row in right_rows(sheet.key, period).values()]
        if sheet is LEGACY and chance.random() < 0.5:
            rows.append({"legacy_no": "W1", "problem": "操场积水", "promised_on": "2009-09-01", "solved": "未解决"})
        if chance.random() < 0.9:
            mutate(chance, sheet, rows)
        rows[:] = [row for row in rows if row in LONE[sheet] or not is_lone(row)]
        if silent or chance.random() < 0.1:
            rows.clear()
        tables[sheet.key] = pd.DataFrame(rows, dtype="str").fillna("")
    write_workbook(folder / f"{code}.xlsx", period, form[0], tables)


def mutate_form(chance: random.Random, answers: dict[str, str]) -> None:
    for _ in range(chance.randrange(MOST_CHANGES)):
        field = chance.choice([each for each in ORGANISATION.fields if each.key not in UNTOUCHED])
        answers[field.key] = typed(chance, field)
    if chance.random() < 0.15:
        answers["parent_org"] = chance.choice((answers["org_name"], f" {answers['org_name']}"))


def filling(path: Path, deep: int) -> office.Filling:
    """The cells of a workbook's data sheets, down to row ``deep`` of the tables."""
    book = CalamineWorkbook.from_path(path)
    cells = {}
    for sheet in SHEETS:
        lines = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        first, last = (0, 1) if sheet.form else (START, len(sheet.fields) - 1)
        start = 1 if sheet.form else 0
        end = len(lines) if sheet.form else START + deep
        rows = [[*line[start : last + 1]] for line in lines[first:end]]
        rows += [[""] * (last + 1 - start)] * (end - first - len(rows))
        if not sheet.form:
            rows = [as_excel_keeps_it(sheet, row, number) for number, row in enumerate(rows)]
        cells[sheet.name] = f"{xl_col_to_name(start)}{first + 1}:{xl_col_to_name(last)}{end}", rows
    return cells


def as_excel_keeps_it(sheet: Sheet, row: list[str], number: int) -> list[str | int]:
    """Every other day as the number that Excel makes of it in a cell for dates."""
    shown: list[str | int] = list(row)
    for place, field in enumerate(sheet.fields):
        if field.kind is Kind.DATE and (number + place) % 2 and (day := certain_day(row[place])):
            shown[place] = (day - dt.date(1899, 12, 30)).days if len(row[place]) == 10 else row[place]
    return shown


Places = Counter[tuple[object, ...]]
"""Of one workbook: how many findings there are by sheet, rule, severity, field (None for none), and whether of a blank."""


def places_of(findings: pd.DataFrame) -> dict[str, Places]:
    """The findings of each file, counted."""
    places: dict[str, Places] = defaultdict(Counter)
    for row in findings[["file", "sheet", "rule", "severity", "field", "value"]].fillna("").itertuples(index=False):
        places[row.file][row.sheet, row.rule, row.severity, row.field or None, not row.value] += 1
    return places


def found(places: Places, line: Line) -> range:
    """How many of the findings a line of the self-check may count: all that it promises, and none that are not there."""
    least = most = 0
    for check in line.checks:
        here = (line.sheet.name, line.rule.code, str(line.severity), check.at or None)
        blanks = places[*here, True]
        every = blanks + places[*here, False]
        shown = any(case.offline_blanks for case, _ in check.terms)
        least += every if check.full else blanks if shown else 0
        most += blanks if check.blanks and not check.full else every
    return range(least, most + 1)


def registry(codes: list[str]) -> pd.DataFrame:
    own = books.REGISTRY[books.REGISTRY["unit_code"] == "S1"]
    rows = [books.REGISTRY[books.REGISTRY["unit_code"] == "P0"], *(own.assign(unit_code=code) for code in codes)]
    return pd.concat(rows, ignore_index=True)


def test_the_self_check_counts_what_the_office_finds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each workbook's cells are typed over a blank one in LibreOffice: opening hundreds would take minutes."""
    office.require_office()
    books_of, expected, code = [], [], 0
    for text, count in PERIODS.items():
        period = Period.parse(text)
        folder = tmp_path / text
        folder.mkdir()
        for _ in range(count):
            write(folder, code := code + 1, period)
        expected.append(found_in(folder, period))
        blank = tmp_path / f"{text}.xlsx"
        write_workbook(blank, period, {})
        paths = sorted(folder.glob("*.xlsx"))
        books_of.append((blank, [filling(path, 40) for path in paths]))
    shown = office.counted(books_of, SELF_CHECK_NAME)
    compared, differences, counted = 0, [], Counter()
    for period, results, promised in zip(PERIODS, shown, expected, strict=True):
        lines = lines_due(stages_due(Period.parse(period)))
        for number, (rows, counts) in enumerate(zip(results, promised, strict=True)):
            for line, row, count in zip(lines, rows[FIRST:], counts, strict=True):
                compared += 1
                if float(row[COUNT]) not in count:
                    differences.append(
                        f"{period} {number} {line.sheet.name} {line.rule.code}: {row[COUNT]}, office {count}"
                    )
                counted[line.rule.code] += float(row[COUNT])
    assert not differences, "\n".join(differences)
    assert all(counted[code] for code in SEEN), counted
    with capsys.disabled():
        print(f"\nself-check parity: {code} workbooks, {compared} lines, none of them more than the office finds")


def test_a_check_without_a_registry_finds_what_the_self_check_shows(tmp_path: Path) -> None:
    period = Period(2011, 12)
    lines = lines_due(stages_due(period))
    shown = Counter()
    for number in range(516, 532):
        write(tmp_path, number, period)
    batch = read_batch(list(enumerate(find(tmp_path))), period.year)
    findings = places_of(check_month(batch, None, period, Parameters()).findings)
    for path in sorted(tmp_path.glob("*.xlsx")):
        rows = CalamineWorkbook.from_path(path).get_sheet_by_name(SELF_CHECK_NAME).to_python()[FIRST:]
        for line, row in zip(lines, rows, strict=False):
            assert int(row[COUNT]) < found(findings[path.name], line).stop, (path.name, row)
            shown[line.rule.code] += int(row[COUNT])
    assert all(shown[code] for code in ("CON01", "COV01", "COV02", "TRK03")), shown


def found_in(folder: Path, period: Period) -> list[list[range]]:
    """What the office finds in each workbook of ``folder``, line by line of the self-check."""
    write_registry(folder / "registry.xlsx", registry([path.stem for path in folder.glob("*.xlsx")]))
    known, waivers = read_registry(folder / "registry.xlsx")
    (folder / "registry.xlsx").unlink()
    batch = read_batch(list(enumerate(find(folder))), period.year)
    findings = places_of(check_month(batch, known, period, Parameters(), waivers=waivers).findings)
    lines = lines_due(stages_due(period))
    return [[found(findings[path.name], line) for line in lines] for path in sorted(folder.glob("*.xlsx"))]


@pytest.mark.parametrize("text", ["无", " 没有。", "暂无", "目前无遗留问题", "无意见和建议", "——", "/", "本月无"])
def test_a_formula_knows_what_says_that_there_is_none(text: str) -> None:
    assert not says_something(text)


@pytest.mark.parametrize("text", ["1", "无障碍通道未修", "围墙", "2011-03-05"])
def test_what_names_something_is_a_row(text: str) -> None:
    assert says_something(text)
