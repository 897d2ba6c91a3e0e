"""The figures that the notice leaves to the office; each is a key of the settings."""

import calendar
from dataclasses import dataclass

from pledgebatch.notice.settings import NO_LEAP_YEAR, setting


@dataclass(frozen=True)
class Parameters:
    """Thresholds with the defaults the office agreed on."""

    deadline_month: int = setting(3, "2011 年起公开承诺的截止日期：月", low=1, high=12)
    deadline_day: int = setting(15, "2011 年起公开承诺的截止日期：日", low=1, high=31)
    due_soon_days: int = setting(30, "离完成时限多少天以内提示“即将到期”", low=0, high=366)
    real_deeds_organisation: int = setting(2, "每个党组织每年实事好事的件数", low=0, high=99)
    real_deeds_member: int = setting(1, "每名党员每年实事好事的件数", low=0, high=99)
    dissatisfaction: float = setting(0.20, "不满意票超过多大比例应限期整改", low=0, high=1, share=True)
    near_duplicate: float = setting(0.85, "承诺文字相似到什么程度提示雷同", low=0.5, high=1, share=True)
    late_after_day: int = setting(0, "次月几日以后收到的算迟报；0 表示不算", low=0, high=31)
    first_term_begins: str = setting(
        "09-01", "第一学期开学；时限写“开学前”“寒假前”“本学期内”的，按这四天推算", day=True
    )
    first_term_ends: str = setting("01-20", "第一学期结束、放寒假", day=True)
    second_term_begins: str = setting("02-20", "第二学期开学", day=True)
    second_term_ends: str = setting("06-30", "第二学期结束、放暑假", day=True)

    @property
    def pledge_deadline(self) -> tuple[int, int]:
        """Month and day of the pledge deadline from 2011."""
        return self.deadline_month, self.deadline_day

    def in_words(self) -> dict[str, str]:
        """The figures as texts quote them."""
        late = f"次月 {self.late_after_day} 日以后收到的算迟报" if self.late_after_day else ""
        return {
            "deadline": f"{self.deadline_month} 月 {self.deadline_day} 日",
            "due_soon_days": f"{self.due_soon_days} 天",
            "real_deeds_organisation": f"{self.real_deeds_organisation} 件",
            "real_deeds_member": f"{self.real_deeds_member} 件",
            "dissatisfaction": percent(self.dissatisfaction),
            "near_duplicate": percent(self.near_duplicate),
            "late": late and f"；{late}",
        }


USUAL_DEADLINE = Parameters().pledge_deadline
"""The pledge deadline from 2011 where the office has set no other."""


def percent(share: float) -> str:
    """A share as people read it: 20%, 12.5%."""
    return f"{share * 100:.4g}%"


def no_such_day(month: int, day: int) -> bool:
    """Whether a deadline is a day that not every year has."""
    return day > calendar.monthrange(NO_LEAP_YEAR, month)[1]
