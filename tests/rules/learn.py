"""Learns what characters and pairs of them weigh for a kind of pledge, from the labelled texts that may be looked at.

    python -m tests.rules.learn

Writes ``pledgebatch/rules/data/weights``. Plain logistic regression over counts, the same numbers every time.
"""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

import pledgebatch.rules
from pledgebatch.rules.heuristics.trades import whose_weights
from pledgebatch.rules.language.likeness import BIAS, plain
from pledgebatch.rules.language.words import folded
from tests.rules.labelled_pledges import CATEGORIES
from tests.rules.labels import Label, read

FOLDER = Path(pledgebatch.rules.__file__).parent / "data" / "weights"
KINDS = {"duty": "ITM11", "absolute": "ITM12", "trade": "ITM22"}
TEXTS = ("pledges", "sentences")
SEEN_TWICE, LEAST, RIDGE, STEPS = 2, 0.04, 0.1, 200
"""What stands in one text alone, or weighs less than this, is left out."""


def main() -> None:
    """Writes the weights of each kind."""
    FOLDER.mkdir(exist_ok=True)
    rows = [row for name in TEXTS for row in read("tuning", name) if row["text"]]
    for kind, code in KINDS.items():
        chosen = [row for row in rows if _decided(row, code)]
        told = np.array([Label.parse(row["codes"]).wants(code) for row in chosen], dtype=float)
        whose = [_whose(row) if code == "ITM22" else "" for row in chosen]
        _write(kind, *learn(_counts([row["text"] for row in chosen], whose), told), sorted(set(whose)))


def _decided(row: dict[str, str], code: str) -> bool:
    """Whether the row says that the code must be told, or must not."""
    label = Label.parse(row["codes"])
    return label.wants(code) or code not in label.allowed


def _whose(row: dict[str, str]) -> str:
    return whose_weights(row["post_type"] or "专业技术岗位", CATEGORIES[row["unit"]])


def _counts(texts: list[str], whose: list[str]) -> list[Counter[tuple[str, str]]]:
    """Of each text its characters and pairs, and the same of its post type apart."""
    counted = []
    for text, group in zip(plain(folded(pd.Series(texts, dtype="str"))), whose, strict=True):
        features = Counter([*text, *map("".join, zip(text, text[1:], strict=False))])
        counted.append(Counter({(each, name): n for each, n in features.items() for name in {"", group}}))
    return counted


def learn(counts: list[Counter[tuple[str, str]]], told: np.ndarray) -> tuple[dict[tuple[str, str], float], float]:
    """The weight of each feature, and the bias, by accelerated descent."""
    seen = Counter(feature for each in counts for feature in each)
    places = {feature: n for n, feature in enumerate(sorted(each for each, n in seen.items() if n >= SEEN_TWICE))}
    table = np.zeros((len(counts), len(places) + 1))
    for row, each in zip(table, counts, strict=True):
        for feature in each.keys() & places.keys():
            row[places[feature]] = each[feature]
        row /= np.sqrt(each.total())
    table[:, -1] = 1
    step = 1 / (0.25 * np.linalg.eigvalsh(table @ table.T)[-1] + RIDGE)
    weights = ahead = np.zeros(table.shape[1])
    for n in range(STEPS):
        error = 1 / (1 + np.exp(-table @ ahead)) - told
        before, weights = weights, ahead - step * (table.T @ error + RIDGE * ahead)
        ahead = weights + n / (n + 3) * (weights - before)
    return {feature: float(weights[n]) for feature, n in places.items()}, float(weights[-1])


def _write(kind: str, weights: dict[tuple[str, str], float], bias: float, groups: list[str]) -> None:
    """A group's column holds what a feature weighs there: in general, and in particular.

    A text has each feature twice then, hence the root.
    """
    twice = np.sqrt(2) if groups != [""] else 1
    columns = {group or "weight": group for group in groups}
    with (FOLDER / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["feature", *columns])
        table.writerow([BIAS, *(f"{bias:.2f}" for _ in columns)])
        for feature in sorted({each for each, _ in weights}):
            summed = [
                (weights.get((feature, ""), 0) + (weights.get((feature, group), 0) if group else 0)) / twice
                for group in columns.values()
            ]
            if max(map(abs, summed)) >= LEAST:
                table.writerow([feature, *(f"{each:.2f}" for each in summed)])


if __name__ == "__main__":
    main()
