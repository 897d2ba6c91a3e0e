"""The workspace: where the office's files stand, and its settings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pledgebatch.mistakes import OfficeMistake
from pledgebatch.notice.periods import Period
from pledgebatch.pipeline.settings import SETTINGS_NAME, Settings, read_settings

FIRST = Period(2011, 3)
"""The month of an example, where none is known."""
BOOK = r"(?![.~])({names})\.(xlsx|xlsm|xls|et|ods|csv)"
"""How a book of the office may be called, and what it may be stored as."""
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

    @property
    def layouts(self) -> Path:
        """What was guessed of branches' own tables, confirmed or refused."""
        return self.root / "layouts.xlsx"

    @property
    def decisions(self) -> Path:
        """What the office decided."""
        return self.root / "decisions.xlsx"

    def inbox(self, period: Period) -> Path:
        """What came back in a month."""
        return self.root / "inbox" / str(period)

    def templates(self, period: Period) -> Path:
        """The workbooks to send out for a month."""
        return self.root / "input_templates" / str(period)

    def output(self, period: Period) -> Path:
        """What a month came to."""
        return self.root / "output" / str(period)

    def cache(self, period: Period) -> Path:
        """What the program keeps of its last run of a month; may be deleted any time."""
        return self.root / ".cache" / str(period)

    def forms(self, period: Period) -> Path:
        """The pledge forms of a month, to print and to post."""
        return self.root / "forms" / str(period)

    @property
    def mail(self) -> Path:
        """The journal of mail, what it set aside, and previews."""
        return self.root / "mail"

    def line(self, command: str, *more: object) -> str:
        """The line to type next: a command with its month, other words as they are, and the workspace where it is not
        the current folder."""
        words = ["pledgebatch", command]
        words += [
            word for each in more for word in (("--period", str(each)) if isinstance(each, Period) else (str(each),))
        ]
        if self.root != Path.cwd():
            words += ["--workspace", str(self.root)]
        return " ".join(quote(word) for word in words)

    def settings(self) -> Settings:
        """The settings, defaults where the file is absent. Raises OfficeMistake for what they do not allow."""
        self._require_folder()
        return read_settings(self.root / SETTINGS_NAME)

    def require(self) -> None:
        """Raise OfficeMistake unless this is a workspace."""
        self._require_folder()
        if not self.registry.is_file():
            others = self.books_beside(self.registry)
            if others:
                todo = "改名为" if others[0].lower().endswith(".xlsx") else "用 Excel 或 WPS 打开，另存为"
                raise OfficeMistake(
                    f"{self.root} 中没有单位名册 {self.registry.name}，只有“{'”“'.join(others)}”；是名册的，请{todo} {self.registry.name}"
                )
            above = next((each for each in self.root.parents if (each / self.registry.name).is_file()), None)
            if above:
                raise OfficeMistake(
                    f"{self.root} 中没有单位名册，它的上面 {above} 才是工作目录：请加上 --workspace {quote(str(above))}"
                )
            raise OfficeMistake(
                f"{self.root} 中没有单位名册 {self.registry.name}：不是工作目录的，请用 --workspace 指明；"
                f"要在这里新建，请输入 pledgebatch init {quote(str(self.root))} ，再填写单位名册"
            )

    def _require_folder(self) -> None:
        if self.root.is_file():
            folder = quote(str(self.root.parent))
            raise OfficeMistake(f"{self.root} 是文件，不是工作目录：请写它所在的文件夹，如 --workspace {folder}")
        if not self.root.is_dir():
            new = f"pledgebatch init {quote(str(self.root))}"
            raise OfficeMistake(f"找不到工作目录 {self.root}：请核对 --workspace 后面的文件夹；要新建，请输入 {new}")

    @property
    def books(self) -> Mapping[Path, str]:
        """The office's own books, each with what else it may be called."""
        return {self.registry: "|.*名册.*", self.decisions: "", self.layouts: ""}

    def books_beside(self, book: Path) -> list[str]:
        """Files that look like a ``book`` of the office under another name; where it is not there, copies of it too."""
        copies = "" if book.is_file() else ".*"
        names = f"{book.stem}{copies}{self.books[book]}"
        return self._beside(re.compile(BOOK.format(names=names), re.IGNORECASE), book.name)

    def settings_beside(self) -> list[str]:
        """Files that look like the settings under another name."""
        return self._beside(SETTINGS, SETTINGS_NAME)

    def _beside(self, names: re.Pattern[str], right: str) -> list[str]:
        read = self.root / right
        files = sorted(path for path in self.root.iterdir() if path.is_file() and names.fullmatch(path.name))
        return [path.name for path in files if not (read.exists() and path.samefile(read))]


def quote(word: str) -> str:
    """A word as a shell takes it for one."""
    return f'"{word}"' if re.search(r"[\s&()'^;]", word) else word
