"""Reads the hostile corpus and mutants of a workbook, and prints what they cost: seconds, and the peak of a worker.

PYTHONPATH=. python benchmarks/hostile.py [MUTANTS]
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

from pledgebatch.intake.find import find
from pledgebatch.pipeline.collect import collect
from pledgebatch.pipeline.workers import workers
from tests.intake.corpus import corpus
from tests.intake.test_corpus import mutant


def main() -> None:
    mutants = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as name:
        inbox = Path(name)
        for file, data, _ in corpus():
            (inbox / file).write_bytes(data)
        for number in range(mutants):
            (inbox / f"mutant{number:06d}.xlsx").write_bytes(mutant(number))
        start = time.perf_counter()
        with workers() as pool:
            batch = collect(find(inbox), 2011, pool)
        seconds = time.perf_counter() - start
    read = batch.files["reason"].isna()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print("| files | read | refused with a reason | seconds | peak of a worker |")
    print("|---|---|---|---|---|")
    print(f"| {len(read)} | {read.sum()} | {(~read).sum()} | {seconds:.1f} | {peak:.0f} MiB |")


if __name__ == "__main__":
    main()
