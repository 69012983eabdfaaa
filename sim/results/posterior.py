"""A sample of parameters with weights, as a calibration leaves it, and draws from it for an ensemble.

It is kept as CSV: comments that say where it is from, then one row a vector: its weight, its distance from
what happened, and each parameter in the measure that is used inside.
"""

from __future__ import annotations

import bisect
import csv
import io
import itertools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.errors import FileError, UsageError
from sim.files.regular import read_regular
from sim.scenario_file.bundled import scenario_folder
from sim.scenario_file.overrides import ScaleNumber
from sim.statistics.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.model.scenario import Scenario

HEAD: Final = ("weight", "distance")
DIGITS: Final = 8
ENDING: Final = ".posterior.csv"
_LARGEST: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Posterior:
    """Parameters that lead near to what happened."""

    keys: tuple[str, ...]
    """Of the parameters, as `--set` takes them."""
    values: np.ndarray
    """Shape (vectors, parameters); in the measure used inside."""
    weights: np.ndarray
    """Sum to 1; shape (vectors,)."""
    distances: np.ndarray
    """From what happened; shape (vectors,)."""
    notes: tuple[str, ...] = ()

    def drawn(self, seed: int, replication: int) -> Mapping[str, float]:
        """Return the parameters of one replication, by their own stream of chance."""
        u = Streams(seed, replication)["parameters/draw"].uniform()
        rising = list(itertools.accumulate(self.weights.tolist()))
        number = min(bisect.bisect_right(rising, u * rising[-1]), len(rising) - 1)
        return dict(zip(self.keys, self.values[number].tolist(), strict=True))

    def quantile(self, key: str, share: float) -> float:
        """Return the value below which a share of the sample's weight lies."""
        column = self.values[:, self.keys.index(key)]
        order = np.argsort(column, kind="stable")
        rising = np.cumsum(self.weights[order])
        number = min(int(np.searchsorted(rising, share * rising[-1])), len(rising) - 1)
        return float(column[order][number])

    def text(self) -> str:
        """Return it as CSV."""
        lines = [f"# {note}" for note in self.notes]
        lines.append(",".join((*HEAD, *self.keys)))
        for weight, distance, row in zip(self.weights, self.distances, self.values, strict=True):
            numbers = (weight, distance, *row)
            lines.append(",".join(f"{number:.{DIGITS}g}" for number in numbers))
        return "\n".join(lines) + "\n"


def changes_to(scenario: Scenario, drawn: Mapping[str, float]) -> list[ScaleNumber]:
    """Return drawn parameters as changes to a scenario.

    Raises UsageError where the scenario gives no such number, or gives 0.
    """
    given = {each.key: each.value for each in scenario.fitted.parameters}
    changes = []
    for key, value in drawn.items():
        if not given.get(key):
            raise UsageError(
                f"{scenario.name} has no number {key} to draw. Use a sample made for this scenario."
            )
        changes.append(ScaleNumber(f"{key}={value / given[key]!r}", is_assumed=True))
    return changes


def read_posterior(path: str | Path) -> Posterior:
    """Return a sample from its file.

    `path`: a CSV file, or the name of a bundled scenario that one was made for. Raises FileError where it
    cannot be read, or is no such table.
    """
    file = Path(path)
    bundled = scenario_folder() / f"{file.name}{ENDING}"
    if not file.exists() and len(file.parts) == 1 and bundled.exists():
        file = bundled
    try:
        text = read_regular(file, _LARGEST, is_named=True).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise FileError(
            f"{file} cannot be read: {reason}. Name a sample that frontsim calibrate wrote."
        ) from problem
    return _parsed(text, file)


def _parsed(text: str, file: Path) -> Posterior:
    lines = text.splitlines()
    notes = tuple(line.lstrip("# ") for line in lines if line.startswith("#"))
    rows = list(csv.reader(io.StringIO("\n".join(line for line in lines if not line.startswith("#")))))
    if not rows or tuple(rows[0][:2]) != HEAD or len(rows[0]) == len(HEAD):
        raise FileError(f"{file} is not a sample of parameters. Name one that frontsim calibrate wrote.")
    values = _numbers(rows[1:], len(rows[0]), file)
    weights = values[:, 0]
    if not len(weights) or weights.min() < 0.0 or not weights.sum() > 0.0:
        raise FileError(f"{file} has no rows with a weight above 0. Make it again with frontsim calibrate.")
    return Posterior(tuple(rows[0][2:]), values[:, 2:], weights / weights.sum(), values[:, 1], notes)


def _numbers(rows: Sequence[Sequence[str]], width: int, file: Path) -> np.ndarray:
    found = np.empty((len(rows), width))
    for number, row in enumerate(rows):
        try:
            found[number] = [float(cell) for cell in row]
        except ValueError:
            found[number] = math.nan
        if not np.isfinite(found[number]).all():
            raise FileError(
                f"{file}: row {number + 1} of the sample is not {width} numbers. "
                f"Make it again with frontsim calibrate."
            )
    return found
