"""The rule catalogue as a page: every rule under its clause, with examples and how to mend a breach."""

import pandas as pd

from pledgebatch.notice.clauses import CLAUSES, NO_CLAUSE, Clause
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Stage
from pledgebatch.publish.render import template
from pledgebatch.rules.book import catalogue
from pledgebatch.schema.frames import Severity
from pledgebatch.schema.sheets import ITEMS

BASES = {"fact": "事实", "heuristic": "经验判断", "judgement": "由人判断"}
SCOPES = {"file": "单个文件", "row": "单行", "unit": "单个组织", "batch": "全部组织", "history": "前后月份"}
FORM = "form"
"""The modal of what a form asks for by having a box for it."""
ELSEWHERE = Clause(NO_CLAUSE, "表格与报送", "通知没有写到，由办公室为汇总而定。", NO_CLAUSE)


def in_chinese(rules: pd.DataFrame) -> pd.DataFrame:
    """The catalogue with severities, stages, bases and scopes in words."""
    severities = {str(severity): severity.label for severity in Severity}
    stages = {str(stage): stage.label for stage in Stage}
    return rules.assign(
        severity=rules["severity"].map(severities),
        stage=rules["stage"].map(stages),
        basis=rules["basis"].map(BASES),
        scope=rules["scope"].map(SCOPES),
        modal=rules["modal"].replace({FORM: "表中栏目", NO_CLAUSE: "（无）"}),
    )


def render_rules(parameters: Parameters | None = None) -> str:
    """docs/rules.md: clause by clause, each rule with everything the catalogue knows of it."""
    rules = in_chinese(catalogue(parameters))
    known = {row["code"]: row for row in rules.to_dict("records")}
    in_clauses = {code for clause in CLAUSES for code in clause.rules}
    elsewhere = [code for code in known if code not in in_clauses]
    sections = [
        {
            "clause": clause,
            "rules": [known[code] for code in codes if code in known],
            "reviewer": "、".join(ITEMS[key].header for key in clause.reviewer),
        }
        for clause, codes in (*((clause, clause.rules) for clause in CLAUSES), (ELSEWHERE, elsewhere))
    ]
    return template("rules.md.j2").render(sections=sections, count=len(known))
