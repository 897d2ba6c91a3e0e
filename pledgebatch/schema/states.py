"""The words in which a month is judged: how grave a finding is, what became of a file, what a clause comes to."""

from enum import StrEnum


class Movement(StrEnum):
    """How a row differs from the last report's, and what became of an organisation or of what it had."""

    ADDED = "added"
    GONE = "gone"
    CHANGED = "changed"
    UNREAD = "unread"
    DISSOLVED = "dissolved"
    MERGED = "merged"
    RENAMED = "renamed"
    MOVED = "moved"
    RECEIVED = "received"
    TRANSFERRED = "transferred"

    @property
    def label(self) -> str:
        """The kind in Chinese."""
        return MOVEMENT_LABELS[self]


MOVEMENT_LABELS = {
    Movement.ADDED: "新增",
    Movement.GONE: "不见",
    Movement.CHANGED: "变动",
    Movement.UNREAD: "未读到",
    Movement.DISSOLVED: "撤销",
    Movement.MERGED: "并入",
    Movement.RENAMED: "更名",
    Movement.MOVED: "改隶",
    Movement.RECEIVED: "接收",
    Movement.TRANSFERRED: "转移",
}


class Severity(StrEnum):
    """How grave a finding is (contract, section 2)."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def label(self) -> str:
        """The severity in Chinese."""
        return {"error": "错误", "warning": "警告", "notice": "提示"}[self]


class State(StrEnum):
    """What became of a submission, or of an organisation in the month (contract, section 6)."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    NIL = "nil"
    LATE = "late"
    UNREADABLE = "unreadable"
    WRONG_PERIOD = "wrong_period"
    SUPERSEDED = "superseded"
    UNKNOWN_ORGANISATION = "unknown_organisation"
    MISSING = "missing"

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return STATE_LABELS[self]


STATE_LABELS = {
    State.ACCEPTED: "已接收",
    State.RETURNED: "退回修改",
    State.NIL: "无变化",
    State.LATE: "迟报",
    State.UNREADABLE: "无法读取",
    State.WRONG_PERIOD: "月份不符",
    State.SUPERSEDED: "已被替代",
    State.UNKNOWN_ORGANISATION: "单位不明",
    State.MISSING: "未报",
}
LIVE = (State.ACCEPTED, State.RETURNED, State.NIL, State.LATE)
"""The states whose rows stand in the ledgers."""


class Answer(StrEnum):
    """How it stands with what a branch says of a finding."""

    WAITING = "已说明，待审定"
    ACCEPTED = "采纳"
    REJECTED = "不采纳"
    OF_NOTHING = "没有对应的问题"


class Verdict(StrEnum):
    """What a compliance report says of a clause."""

    PASSED = "合格"
    FAILED = "不合格"
    NOT_DUE = "未到期"
    NOT_APPLICABLE = "不适用"
    FOR_REVIEW = "待人工核定"
    NOT_EVALUATED = "未能核验"
