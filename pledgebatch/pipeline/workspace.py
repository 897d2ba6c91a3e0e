"""The workspace: where the office's files stand, and its settings."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pledgebatch.mail.settings import BLANK_MAIL_SETTINGS, MailSettings
from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.parameters import Parameters
from pledgebatch.notice.periods import Period
from pledgebatch.publish.protect import BLANK_PROTECTION_SETTINGS, Protection

SETTINGS_NAME = "pledgebatch.toml"
REGISTRIES = re.compile(r"(?![.~])(registry|.*名册.*)\.(xlsx|xlsm|xls|et|ods|csv)", re.IGNORECASE)


class Settings(BaseModel):
    """The keys of ``pledgebatch.toml``; every one has a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    parameters: Parameters = Parameters()
    passwords: tuple[str, ...] = ()
    """Tried on workbooks that a branch has given a password to open."""
    mail: MailSettings = MailSettings()
    protection: Protection = Protection()


BLANK_SETTINGS = (
    """\
# pledgebatch 的设置。每一项都有默认值；要改时去掉行首的“#”再改数字。

# passwords = ["123456"]      # 有的单位给工作簿设了打开密码，把密码写在这里，逗号分开

[parameters]
# deadline_month = 3          # 2011 年起公开承诺的截止日期：月
# deadline_day = 15           # 2011 年起公开承诺的截止日期：日
# due_soon_days = 30          # 离完成时限多少天以内提示“即将到期”
# real_deeds_organisation = 2 # 每个党组织每年实事好事的件数
# real_deeds_member = 1       # 每名党员每年实事好事的件数
# dissatisfaction = 0.20      # 不满意票超过多大比例应限期整改
# near_duplicate = 0.85       # 承诺文字相似到什么程度提示雷同
# late_after_day = 0          # 次月几日以后收到的算迟报；0 表示不算
# first_term_begins = "09-01"   # 第一学期开学；完成时限写“开学前”“寒假前”“本学期内”的，按这四个日期推算
# first_term_ends = "01-20"     # 第一学期结束、放寒假
# second_term_begins = "02-20"  # 第二学期开学
# second_term_ends = "06-30"    # 第二学期结束、放暑假
"""
    + BLANK_MAIL_SETTINGS
    + BLANK_PROTECTION_SETTINGS
)


@dataclass(frozen=True)
class Workspace:
    """A folder with the office's registry, settings, inbox and outputs."""

    root: Path

    def __post_init__(self) -> None:
        """Name the folder in full: a worker may stand elsewhere."""
        object.__setattr__(self, "root", self.root.absolute())

    @property
    def registry(self) -> Path:
        """单位名册 and 豁免清单."""
        return self.root / "registry.xlsx"

    def inbox(self, period: Period) -> Path:
        """What came back in a month."""
        return self.root / "inbox" / str(period)

    def templates(self, period: Period) -> Path:
        """The workbooks to send out for a month."""
        return self.root / "input_templates" / str(period)

    def output(self, period: Period) -> Path:
        """What a month came to."""
        return self.root / "output" / str(period)

    def memory(self, period: Period) -> Path:
        """What the program remembers of its last run of a month; may be deleted any time."""
        return self.root / ".cache" / str(period)

    def forms(self, period: Period) -> Path:
        """The pledge forms of a month, to print and to post."""
        return self.root / "forms" / str(period)

    @property
    def mail(self) -> Path:
        """The journal of mail, what it set aside, and previews."""
        return self.root / "mail"

    def settings(self) -> Settings:
        """The settings, defaults where the file is absent. Raises OfficeMistake for what they do not allow."""
        path = self.root / SETTINGS_NAME
        if not path.is_file():
            return Settings()
        try:
            return Settings.model_validate(tomllib.loads(path.read_text("utf-8-sig")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as mistake:
            raise OfficeMistake(f"设置文件 {SETTINGS_NAME} 写法有误（{mistake}），请改正") from None
        except ValidationError as mistake:
            key = ".".join(map(str, mistake.errors()[0]["loc"]))
            if key.startswith("mail.") and "pass" in key:
                raise OfficeMistake(
                    f"设置文件 {SETTINGS_NAME} 中不要写邮箱密码，请删去“{key}”一行，改放进环境变量 PLEDGEBATCH_MAIL_PASSWORD 或系统的密码箱"
                ) from None
            raise OfficeMistake(
                f"设置文件 {SETTINGS_NAME} 的“{key}”不对：没有这一项，或不是规定的数值，请改正"
            ) from None
        except OSError:
            raise OfficeMistake(f"设置文件 {SETTINGS_NAME} 无法打开，请检查是否正被占用或无权读取") from None

    def require(self) -> None:
        """Raise OfficeMistake unless this is a workspace."""
        if not self.root.is_dir():
            raise OfficeMistake(f"找不到工作目录 {self.root}，请用 --workspace 指明，或先运行 pledgebatch init")
        if not self.registry.is_file():
            others = self.registries_beside()
            if others:
                todo = "改名为" if others[0].lower().endswith(".xlsx") else "用 Excel 或 WPS 打开，另存为"
                raise OfficeMistake(
                    f"{self.root} 中没有单位名册 {self.registry.name}，只有“{'”“'.join(others)}”；是名册的，请{todo} {self.registry.name}"
                )
            raise OfficeMistake(
                f"{self.root} 中没有单位名册 {self.registry.name}，请先运行 pledgebatch init 并填写单位名册"
            )

    def registries_beside(self) -> list[str]:
        """Files that look like a registry under another name."""
        names = sorted(path.name for path in self.root.iterdir() if path.is_file())
        return [name for name in names if REGISTRIES.fullmatch(name) and name != self.registry.name]
