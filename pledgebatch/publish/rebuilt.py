"""A month rebuilt: what was sent is kept, and 重做对照 lists what differs from it."""

import shutil
from pathlib import Path

from pledgebatch.engine.kept import RECORD, find_others
from pledgebatch.months.archive import is_month, read_month
from pledgebatch.months.rebuilt import differences
from pledgebatch.publish.movements import headers_of
from pledgebatch.publish.sheets import plain_columns, write_table
from pledgebatch.rules.facts.names import shown_names
from pledgebatch.schema.digests import DamagedMonth
from pledgebatch.schema.sheets import REGISTRY
from pledgebatch.schema.states import Movement, Severity, State
from pledgebatch.xlsx.formats import Formats, new_book

SENT = "sent"
"""The folder of a month's output in which earlier versions stand as they were sent, numbered from 1."""
COMPARISON = "重做对照"
PAGE = "index.html"
PLACE = '<li id="rebuilt" hidden></li>'
"""Where the month's page takes a link; no text typed by anybody looks like it, since all are escaped."""
CODE = {"organisation": (REGISTRY["unit_code"].header, 10), "org_name": (REGISTRY["org_name"].header, 28)}
TABLES = {
    "states": ("报送状态", {**CODE, "before": ("原来", 12), "after": ("现在", 12)}),
    "rows": (
        "台账",
        {
            **CODE, "sheet": ("工作表", 12), "number": ("编号", 14), "kind": ("差别", 8), "header": ("栏目", 18),
            "before": ("原来", 44), "after": ("现在", 44),
        },
    ),
    "findings": (
        "问题",
        {
            **CODE, "kind": ("差别", 8), "severity": ("程度", 8), "rule": ("规则", 9), "file": ("文件", 36), "sheet": ("工作表", 12),
            "cell": ("单元格", 9), "message": ("问题和改法", 70),
        },
    ),
    "files": (
        "文件",
        {**CODE, "kind": ("差别", 8), "file": ("文件", 44), "state": ("状态", 12), "sha256": ("SHA-256", 68)},
    ),
}  # fmt: skip
UNREADABLE = "<li>原来的一份（{}）已损坏，无法列出差别</li>"
LABELS = {str(each): each.label for words in (State, Severity, Movement) for each in words}


def keep_as_sent(old: Path, fresh: Path, again: bool) -> Path | None:
    """Keep earlier versions of a month in ``fresh``, with the one in ``old`` itself where it is rebuilt ``again``.

    Returns the folder of the last version sent, None where there is none. A month rebuilt to the same bytes is no
    new version.
    """
    if not is_month(old):
        return None
    kept = [path for path in (old / SENT).iterdir() if path.name.isdecimal()] if (old / SENT).is_dir() else []
    versions = sorted(kept, key=lambda path: int(path.name))
    for version in versions:
        shutil.copytree(version, fresh / SENT / version.name)
    if again and _content(old) != _content(fresh):
        number = int(versions[-1].name) + 1 if versions else 1
        shutil.copytree(
            old, fresh / SENT / str(number), ignore=lambda folder, names: {SENT} & set(names) if Path(folder) == old else set(),
        )  # fmt: skip
        return fresh / SENT / str(number)
    return fresh / SENT / versions[-1].name if versions else None


def write_comparison(sent: Path, folder: Path) -> None:
    """Write the differences between the version in ``sent`` and the month in ``folder`` into ``folder``.

    What was sent is kept as it is; where it is damaged, the month's page says that it cannot be compared with.
    """
    now = read_month(folder)
    try:
        then = read_month(sent)
    except DamagedMonth:
        _put_in(folder / PAGE, UNREADABLE.format(f"{SENT}/{sent.name}"))
        return
    names = shown_names(then.registry) | shown_names(now.registry)
    book = new_book(folder / f"{COMPARISON}_{now.period}.xlsx", constant_memory=True, in_memory=False)
    formats = Formats(book)
    for key, rows in differences(then, now).items():
        title, headers = TABLES[key]
        named = rows.assign(org_name=rows["organisation"].map(names).astype("str"))
        if key == "rows":
            named["header"] = headers_of(named)
        labelled = ("before", "after") if key == "states" else ("kind", "severity", "state")
        for column in set(labelled) & set(named):
            named[column] = named[column].map(LABELS).astype("str")
        write_table(book, formats, title, plain_columns(named, headers), now.period.label)
    book.close()
    _put_in(folder / PAGE, f'<li><a href="{COMPARISON}_{now.period}.xlsx">{COMPARISON}</a></li>')


def _put_in(page: Path, line: str) -> None:
    page.write_text(page.read_text("utf-8").replace(PLACE, line, 1), "utf-8", newline="\n")


def _content(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` as it was written, but the earlier versions, the comparison with them, and the page that links it."""
    left = {folder / name for name in (PAGE, RECORD, *find_others(folder))}
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path not in left)
    own = [path for path in paths if path.relative_to(folder).parts[0] != SENT and not path.name.startswith(COMPARISON)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in own}
