"""The table in docs/outputs.md of what each reader makes of each kind of workbook."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.programs import READERS, Cells, wrong

DOCUMENT = Path(__file__).parents[2] / "docs" / "outputs.md"
BEGIN, END = "<!-- begin of the matrix -->", "<!-- end of the matrix -->"


def matrix(outputs: Iterable[str], right: Sequence[Cells], seen: Mapping[str, Sequence[Cells]]) -> str:
    """A row for each of ``outputs``, a column for each reader: “all” cells as they are, or how many are not."""
    lines = [f"| workbook | {' | '.join(READERS)} |", f"|---|{'---|' * len(READERS)}"]
    for number, (output, cells) in enumerate(zip(outputs, right, strict=True)):
        counts = [len(wrong(seen[reader][number], cells)) for reader in READERS]
        lines.append(f"| {output} | {' | '.join(f'{count} wrong' if count else 'all' for count in counts)} |")
    return "\n".join(lines)
