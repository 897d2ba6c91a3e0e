"""``python -m tests.programs`` reads every kind of workbook with every reader and writes the matrix into docs/outputs.md."""

import tempfile
from pathlib import Path

from tests import programs
from tests.outputs import make
from tests.programs.matrix import BEGIN, DOCUMENT, END, matrix


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = make(Path(folder) / "w")
        paths = list(made.paths.values())
        seen = {name: list(read(paths)) for name, (read, _) in programs.READERS.items()}
        told = matrix(made.paths, list(programs.by_openpyxl(paths)), seen)
    above, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    _, _, below = rest.partition(END)
    DOCUMENT.write_text(f"{above}{BEGIN}\n{told}\n{END}{below}", "utf-8", newline="\n")


if __name__ == "__main__":
    main()
