"""五.3: the branch reviews each item. What a reviewer judges is asked, never decided."""

import pandas as pd

from pledgebatch.notice.clauses import FIVE_ANSWERS
from pledgebatch.rules.cells import unusable
from pledgebatch.rules.rule import ERROR, JUDGEMENT, PUBLISH, ROW, Breach, Rule
from pledgebatch.schema.sheets import ITEMS

REV02 = Rule(
    "REV02", "五.3", "重点", ERROR, JUDGEMENT, ROW, PUBLISH,
    asks="每个事项的审查五问都已回答",
    mend="由审查人逐项回答：体现先进性、围绕年度任务、体现岗位职责、符合群众意愿、切实可行",
    owns=tuple(f"items.{key}" for key in FIVE_ANSWERS),
    asks_reviewer=True,
)  # fmt: skip


def _unanswered(key: str) -> Breach:
    before = FIVE_ANSWERS[: FIVE_ANSWERS.index(key)]

    def unanswered(items: pd.DataFrame) -> pd.Series:
        """Blank, or none of the three answers: one question an item, at the first of the five."""
        answered = pd.concat([unusable(items, ITEMS[each]).isna() for each in (key, *before)], axis=1).iloc[:, 1:]
        return unusable(items, ITEMS[key]).where(answered.all(axis=1))

    return unanswered


for _key in FIVE_ANSWERS:
    REV02.case(on="items", at=_key)(_unanswered(_key))

RULES = (REV02,)
