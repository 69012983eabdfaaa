"""A small linear programme's next answer from its last basis, by a few steps of the dual simplex method.

HiGHS needs a third of a millisecond before its first step, and most plans are one or two steps from the last.
Every column lies between 0 and its limit, so those outside the basis can always be put where their reduced
costs want them; a step takes a column that breaks its limit out of the basis, until none does.

References
----------
V. Chvátal, *Linear Programming* (1983), chapters 8 and 10.
"""

from __future__ import annotations

from typing import Final

import highspy
import numpy as np

BASIC: Final = highspy.HighsBasisStatus.kBasic

MOST_STEPS: Final = 40
"""From here on HiGHS is quicker."""
TOLERANCE: Final = 1e-9
PIVOT: Final = 0.5
"""Entries of a network's tableau are -1, 0 and 1."""


class DualSimplex:
    """The basis of one side's supply programme, whose columns take from one row and give to another."""

    def __init__(self, lp: highspy.HighsLp) -> None:
        self._rows, count = lp.num_row_, lp.num_col_
        entries = lp.a_matrix_
        row, value = np.array(entries.index_), np.array(entries.value_)
        column = np.repeat(np.arange(count), np.diff(entries.start_))
        none = np.full(count, self._rows)
        self._to, self._from = none.copy(), none.copy()
        """Which row each column gives to and takes from; one more than there are where it is none."""
        self._to[column[value > 0]] = row[value > 0]
        self._from[column[value < 0]] = row[value < 0]
        # and for each row what HiGHS calls its value, which is always 0
        self._to = np.concatenate([self._to, np.full(self._rows, self._rows)])
        self._from = np.concatenate([self._from, np.arange(self._rows)])
        self._cost = np.concatenate([lp.col_cost_, np.zeros(self._rows)])
        self._basis: np.ndarray | None = None
        self._inverse = np.zeros((self._rows, self._rows + 1))

    def start_from(self, basis: highspy.HighsBasis) -> None:
        """Go on from a basis of HiGHS's."""
        is_in = [status == BASIC for status in (*basis.col_status, *basis.row_status)]
        self._basis = np.flatnonzero(is_in)
        matrix = np.zeros((self._rows + 1, self._rows))
        matrix[self._to[self._basis], np.arange(self._rows)] = 1.0
        matrix[self._from[self._basis], np.arange(self._rows)] = -1.0
        self._inverse[:, :-1] = np.rint(np.linalg.inv(matrix[:-1]))

    def _into_rows(self, columns: np.ndarray, which: np.ndarray | slice) -> np.ndarray:
        """Return what some columns bring to each row."""
        count = self._rows + 1
        return np.bincount(self._to[which], columns, count) - np.bincount(self._from[which], columns, count)

    def solve(self, limits: np.ndarray) -> np.ndarray | None:
        """Return the best columns under these limits; nothing where that takes too many steps."""
        inverse, basis, to, come = self._inverse, self._basis, self._to, self._from
        if basis is None:
            return None
        upper = np.zeros(len(self._cost))
        upper[: len(limits)] = limits
        price = self._cost[basis] @ inverse
        reduced = self._cost - price[to] + price[come]
        columns = np.where(reduced < 0.0, upper, 0.0)
        # which way each column outside the basis can go
        ways = np.where(reduced < 0.0, -1.0, 1.0) * (upper > 0.0)
        ways[basis] = columns[basis] = 0.0
        values = -(inverse @ self._into_rows(columns, slice(None)))
        for _ in range(MOST_STEPS):
            above = values - upper[basis]
            excess = np.maximum(above, -values)
            row = int(excess.argmax())
            if excess[row] <= TOLERANCE:
                columns[basis] = values
                return columns[: len(limits)]
            leaving, is_high = int(basis[row]), bool(above[row] > 0.0)
            bound = upper[leaving] if is_high else 0.0
            tableau = inverse[row, to] - inverse[row, come]
            helps = tableau * ways
            able = ((helps > PIVOT) if is_high else (helps < -PIVOT)).nonzero()[0]
            if able.size > 1:
                able = able[np.abs(reduced[able]).argsort()]
            # columns that cannot mend this alone go from limit to limit
            passed = int(upper[able].cumsum().searchsorted(excess[row]))
            if passed >= able.size:
                return None
            if passed:
                flips = able[:passed]
                turned = ways[flips] * upper[flips]
                ways[flips] *= -1.0
                columns[flips] += turned
                values -= inverse @ self._into_rows(turned, flips)
            entering = int(able[passed])
            pivot, change = tableau[entering], inverse[:, to[entering]] - inverse[:, come[entering]]
            step = (values[row] - bound) / pivot
            values -= step * change
            values[row] = columns[entering] + step
            columns[leaving] = bound
            ratio = reduced[entering] / pivot
            reduced -= ratio * tableau
            reduced[leaving], reduced[entering] = -ratio, 0.0
            ways[leaving], ways[entering] = (0.0 if upper[leaving] <= 0.0 else -1.0 if is_high else 1.0), 0.0
            inverse[row] /= pivot
            change[row] = 0.0
            inverse -= change[:, None] * inverse[row]
            basis[row] = entering
        return None
