"""What becomes of a mail that came in."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of a mail."""

    TAKEN = "taken"
    STRANGER = "stranger"
    BARE = "bare"
    OWN = "own"
    BOUNCE = "bounce"
    GONE = "gone"

    @property
    def label(self) -> str:
        """The outcome in Chinese."""
        return {
            "taken": "已收取",
            "stranger": "发件人不在名册，另放",
            "bare": "没有附件，留在邮箱",
            "own": "自己密送的一份",
            "bounce": "退信",
            "gone": "服务器没有给出，没有收取",
        }[self]
