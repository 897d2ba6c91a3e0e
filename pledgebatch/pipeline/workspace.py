"""The workspace: where the office's files stand, and its settings."""

import re
from dataclasses import dataclass
from pathlib import Path

from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.settings import SETTINGS_NAME, Settings, read_settings

REGISTRIES = re.compile(r"(?![.~])(registry|.*名册.*)\.(xlsx|xlsm|xls|et|ods|csv)", re.IGNORECASE)

SETTINGS = re.compile(r"(?![.~])(.+\.toml|(pledgebatch|.*设置.*)(\.toml)?\.(txt|ini|bak))", re.IGNORECASE)


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
        return read_settings(self.root / SETTINGS_NAME)

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
        return self._beside(REGISTRIES, self.registry.name)

    def settings_beside(self) -> list[str]:
        """Files that look like the settings under another name."""
        return self._beside(SETTINGS, SETTINGS_NAME)

    def _beside(self, names: re.Pattern[str], right: str) -> list[str]:
        read = self.root / right
        files = sorted(path for path in self.root.iterdir() if path.is_file() and names.fullmatch(path.name))
        return [path.name for path in files if not (read.exists() and path.samefile(read))]
