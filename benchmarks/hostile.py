"""Reads the hostile corpus, tricks and mutants of a workbook, and prints the share that is read and what they cost.

PYTHONPATH=. python benchmarks/hostile.py [MUTANTS]
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

from pledgebatch.engine.workers import workers
from pledgebatch.intake.find import find
from pledgebatch.pipeline.collect import collect
from tests.intake.corpus import corpus
from tests.intake.test_corpus import mutant
from tests.intake.tricks import tricks


def main() -> None:
    mutants = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as name:
        inbox = Path(name)
        for file, data, _ in corpus():
            (inbox / file).write_bytes(data)
        for file, data, *_ in tricks():
            (inbox / f"trick{file}").write_bytes(data)
        for number in range(mutants):
            (inbox / f"mutant{number:06d}.xlsx").write_bytes(mutant(number))
        start = time.perf_counter()
        with workers() as pool:
            batch = collect(find(inbox), 2011, pool)
        seconds = time.perf_counter() - start
    read = batch.files["reason"].isna()
    kinds = batch.files["file"].str.extract(r"^(mutant|trick)", expand=False).fillna("corpus")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print("| files | number | read | refused with a reason |")
    print("|---|---|---|---|")
    for kind, number in kinds.value_counts().items():
        print(f"| {kind} | {number} | {read[kinds == kind].mean():.0%} | {(~read[kinds == kind]).mean():.0%} |")
    print(f"{seconds:.1f} seconds in all; peak of a worker {peak:.0f} MiB")


if __name__ == "__main__":
    main()
