"""文件处理: which file the office's decisions name, whose it is then, and whether it counts."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from pledgebatch.rules.office.registry import Found, alike_together, remark
from pledgebatch.schema.decisions import FILES, NOT_TAKEN, TAKEN
from pledgebatch.schema.kinds import RAW
from pledgebatch.schema.records import Record, records
from pledgebatch.schema.states import LIVE, State
from pledgebatch.schema.texts import squeeze

OF_THE_OFFICE = "办公室"


def decide_owners(files: pd.DataFrame, decided: pd.DataFrame) -> None:
    """Write into ``files``, by submission, what was ``decided`` of each (``handled``), and whose some of them are."""
    files["handled"] = pd.Series(pd.NA, index=files.index, dtype="str")
    for number, line in _meant(files, decided)[0].items():
        files.loc[number, "handled"] = line["decision"]
        if line["belongs_to"]:
            files.loc[number, "organisation"] = line["belongs_to"]
            if files.at[number, "state"] == State.UNKNOWN_ORGANISATION:
                files.loc[number, "state"] = str(State.ACCEPTED)
            files.loc[number, "reason"] = f"{OF_THE_OFFICE}认定：{line['reason']}"


def set_files_aside(files: pd.DataFrame, decided: pd.DataFrame) -> None:
    """Let those of ``files`` not count that the office does not take, whatever they are."""
    for number, line in _meant(files, decided)[0].items():
        if line["decision"] == NOT_TAKEN:
            reason = f"{OF_THE_OFFICE}决定不采用：{line['reason']}"
            files.loc[number, ["state", "reason"]] = [str(State.SUPERSEDED), reason]


def judge_files(submissions: pd.DataFrame, decided: pd.DataFrame) -> pd.DataFrame:
    """Remarks for the office on the lines of 文件处理 that name no file, or decide what cannot be."""
    files = submissions.set_index("submission")
    meant, found = _meant(files, decided)
    for number, line in meant.items():
        state = files.at[number, "state"]
        if line["decision"] == TAKEN and state == State.UNREADABLE:
            found.append(_told(line, "path", "这份文件读不出来，不能采用；请单位重报，或填“不采用”"))
        elif line["decision"] == TAKEN and state == State.UNKNOWN_ORGANISATION:
            found.append(_told(line, "belongs_to", "看不出这份文件是哪个组织的，请在“归属组织”填组织编码"))
        elif line["decision"] == TAKEN and state not in LIVE and not _has_a_copy(files, number):
            found.append(_told(line, "decision", "同一个组织采用了几份文件，只能采用一份，请改正"))
    return alike_together(found, decided, FILES)


def _has_a_copy(files: pd.DataFrame, number: Any) -> bool:
    """Whether the very bytes of a file count under another name."""
    return bool(((files["sha256"] == files.at[number, "sha256"]) & files["state"].isin(LIVE)).any())


def _meant(files: pd.DataFrame, decided: pd.DataFrame) -> tuple[dict[Any, Record], list[Found]]:
    """By submission the line that is about it, and what is wrong with the others."""
    meant: dict[Any, Record] = {}
    found: list[Found] = []
    for line in _lines(decided):
        numbers = _named(files, line["path"])
        if len(numbers) == 1 or (numbers and files.loc[numbers, "sha256"].nunique() == 1):
            meant.update((number, line) for number in numbers if number not in meant)
        elif numbers:
            found.append(
                _told(line, "path", f"这个月叫这个名字的有 {len(numbers)} 份，请照《收件清单》写全，或写 SHA-256")
            )
        else:
            found.append(_told(line, "path", "这个月没有收到这份文件，请照《收件清单》的“文件”或“SHA-256”写"))
    return meant, found


def _lines(decided: pd.DataFrame) -> Iterator[Record]:
    """The lines, each with its index."""
    yield from (line | {"index": index} for index, line in zip(decided.index, records(decided), strict=True))


def _told(line: Record, key: str, message: str) -> Found:
    return remark(line["index"], key, line[key + RAW], f"{message}；这一行没有采用")


def _named(files: pd.DataFrame, path: str) -> list[Any]:
    """The files that a path, a name without its folder, or a SHA-256 names."""
    wanted = squeeze(path.replace("\\", "/"))
    whole = files["file"].map(lambda file: squeeze(str(file)))
    for same in (whole == wanted, files["sha256"] == wanted.lower(), whole.str.rpartition("/")[2] == wanted):
        if same.fillna(False).any():
            return list(files.index[same.fillna(False).astype(bool)])
    # A path as it is on the disk: with the folders above those of the month.
    return [number for number, file in whole.items() if wanted.endswith(f"/{file}")]
