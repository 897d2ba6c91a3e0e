"""What a month remembers of its last run, so that a rerun reads and writes only what changed. May be deleted any time."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import pandas as pd

from pledgebatch.intake.batch import Batch
from pledgebatch.intake.find import Arrival
from pledgebatch.publish.atomic import replacing
from pledgebatch.publish.month import folder_names, subtrees
from pledgebatch.publish.protect import UNPROTECTED, Protection
from pledgebatch.schema.frames import Month

PAGES = "pages.json"
JUDGED = (
    "coverage",
    "findings",
    "verdicts",
    "submissions",
    "set_aside",
    "reconciliation",
    "changes",
    "movements",
    "orders",
)
"""The frames in which an organisation's pages may differ although its file is the same."""


@dataclass(frozen=True)
class Memory:
    """The last run of a month by this very program: what it read, and a digest of each organisation's pages."""

    batch: Batch | None = None
    pages: dict[str, str] = field(default_factory=dict)


def recall(folder: Path) -> Memory:
    """What is remembered in ``folder``; nothing where there is no memory, it is damaged, or the program changed."""
    try:
        pages: dict[str, str] = json.loads((folder / PAGES).read_text("utf-8"))
        if pages.pop("") != program():
            return Memory()
        frames = {path.stem: pd.read_parquet(path) for path in folder.glob("*.parquet")}
        tables = {key: frames.pop(f"tables.{key}") for key in json.loads((folder / "tables.json").read_text("utf-8"))}
        return Memory(Batch(tables=_exactly(tables), **_exactly(frames)), pages)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Memory()


def _exactly(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Days in seconds, as they were before Parquet made milliseconds of them."""
    return {
        name: rows.astype({key: "datetime64[s]" for key, dtype in rows.dtypes.items() if dtype.kind == "M"})
        for name, rows in frames.items()
    }


def remember(folder: Path, batch: Batch, pages: dict[str, str]) -> None:
    """Keep what was read and the digests of the pages in ``folder``."""
    with replacing(folder) as fresh:
        for name, rows in _frames(batch).items():
            rows.to_parquet(fresh / f"{name}.parquet", index=False, compression="lz4")
        (fresh / "tables.json").write_text(json.dumps(list(batch.tables)), "utf-8")
        (fresh / PAGES).write_text(json.dumps({"": program()} | pages), "utf-8")


def _frames(batch: Batch) -> dict[str, pd.DataFrame]:
    own = {each.name: getattr(batch, each.name) for each in fields(Batch) if each.name != "tables"}
    return own | {f"tables.{key}": rows for key, rows in batch.tables.items()}


def read_again(arrivals: Sequence[Arrival], known: Batch | None, read: Callable[[Sequence[Arrival]], Batch]) -> Batch:
    """All ``arrivals`` in their order, as ``read`` alone would give them; what is known by its SHA-256 is not read again."""
    if known is None or known.files.empty:
        return read(arrivals)
    readable = known.files[known.files["reason"].isna()]
    numbers = dict(zip(readable["sha256"], readable["submission"], strict=True))
    found = [(number, numbers.get(_sha256(arrival))) for number, arrival in enumerate(arrivals)]
    fresh = [number for number, old in found if old is None]
    kept = [(number, int(old)) for number, old in found if old is not None]
    if not kept:
        return read(arrivals)
    parts = [(known, kept)]
    if fresh:
        parts.append((read([arrivals[number] for number in fresh]), [(n, k) for k, n in enumerate(fresh)]))
    pieces = [_frames(_renumbered(batch, pairs)) for batch, pairs in parts]
    frames = {
        name: pd.concat([piece[name] for piece in pieces], ignore_index=True).sort_values(
            "submission", kind="stable", ignore_index=True
        )
        for name in pieces[0]
    }
    told = frames["files"]
    for key in ("file", "size", "received"):
        now = pd.Series([getattr(arrivals[number], key) for number in told["submission"]], dtype=told[key].dtype)
        told[key] = now.where(told["submission"].isin([number for number, _ in kept]), told[key])
    return Batch(
        tables={key: frames[f"tables.{key}"] for key in known.tables},
        **{each.name: frames[each.name] for each in fields(Batch) if each.name != "tables"},
    )


def _renumbered(batch: Batch, pairs: Sequence[tuple[int, int]]) -> Batch:
    """The rows of some submissions under new numbers; ``pairs`` are new and old."""
    known = pd.DataFrame(pairs, columns=["new", "submission"], dtype="Int64")

    def renumbered(rows: pd.DataFrame) -> pd.DataFrame:
        chosen = known.merge(rows, on="submission")
        return chosen.assign(submission=chosen["new"])[list(rows)].astype(rows.dtypes)

    frames = {each.name: renumbered(getattr(batch, each.name)) for each in fields(Batch) if each.name != "tables"}
    return Batch(tables={key: renumbered(rows) for key, rows in batch.tables.items()}, **frames)


def _sha256(arrival: Arrival) -> str:
    if arrival.refused:
        return ""
    try:
        return hashlib.sha256(arrival.read()).hexdigest()
    except Exception:  # whatever is wrong with the file, reading it in earnest will tell
        return ""


def pages_of(month: Month, protection: Protection = UNPROTECTED) -> dict[str, str]:
    """The folders of organisations and superiors, each with a digest of all that its files are made from."""
    common = repr((month.period, month.parameters, sorted(month.not_evaluated.items()), sorted(month.built_on.items())))
    told = {code: hashlib.sha256(common.encode()) for code in month.coverage["organisation"]}
    for name in JUDGED:  # the rows of the tables are named by the SHA-256 of the file they stand in
        rows = getattr(month, name).drop(columns="submission", errors="ignore")
        hashes = pd.util.hash_pandas_object(rows, index=False)
        for code, own in hashes.groupby(rows["organisation"], sort=False):
            if code in told:
                told[code].update(name.encode() + own.to_numpy().tobytes())
    names = folder_names(month.registry)
    pages = {f"organisations/{names[code]}": digest.hexdigest() for code, digest in told.items()}
    for superior, below in subtrees(month.registry).items():
        together = repr(protection) + "".join(told[code].hexdigest() for code in sorted(below) if code in told)
        pages[f"supervisors/{names[superior]}"] = together
    return pages


def unchanged(memory: Memory, pages: Mapping[str, str], old: Path) -> set[str]:
    """The ``pages`` that stand in ``old`` as they would be written now; nobody touched them since."""
    now = marked(pages, old)
    return {place for place in pages if now[place] == memory.pages.get(place)}


def marked(pages: Mapping[str, str], folder: Path) -> dict[str, str]:
    """``pages`` with the sizes and times of their files in ``folder``."""
    return {place: f"{digest} {_stamp(folder / place)}" for place, digest in pages.items()}


def _stamp(folder: Path) -> list[tuple[str, int, int]]:
    stats = [(path.name, path.stat()) for path in sorted(folder.iterdir())] if folder.is_dir() else []
    return [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]


@cache
def program() -> str:
    """A digest of the program itself: another version may read and write otherwise."""
    digest = hashlib.sha256()
    for path, content in sorted(_sources(files("pledgebatch"))):
        digest.update(path.encode() + content)
    return digest.hexdigest()


def _sources(folder: Traversable, above: str = "") -> list[tuple[str, bytes]]:
    found = []
    for each in folder.iterdir():
        if each.is_dir() and each.name != "__pycache__":
            found += _sources(each, f"{above}{each.name}/")
        elif each.name.endswith((".py", ".csv", ".toml", ".j2")):
            found.append((above + each.name, each.read_bytes()))
    return found
