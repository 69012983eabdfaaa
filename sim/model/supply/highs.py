"""HiGHS, and how a supply programme is put to it.

The only home of HiGHS. Its class comes from C++ and has a metaclass of its own, which a compiled class cannot
have: this room stays as it is where the engine is compiled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import highspy
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


class Solver(highspy.Highs):  # type: ignore[misc]  # its own hints leave out half of it
    """HiGHS that never prints: since 1.16 its first words come while it is made, and would spoil --json."""

    def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS calls it so
        """Be silent before the first callback is set, which is when HiGHS names itself."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()

    def best(self) -> np.ndarray:
        """Return the best columns, from the basis that is kept or, should that fail, from none."""
        self.run()
        if self.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self.clearSolver()
            self.run()
        return np.asarray(self.getSolution().col_value)


def programme_at_zero(
    ends: Sequence[tuple[int, int]],
    cost: Sequence[float],
    value: Sequence[float],
    towns: int,
    entry_at: Sequence[int],
) -> Solver:
    """Return a supply programme with every limit at 0: towns as rows; arcs, tiers, entries as columns.

    Parameters
    ----------
    value
        Of a tonne met in each tier of a demand.
    """
    routes, tiers = len(ends), len(value)
    programme = highspy.HighsLp()
    programme.num_col_ = 2 * routes + tiers * towns + len(entry_at)
    programme.num_row_ = towns
    programme.col_cost_ = np.array(
        [each for each in cost for _ in range(2)]
        + [-each for _ in range(towns) for each in value]
        + [0.0] * len(entry_at)
    )
    programme.col_lower_ = np.zeros(programme.num_col_)
    programme.col_upper_ = np.zeros(programme.num_col_)
    programme.row_lower_ = programme.row_upper_ = np.zeros(towns)
    rows: list[int] = []
    entries: list[float] = []
    for first, last in ends:
        rows += [first, last, last, first]
        entries += [-1.0, 1.0, -1.0, 1.0]
    rows += [town for town in range(towns) for _ in range(tiers)]
    entries += [-1.0] * (tiers * towns)
    rows += entry_at
    entries += [1.0] * len(entry_at)
    starts = [2 * arc for arc in range(2 * routes)]
    starts += [4 * routes + place for place in range(tiers * towns + len(entry_at) + 1)]
    matrix = programme.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_, matrix.index_, matrix.value_ = np.array(starts), np.array(rows), np.array(entries)
    solver = Solver()
    for option, choice in (
        ("presolve", "off"),
        ("solver", "simplex"),
        ("simplex_dual_edge_weight_strategy", 1),  # Devex: cheaper than steepest edge for a few steps
        ("threads", 1),
    ):
        solver.setOptionValue(option, choice)
    solver.passModel(programme)
    return solver
