"""办理记录: what the office decided that holds in a month, by its decisions, waivers and layouts alone.

Lines that wait for a decision are none of it, and no time is: the same decisions are the same record.
"""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from pledgebatch.months.corrections import in_force
from pledgebatch.notice.periods import Period
from pledgebatch.rules.office.waivers import good_waivers
from pledgebatch.schema.corrected import BLANK
from pledgebatch.schema.decisions import CORRECTIONS, EXPLANATIONS, EXTENSIONS, FILES, TRANSFERS, WORDS, Decisions
from pledgebatch.schema.fields import Sheet
from pledgebatch.schema.frames import DECIDED, frame
from pledgebatch.schema.kinds import show
from pledgebatch.schema.records import Record, records
from pledgebatch.schema.sheets import BY_KEY, LAYOUTS, WAIVERS

KINDS = [each.name for each in (EXPLANATIONS, CORRECTIONS, FILES, EXTENSIONS, WORDS, TRANSFERS, WAIVERS, LAYOUTS)]
Line = dict[str, object]


def list_decided(
    decisions: Decisions, waivers: pd.DataFrame, layouts: Sequence[Mapping[str, str]], period: Period
) -> pd.DataFrame:
    """What was decided, in columns ``DECIDED``, by organisation."""
    lines = [
        *_explanations(_begun(decisions.explanations, period)),
        *_corrections(in_force(decisions.corrections, period)),
        *_files(_of(decisions.files, period)),
        *_extensions(_of(decisions.extensions, period)),
        *_words(_of(decisions.words, period)),
        *_transfers(_of(decisions.transfers, period)),
        *_waivers(good_waivers(waivers, period)),
        *_layouts(layouts),
    ]
    rows = frame(DECIDED, [{key: value or None for key, value in line.items()} for line in lines])
    place = rows.assign(place=rows["kind"].map(KINDS.index))
    return place.sort_values(["organisation", "place"], kind="stable", ignore_index=True)[list(DECIDED)]


def _of(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    return rows[rows["period"] == period.ordinal]


def _begun(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    return rows[rows["period"] <= period.ordinal]


def _explanations(rows: pd.DataFrame) -> Iterator[Line]:
    for line in records(rows[rows["decision"] != ""]):
        reasons = [line["explanation"], f"审定意见：{line['opinion']}" if line["opinion"] else ""]
        yield _line(EXPLANATIONS, line, line["value"], line["decision"]) | {
            "since": _month(EXPLANATIONS, "period", line), "reason": "；".join(filter(None, reasons)), "rule": line["rule"],
        }  # fmt: skip


def _corrections(rows: pd.DataFrame) -> Iterator[Line]:
    for line in records(rows):
        yield _line(CORRECTIONS, line, line["value"] or BLANK, line["corrected"] or BLANK) | {
            "since": _month(CORRECTIONS, "from_period", line)
        }


def _files(rows: pd.DataFrame) -> Iterator[Line]:
    for line in records(rows):
        yield _line(FILES, line, line["path"], line["decision"]) | {"organisation": line["belongs_to"]}


def _extensions(rows: pd.DataFrame) -> Iterator[Line]:
    for line in records(rows):
        yield _line(EXTENSIONS, line, "", f"延至 {show(EXTENSIONS['until'], line['until'])}")


def _words(rows: pd.DataFrame) -> Iterator[Line]:
    for line in records(rows):
        yield _line(WORDS, line, "", line["opinion"])


def _transfers(rows: pd.DataFrame) -> Iterator[Line]:
    for line in records(rows[rows["decision"] != ""]):
        yield _line(TRANSFERS, line, line["name"], f"{line['decision']}（转入 {line['to_code']}）") | {
            "organisation": line["from_code"], "field": "name",
        }  # fmt: skip


def _waivers(rows: pd.DataFrame) -> Iterator[Line]:
    for line in records(rows):
        whose = "" if line["unit_code"] else line["category"] or "所有党组织"
        yield _line(WAIVERS, line, whose, f"豁免至 {show(WAIVERS['until'], line['until'])}") | {
            "since": "", "rule": line["rule"], "number": line["row_no"], "decided_by": line["approved_by"],
        }  # fmt: skip


def _layouts(lines: Sequence[Mapping[str, str]]) -> Iterator[Line]:
    for line in lines:
        where = f"{line['tab']} {line['cell']}“{line['header']}”"
        target = f"《{line['sheet']}》“{line['field']}”" if line["field"] else ""
        handled = line["handled"] or "读作"
        yield {
            "organisation": line["unit_code"], "kind": LAYOUTS.name, "before": where,
            "after": handled + target, "decided_by": line["clerk"],
        }  # fmt: skip


def _line(sheet: Sheet, line: Record, before: object, after: object) -> Line:
    """What the sheets have alike."""
    declared = BY_KEY.get(str(line.get("sheet_key", "")))
    return {
        "organisation": line.get("unit_code"), "kind": sheet.name, "before": before, "after": after,
        "since": _month(sheet, "period", line), "sheet": declared.name if declared else line.get("sheet"),
        "number": line.get("number"), "field": line.get("field_key"), "reason": line.get("reason"),
        "decided_by": line.get("decided_by"),
    }  # fmt: skip


def _month(sheet: Sheet, key: str, line: Record) -> str:
    return show(sheet[key], line[key]) if key in line and key in sheet.by_key else ""
