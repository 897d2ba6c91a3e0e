"""The rule catalogue as a page: every rule under its clause, with examples and how to mend a breach."""

import pandas as pd

from pledgebatch.notice.clauses import CLAUSES, NO_CLAUSE, Clause, Sentence
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Stage
from pledgebatch.publish.render import template
from pledgebatch.rules.book import catalogue, rules_of, rules_on
from pledgebatch.schema.frames import Severity
from pledgebatch.schema.sheets import ITEMS

BASES = {"fact": "事实", "heuristic": "经验判断", "judgement": "由人判断"}
SCOPES = {"file": "单个文件", "row": "单行", "unit": "单个组织", "batch": "全部组织", "history": "前后月份"}
FORM = "form"
"""The modal of what a form asks for by having a box for it."""
ELSEWHERE = Clause(NO_CLAUSE, "表格与报送", "通知没有写到，由办公室为汇总而定。", NO_CLAUSE, ())


def _sentence(sentence: Sentence) -> dict[str, str]:
    """What a sentence asks, and what answers for it: rules, a reviewer, or why nothing does."""
    reviewer = "、".join(ITEMS[key].header for key in sentence.reviewer)
    answers = ["、".join(rules_on(sentence.number)), reviewer and f"由审查人回答：{reviewer}"]
    return {
        "number": sentence.number,
        "text": sentence.text,
        "covered": "；".join(filter(None, answers)) or f"不作机器核验：{sentence.why}",
    }


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
    sections = [
        {
            "clause": clause,
            "sentences": [_sentence(sentence) for sentence in clause.sentences],
            "rules": [known[code] for code in rules_of(clause.number)],
        }
        for clause in (*CLAUSES, ELSEWHERE)
    ]
    return template("rules.md.j2").render(sections=sections, count=len(known))
