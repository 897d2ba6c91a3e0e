"""Prints seconds and memory of whole months of growing size, each in a process of its own, and the line fitted to them.

    python benchmarks/scale.py [ORGANISATIONS…]

Cost is measured per organisation; memory is the largest resident size of the head and of any worker.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from inbox import ITEMS, MEMBERS, PERIOD, make

import pledgebatch

SIZES = (100, 300, 1000)
MIB = 1024


def run(folder: str) -> None:
    """Consolidate once and say what it took, for the parent to read."""
    start = time.perf_counter()
    pledgebatch.consolidate(Path(folder), str(PERIOD))
    taken = time.perf_counter() - start
    peaks = [resource.getrusage(who).ru_maxrss / MIB for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps([taken, *peaks]))


def measure(count: int, place: str = "") -> tuple[float, float, float]:
    """Seconds, MiB of the head, MiB of the largest worker; of an inbox made anew, or of the one in ``place``."""
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
    sizes = [int(each) for each in sys.argv[1:]] or list(SIZES)
    print(f"{MEMBERS} members and {ITEMS} items an organisation")
    print("| organisations | seconds | ms each | against the first | head, MiB | largest worker, MiB |")
    print("|---|---|---|---|---|---|")
    found = []
    for size in sizes:
        taken, head, worker = measure(size)
        found.append((size, taken))
        each, first = taken / size, found[0][1] / found[0][0]
        print(
            f"| {size:,} | {taken:.1f} | {each * 1000:.1f} | {each / first:.2f} | {head:.0f} | {worker:.0f} |",
            flush=True,
        )
    if len(found) > 1:
        slope, fixed = np.polyfit(*zip(*found, strict=True), 1)
        print(f"fitted: {fixed:.1f} s and {slope * 1000:.1f} ms an organisation")


if __name__ == "__main__":
    main()
