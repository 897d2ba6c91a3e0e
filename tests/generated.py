"""What the repository holds that the program writes: ``python -m tests.generated`` writes it again."""

import tempfile
from pathlib import Path

from pledgebatch.notice.periods import Period
from pledgebatch.publish.rule_book import render_rules
from pledgebatch.workbooks.registry_book import write_registry
from pledgebatch.workbooks.workbook import write_workbook

ROOT = Path(__file__).parents[1]
CATALOGUE, BLANK_WORKBOOK, BLANK_REGISTRY = (
    "docs/rules.md",
    "input_templates/承诺工作簿.xlsx",
    "input_templates/registry.xlsx",
)
PERIOD = Period(2011, 3)


def generate(path: str) -> bytes:
    """One of the files, by its path in the repository, as the program writes it today."""
    if path == CATALOGUE:
        return render_rules().encode()
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book.xlsx"
        if path == BLANK_WORKBOOK:
            write_workbook(book, PERIOD, {})
        else:
            write_registry(book)
        return book.read_bytes()


if __name__ == "__main__":
    for path in (CATALOGUE, BLANK_WORKBOOK, BLANK_REGISTRY):
        (ROOT / path).write_bytes(generate(path))
