"""What the branches say of findings (说明): which finding each answer is about, how long it holds, what the office decided."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import pandas as pd

from pledgebatch.notice.periods import Period
from pledgebatch.schema.columns import text_array
from pledgebatch.schema.frames import ANSWER, Tables, as_declared, empty, frame
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.sheets import EXPLANATIONS, SHEETS
from pledgebatch.schema.states import LIVE, Answer, Severity, State
from pledgebatch.schema.texts import code, squeeze, visible
from pledgebatch.schema.words import texts_of

ABOUT = ("sheet", "number", "field", "rule", "value", "message")
"""What an answer is about, besides the organisation."""
WORDS = ("usual", "explanation")
"""What the branch says."""
SETTLED = dict.fromkeys(("organisation", *ABOUT, "explanation", "said", "decision", "opinion", "decided_by"), "str")
"""A line of 说明审定 that decides: ``field`` is a key, ``said`` a month."""
HELD = {"organisation": "str", "rule": "str"}
"""What could not be looked for: a rule of an organisation, all rules of one, or a rule of all, the other being missing."""
ACCEPTED, REJECTED = "说明已采纳：", "说明不采纳"
"""How a finding says what the office decided."""
LONGEST = 30_000
"""Characters of a value that are compared: a cell does not hold many more."""
OUR_SHEETS = frozenset(sheet.name for sheet in SHEETS)
"""The sheets that an answer may name; of a tab of the branch's own the finding itself says which."""
_BETWEEN = "\x1f"
_FIELDS = {(squeeze(sheet.name), squeeze(field.header)): field.key for sheet in SHEETS for field in sheet.fields}


def read_answers(tables: Tables, submissions: pd.DataFrame, period: Period) -> pd.DataFrame:
    """What the workbooks of ``period`` answer, in columns ``ANSWER``; ``tables`` have the rows of 说明.

    What two lines say of the same finding is put together; what one that was replaced says holds where its successor says
    nothing.
    """
    rows = tables[EXPLANATIONS.key]
    state = rows["submission"].map(submissions.set_index("submission")["state"])
    counts = state.isin(LIVE) & rows["set_aside"].isna()
    rows = rows[counts | (state == State.SUPERSEDED)].assign(counts=counts)
    rows = rows.sort_values("counts", ascending=False, kind="stable")
    seen = {key: rows[key + RAW].map(_as_seen, na_action="ignore") for key in EXPLANATIONS.by_key}
    typed = {key: texts.astype("str").fillna("") for key, texts in seen.items()}
    answered = pd.DataFrame(
        {
            "organisation": rows["organisation"],
            "sheet": typed["about_sheet"].str.replace(r"\s|《|》", "", regex=True),
            "number": typed["about_no"],
            "field": _field_keys(typed["about_sheet"], typed["about_field"]),
            "rule": typed["rule"].map(_as_code).astype("str"),
            **{key: typed[key] for key in ("value", "message")},
            "usual": rows["usual"].fillna(typed["usual"]),
            "explanation": typed["explanation"],
        },
        index=rows.index,
    )
    answered = answered[(answered["usual"] != "") | (answered["explanation"] != "")]
    if answered.empty:
        return empty(ANSWER)
    answered = answered.assign(key=keys_of(answered), said=str(period), counts=rows["counts"])
    once = answered.drop_duplicates("key")
    answered = answered[answered["counts"] == answered["key"].map(once.set_index("key")["counts"])]
    for key in WORDS:
        words = (
            answered.drop_duplicates(["key", key]).groupby("key")[key].agg(lambda each: "；".join(filter(None, each)))
        )
        once = once.assign(**{key: once["key"].map(words).astype("str")})
    return as_declared(once, ANSWER).reset_index(drop=True)


def settled_in(lines: pd.DataFrame) -> pd.DataFrame:
    """The lines of 说明审定 that decide, in columns ``SETTLED``."""
    lines = lines[lines["decision"] != ""]
    months = [str(Period.of_ordinal(int(month))) for month in lines["period"]]
    named = lines.assign(field=lines["field_key"], said=pd.Series(months, index=lines.index, dtype="str"))
    return as_declared(named, SETTLED).reset_index(drop=True)


def explain(
    findings: pd.DataFrame,
    answered: pd.DataFrame,
    before: pd.DataFrame,
    settled: pd.DataFrame,
    held: pd.DataFrame,
    period: Period,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The findings, those answered saying so, and those of an answer that was accepted waived; and the answers, in
    columns ``ANSWER``.

    ``answered`` are the answers of this ``period``, ``before`` all of the month before, ``settled`` those lines of the office
    (``SETTLED``). An answer holds until the value changes: it lapses with its finding, unless that could not be looked for
    (``HELD``). Errors are mended, not explained.
    """
    asked = findings[findings["severity"] != Severity.ERROR]
    asked = asked.assign(key=keys_of(asked))
    own = settled.assign(key=keys_of(settled))
    answers = _stand(answered, before, asked, held)
    # What the office accepts of itself in this month is an answer too.
    is_new = (own["said"] == str(period)) & (own["decision"] == Answer.ACCEPTED) & ~own["key"].isin(answers["key"])
    of_office = own[is_new & own["key"].isin(asked["key"])].drop_duplicates("key")
    answers = _as_found(pd.concat([answers, of_office.reindex(columns=answers.columns)], ignore_index=True), asked)
    if answers.empty:
        return findings, empty(ANSWER)
    answers = _with_decisions(answers, own)
    known = answers[answers["state"] != Answer.OF_NOTHING].set_index("key")
    found = asked.loc[asked["key"].isin(known.index) & asked["waiver"].isna(), "key"]
    state, words = found.map(known["state"]), found.map(in_words(known))
    is_accepted = state == Answer.ACCEPTED
    waiver, answer = findings["waiver"].astype(object), findings["answer"].astype(object)
    waiver[found.index[is_accepted]] = ACCEPTED + words[is_accepted]
    answer[found.index[~is_accepted]] = state[~is_accepted].replace({str(Answer.REJECTED): REJECTED})
    alike = answers[["organisation", *WORDS]].fillna("").assign(n=answers["key"])
    answers["alike"] = alike.groupby(["organisation", *WORDS])["n"].transform("size")
    answers = answers.sort_values(["organisation", *ABOUT], kind="stable", ignore_index=True)
    findings = findings.assign(waiver=waiver.astype("str"), answer=answer.astype("str"))
    return findings, as_declared(answers, ANSWER)


def find_held(
    before: pd.DataFrame, looked_at: pd.Series, unsure: pd.DataFrame, not_evaluated: Mapping[str, str]
) -> pd.DataFrame:
    """What of the answers of ``before`` could not be looked for this month, in columns ``HELD``: rules that are ``unsure``
    (``UNSETTLED``) or were not evaluated, and organisations of which nothing new was ``looked_at``."""
    silent = before.loc[~before["organisation"].isin(looked_at), "organisation"].unique()
    rules: list[dict[str, object]] = [{"rule": code} for code in not_evaluated]
    rules += [{"organisation": code} for code in silent]
    return pd.concat([unsure[list(HELD)], frame(HELD, rules)], ignore_index=True)


def in_words(answers: pd.DataFrame) -> pd.Series:
    """What the branches say, the reason chosen before their own words."""
    usual, own = (answers[key].fillna("") for key in WORDS)
    between = pd.Series("；", index=answers.index).where((usual != "") & (own != ""), "")
    return (usual + between + own).astype("str")


def keys_of(rows: pd.DataFrame) -> pd.Series:
    """What findings or answers are about, as one text each: never a row of Excel.

    What is about no field has no value that could change: it is known by what it says.
    """
    columns = [texts_of(rows[name]).to_pylist() for name in ("organisation", *ABOUT)]
    keys = [_key(["" if text is None else text for text in line]) for line in zip(*columns, strict=True)]
    return pd.Series(text_array(keys), rows.index)


def _key(line: Sequence[str]) -> str:
    organisation, sheet, number, field, rule, value, message = line
    what = _as_compared(value if field else message)
    return _BETWEEN.join((organisation, sheet if sheet in OUR_SHEETS else "", _as_code(number), field, rule, what))


@lru_cache(1 << 14)
def _as_seen(text: str) -> str:
    return visible(text).strip()


@lru_cache(1 << 14)
def _as_code(text: str) -> str:
    return code(text[:LONGEST]) or ""


@lru_cache(1 << 14)
def _as_compared(text: str) -> str:
    return squeeze(visible(text)[:LONGEST])


def _field_keys(sheets: pd.Series, headers: pd.Series) -> pd.Series:
    """The fields that headers of 说明 name; one that is none of the sheet's stays as it is, and is about nothing."""
    pairs = zip(sheets, headers, strict=True)
    keys = [_FIELDS.get((squeeze(sheet), squeeze(header)), header) for sheet, header in pairs]
    return pd.Series(keys, index=sheets.index, dtype="str")


def _stand(answered: pd.DataFrame, before: pd.DataFrame, asked: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """The answers that hold, with their ``key``: a new one in the place of an old one, but of one that was accepted."""
    before = before[before["state"] != Answer.OF_NOTHING]
    before, answered = before.assign(key=keys_of(before)), answered.assign(key=keys_of(answered))
    before = before[before["key"].isin(asked["key"]) | _could_not_be_found(before, held)]
    is_of_nothing = ~answered["key"].isin(asked["key"]) & ~answered["key"].isin(before["key"])
    answered = answered.assign(
        state=pd.Series(str(Answer.OF_NOTHING), index=answered.index, dtype="str").where(is_of_nothing)
    )
    words = dict(zip(before["key"], in_words(before), strict=True))
    accepted = set(before.loc[before["state"] == Answer.ACCEPTED, "key"])
    same = in_words(answered) == answered["key"].map(words).astype("str").fillna("")
    answered = answered[~same & ~answered["key"].isin(accepted)]
    before = before[~before["key"].isin(answered["key"])]
    return pd.concat([before, answered], ignore_index=True)


def _could_not_be_found(before: pd.DataFrame, held: pd.DataFrame) -> pd.Series:
    pairs = {*held.fillna("").itertuples(index=False, name=None)}
    places = zip(before["organisation"], before["rule"], strict=True)
    kept = [not pairs.isdisjoint(((code, ""), (code, rule), ("", rule))) for code, rule in places]
    return pd.Series(kept, index=before.index, dtype=bool)


def _as_found(answers: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """The answers with what they are about as it was found this month."""
    found = asked.drop_duplicates("key").set_index("key")
    columns = {name: answers["key"].map(found[name]).astype("str").fillna(answers[name]) for name in ABOUT}
    return answers.assign(**columns)


def _with_decisions(answers: pd.DataFrame, settled: pd.DataFrame) -> pd.DataFrame:
    """The answers with what the office decided of each: of just these words, or of the finding in the month it was said."""
    lines: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for each in settled.fillna("").to_dict("records"):
        lines.setdefault((each["key"], each["said"]), []).append({str(key): str(text) for key, text in each.items()})
    state, opinion, by = [], [], []
    for key, answered, words, now in zip(
        answers["key"], answers["said"], in_words(answers), answers["state"].fillna(""), strict=True
    ):
        line = _line_about(words, lines.get((key, answered), ()))
        is_of_nothing = now == Answer.OF_NOTHING
        state.append(now if is_of_nothing else line.get("decision") or str(Answer.WAITING))
        opinion.append(line.get("opinion", ""))
        by.append(line.get("decided_by", ""))
    columns = {"state": state, "opinion": opinion, "decided_by": by}
    return answers.assign(**{k: pd.Series(v, index=answers.index, dtype="str") for k, v in columns.items()})


def _line_about(words: str, lines: "list[Mapping[str, str]] | tuple[()]") -> Mapping[str, str]:
    """The line that decides an answer: that with its words; what was refused in other words is not refused in these."""
    same = [line for line in lines if squeeze(line["explanation"]) == squeeze(words)]
    others = [line for line in lines if line["decision"] == Answer.ACCEPTED]
    return (*same, *others, {})[0]
