"""What the demo's office decides: a few of each kind, and no seeded mistake among them."""

from pathlib import Path

import pandas as pd

from pledgebatch.demo.answers import decided_lines
from pledgebatch.demo.organisations import reporting
from pledgebatch.demo.year import book
from pledgebatch.notice.periods import Period
from pledgebatch.schema.decisions import CORRECTIONS, EXPLANATIONS, EXTENSIONS, FILES, TAKEN, WORDS
from pledgebatch.schema.sheets import ORGANISATION
from pledgebatch.workbooks.decisions_book import write_decisions

APRIL = Period(2011, 4)
CLERK = "周敏"
CORRECTED, LATE = "YX108", "YX001"
"""Organisations without a mistake."""
Line = dict[str, str]


def waivers() -> pd.DataFrame:
    """What is waived: the names of the files of a whole category."""
    line = {
        "rule": "FIL04", "category": "民营医院", "until": "2011-06-30", "reason": "信息系统自动命名，年中换系统后改正",
        "approved_by": CLERK,
    }  # fmt: skip
    return pd.DataFrame([line])


def _answers() -> Line:
    (organisation,) = (each for each in reporting() if each.code == CORRECTED)
    return book(organisation, APRIL).answers


def write_demo_decisions(path: Path) -> None:
    """Write decisions.xlsx of the demo."""
    lines = {
        EXPLANATIONS.key: decided_lines(CLERK),
        CORRECTIONS.key: [
            {
                "unit_code": CORRECTED, "from_period": str(APRIL), "sheet": ORGANISATION.name,
                "field": ORGANISATION["phone"].header, "value": _answers()["phone"], "corrected": "0519-85550108",
                "reason": "电话改号，已打通核实", "decided_by": CLERK,
            }
        ],
        FILES.key: [
            {
                "period": str(APRIL), "path": f"{_answers()['org_name']}_承诺台账_201104.xlsx", "decision": TAKEN,
                "reason": "另送来纸质件，以电子件为准", "decided_by": CLERK,
            }
        ],
        EXTENSIONS.key: [
            {"unit_code": LATE, "period": str(APRIL), "until": "2011-05-10", "reason": "搬迁停电", "decided_by": CLERK}
        ],
        WORDS.key: [
            {"unit_code": CORRECTED, "period": str(APRIL), "opinion": "第一季度台账整理得好，请在片会上介绍做法。"},
            {"unit_code": LATE, "period": str(APRIL), "opinion": "搬迁后请更新群众监督电话。"},
        ],
    }  # fmt: skip
    write_decisions(path, {key: pd.DataFrame(own, dtype="str").fillna("") for key, own in lines.items()})
