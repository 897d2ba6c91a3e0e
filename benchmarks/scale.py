"""Prints seconds and memory of whole months of growing size, each in a process of its own, and the curve fitted to them.

    python benchmarks/scale.py [ORGANISATIONS…]

``10000=FOLDER`` takes an inbox of so many that was made before (``python benchmarks/inbox.py FOLDER 10000``).
Cost is measured per organisation; memory is the largest resident size of the head and of any worker.
"""

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from inbox import ITEMS, MEMBERS, PERIOD, make

import pledgebatch

SIZES = (100, 300, 1000, 3000)
MIB = 1024
CURVE, MANY = 2, 10_000
"""The degree of what is fitted, and the size whose square is spoken of."""


def run(folder: str) -> None:
    """Consolidate once and say what it took, for the parent to read."""
    start = time.perf_counter()
    pledgebatch.consolidate(Path(folder), str(PERIOD))
    taken = time.perf_counter() - start
    peaks = [resource.getrusage(who).ru_maxrss / MIB for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps([taken, *peaks]))


def measure(count: int, place: str = "") -> tuple[float, float, float]:
    """Seconds, MiB of the head, MiB of the largest worker; of an inbox made anew, or of the one in ``place``."""
    for left in ("output", ".cache") if place else ():
        shutil.rmtree(Path(place) / left, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        if not place:
            make(Path(name), count)
        command = [sys.executable, __file__, "--run", place or name]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
    taken, head, worker = json.loads(told.stdout)
    return taken, head, worker


def main() -> None:
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2])
        return
    sizes = [each.partition("=")[::2] for each in sys.argv[1:]] or [(str(size), "") for size in SIZES]
    print(f"{MEMBERS} members and {ITEMS} items an organisation")
    print("| organisations | seconds | ms each | against the first | head, MiB | largest worker, MiB |")
    print("|---|---|---|---|---|---|")
    found = []
    for told, place in sizes:
        size = int(told)
        taken, head, worker = measure(size, place)
        found.append((size, taken, head))
        each, first = taken / size, found[0][1] / found[0][0]
        print(
            f"| {size:,} | {taken:.1f} | {each * 1000:.1f} | {each / first:.2f} | {head:.0f} | {worker:.0f} |",
            flush=True,
        )
    counts, seconds, heads = (np.array(each) for each in zip(*found, strict=True))
    if len(found) > CURVE + 1:
        curve = np.polyfit(counts, seconds, CURVE, w=1 / seconds)
        square, slope, fixed = curve
        off = np.abs(np.polyval(curve, counts) / seconds - 1).max()
        print(
            f"fitted: {fixed:.1f} s, {slope * 1000:.1f} ms an organisation, {square * MANY**2:.0f} s for 10,000 squared"
        )
        print(f"        which is off by {off:.0%} at most")
    if len(found) > 1:
        growth, base = np.polyfit(counts, heads, 1)
        print(f"head: {base:.0f} MiB and {growth * 1024 / ITEMS:.2f} KiB an item row")


if __name__ == "__main__":
    main()
