"""A replication as rows: the front is looked at once a day while it runs, and put into columns at the end.

The engine's own state is read, not its events, so that a run that nobody records publishes none. Ground is
counted along contacts: what a side gained less what it lost.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.simulation import simulate
from sim.model.quantities import DAY, in_days
from sim.results.tables import REASONS, SIDE_TONNES, SIDE_TOTALS, Columns, TableName, columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from sim.engine.front.front import Front
    from sim.engine.front.state import Emit
    from sim.engine.simulation import Outcome
    from sim.model.quantities import Kilometres, Seconds
    from sim.model.scenario import Scenario

DIGITS = 3
"""Decimals of days of supply: thousandths of a day are about a minute."""


class Sampler:
    """What was seen of one replication so far."""

    def __init__(self, replication: int) -> None:
        self.replication = replication
        self._front: Front | None = None
        self._times: list[Seconds] = []
        self._holders: list[list[int]] = []
        self._strengths: list[list[int]] = []
        self._stocks: list[list[float]] = []
        self._fighting: list[list[bool]] = []
        self._rations: list[list[tuple[float, float]]] = []
        """Of each side's soldiers, away from the front and at it; a change on the way changes them."""
        self._totals: list[list[list[int]]] = []
        self._tonnes: list[list[list[float]]] = []
        self._contacts: list[int] = []
        self._gained: list[Kilometres] = []
        """By the first side since the day before; not known on the first day."""
        self._contacts_before: dict[int, tuple[Kilometres, int]] = {}
        """By contact: where its front stood yesterday, and who held its first town."""

    def look(self, front: Front) -> None:
        """Note how a front stands, and what was gained since yesterday; nothing of it is changed."""
        contacts = {e: (km, front.holder[front.network.start[e]]) for e, km in front.positions.items()}
        self._gained.append(_gained(front, self._contacts_before, contacts) if self._times else math.nan)
        self._contacts_before = contacts
        self._note(front)

    def _note(self, front: Front) -> None:
        self._front = front
        self._contacts.append(len(front.positions))
        self._times.append(front.now)
        self._holders.append(front.holder[:])
        self._strengths.append(front.strength[:])
        self._stocks.append(front.stock[:])
        self._fighting.append(front.is_fighting[:])
        self._rations.append(front.side_rations[:])
        self._totals.append([[side.reserve, 0, side.arrived, *side.losses] for side in front.sides])
        self._tonnes.append(
            [
                # what has entered, captured stock too, and was consumed and lost, since the run began
                [0.0, side.entered + side.captured, side.consumed, side.lost]
                for side in front.sides
            ]
        )

    def rows(self, outcome: Outcome) -> dict[TableName, Columns]:
        """Return the replication's rows of each table."""
        front = self._front
        if front is None:
            raise ValueError("rows are made of what was seen, and nothing was")
        self._note(front)  # how it ended: the first half of that instant, or a moment between two days
        self._gained.append(math.nan)
        holders = np.array(self._holders, dtype=np.int16)
        totals, tonnes = self._of_sides(holders)
        # the end is a row of its own only where it is the beginning of a day that was not seen yet
        is_new = len(self._times) == 1 or self._times[-1] > self._times[-2]
        days = len(self._times) - (0 if self._times[-1] % DAY == 0 and is_new else 1)
        return {
            "towns": self._towns(front, holders, days),
            "changes": self._changes(front),
            "daily": self._daily(front, totals[:days], tonnes[:days]),
            "replications": self._replication(front, outcome, totals[-1], tonnes[-1]),
        }

    def _of_sides(self, holders: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the totals and the tonnes of each side, with what its towns hold added up."""
        totals, tonnes = np.array(self._totals), np.array(self._tonnes)
        strengths, stocks = np.array(self._strengths), np.array(self._stocks)
        for side in range(totals.shape[1]):
            is_own = holders == side
            totals[:, side, 0] += np.where(is_own, strengths, 0).sum(axis=1)
            totals[:, side, 1] = is_own.sum(axis=1)
            tonnes[:, side, 0] = np.where(is_own, stocks, 0.0).sum(axis=1)
        return totals, tonnes

    def _towns(self, front: Front, holders: np.ndarray, days: int) -> Columns:
        count = holders.shape[1]
        strengths = np.array(self._strengths[:days], dtype=np.int64)
        fighting = np.array(self._fighting[:days], dtype=np.int8)
        rations = np.array(self._rations[:days])
        use = strengths * rations[np.arange(days)[:, None], holders[:days], fighting]
        lasting = np.full(use.shape, np.nan)
        np.divide(np.array(self._stocks[:days]), use, out=lasting, where=use > 0.0)
        return self._typed(
            "towns",
            front,
            day=np.repeat(self._days(days), count),
            town=np.tile(np.arange(count), days),
            held_by=holders[:days].ravel(),
            strength=strengths.ravel(),
            days_of_supply=np.round(lasting, DIGITS).ravel(),
        )

    def _changes(self, front: Front) -> Columns:
        """Return one row each time a town changed hands, in order of time, then of towns."""
        found = sorted(
            (t, town, (front.first_holder[town] + number) % len(front.sides))
            for town, times in front.changed_at.items()
            for number, t in enumerate(times)
        )
        losers = np.array([loser for _, _, loser in found], dtype=np.int16)
        return self._typed(
            "changes",
            front,
            day=np.array([in_days(t) for t, _, _ in found]),
            town=np.array([town for _, town, _ in found]),
            loser=losers,
            winner=1 - losers,
        )

    def _daily(self, front: Front, totals: np.ndarray, tonnes: np.ndarray) -> Columns:
        days, sides, _ = totals.shape
        columns = {name: totals[:, :, number].ravel() for number, name in enumerate(SIDE_TOTALS)}
        columns |= {name: tonnes[:, :, number].ravel() for number, name in enumerate(SIDE_TONNES)}
        gained = np.array(self._gained[:days])
        columns |= {"ground": np.stack([gained, 0.0 - gained], axis=1).ravel()}
        columns |= {"contacts": np.repeat(self._contacts[:days], sides)}
        day, side = np.repeat(self._days(days), sides), np.tile(np.arange(sides), days)
        return self._typed("daily", front, day=day, side=side, **columns)

    def _replication(self, front: Front, outcome: Outcome, totals: np.ndarray, tonnes: np.ndarray) -> Columns:
        columns: Columns = {}
        for number, side in enumerate(front.sides):
            columns |= {f"{side.id}_{name}": totals[number, i] for i, name in enumerate(SIDE_TOTALS)}
            columns |= {f"{side.id}_{name}": tonnes[number, i] for i, name in enumerate(SIDE_TONNES)}
        return self._typed(
            "replications",
            front,
            ended_day=in_days(outcome.ended_at),
            reason=REASONS.index(outcome.reason),
            note=outcome.note,
            **columns,
        )

    def _days(self, count: int) -> np.ndarray:
        return np.array(self._times[:count]) // DAY

    def _typed(self, table: TableName, front: Front, **columns: Any) -> Columns:  # noqa: ANN401 - arrays or single values
        """Return columns with their types, led by the replication's number."""
        types = columns_of(table, [side.id for side in front.sides])
        count = next((np.size(column) for column in columns.values()), 0)
        columns = {"replication": np.full(count, self.replication), **columns}
        return {name: np.atleast_1d(columns[name]).astype(dtype) for name, dtype in types.items()}


def joined(replications: Sequence[Mapping[TableName, Columns]]) -> dict[TableName, Columns]:
    """Return the rows of several replications, one after the other.

    `replications`: at least one, in the order of their numbers.
    """
    return {
        table: {
            name: np.concatenate([each[table][name] for each in replications])
            for name in replications[0][table]
        }
        for table in replications[0]
    }


def _gained(
    front: Front, before: dict[int, tuple[Kilometres, int]], now: dict[int, tuple[Kilometres, int]]
) -> Kilometres:
    """Return the ground that the first side gained along all contacts since they were looked at before.

    `before`, `now`: by contact: where its front stood, and who held its first town.
    """
    network = front.network
    gained = 0.0
    left: dict[tuple[int, int], Kilometres] = {}
    for e, (km, holder) in before.items():
        sign = -1.0 if holder else 1.0
        if e in now and now[e][1] == holder:
            gained += sign * (now[e][0] - km)
            continue
        # one of its towns fell: over the contact of it on which least was left to go
        start, end = network.start[e], network.end[e]
        is_end = front.holder[end] == holder
        town, to = (end, network.length[e] + front.depth[end]) if is_end else (start, -front.depth[start])
        signed = sign * (to - km)
        key = (town, front.holder[town])
        if key not in left or abs(signed) < abs(left[key]):
            left[key] = signed
    for signed in left.values():
        gained += signed
    for e, (km, holder) in now.items():
        if e not in before or before[e][1] != holder:
            opened = 0.0 if km <= network.length[e] / 2.0 else network.length[e]
            gained += (-1.0 if holder else 1.0) * (km - opened)
    return gained


def simulate_rows(
    scenario: Scenario, seed: int, replication: int, emit: Emit | None = None
) -> dict[TableName, Columns]:
    """Simulate a replication and return its rows of each table."""
    sampler = Sampler(replication)
    outcome = simulate(scenario, seed, replication=replication, emit=emit, observe=sampler.look)
    return sampler.rows(outcome)
