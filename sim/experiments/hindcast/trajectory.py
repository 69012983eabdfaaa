"""The course of a run, day by day, in as few numbers as a hindcast needs: who held what, losses, ground.

Ground is counted along contacts, seen from the side that is asked about: what it gained less what it lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.simulation import simulate
from sim.model.quantities import DAY

if TYPE_CHECKING:
    from sim.engine.front import Front
    from sim.model.quantities import Kilometres
    from sim.model.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Course:
    """What became of a front; days after a run's early end repeat its last.

    Attributes
    ----------
    holders
        Number of the side that holds each town as a day begins; shape (days + 1, towns).
    losses
        Of each side until a day begins; shape (days + 1, sides, categories).
    ground
        Gained in a day along all contacts together; shape (days,); km.
    contacts
        How many there were as the day began; shape (days,).
    """

    holders: np.ndarray
    losses: np.ndarray
    ground: np.ndarray
    contacts: np.ndarray

    def advance(self, first: int, last: int) -> float:
        """Return the ground gained a day and contact, from one day to another; km.

        Parameters
        ----------
        first, last
            Days; the last is not in it.
        """
        contacts = self.contacts[first:last].sum()
        return float(self.ground[first:last].sum() / contacts) if contacts else 0.0

    @classmethod
    def joined(cls, courses: list[Course]) -> Course:
        """Return several courses as one, with replications as the first axis of every array."""
        return cls(
            *(
                np.stack([getattr(each, name) for each in courses])
                for name in ("holders", "losses", "ground", "contacts")
            )
        )


class _Follower:
    """Looks at a front once a day."""

    def __init__(self, side: int) -> None:
        self._side = side
        self.holders: list[list[int]] = []
        self.losses: list[list[list[int]]] = []
        self.ground: list[Kilometres] = []
        self.contacts: list[int] = []
        self._fronts: dict[int, tuple[Kilometres, int]] = {}
        """By contact: where its front stood, and who held its first town."""

    def look(self, front: Front) -> None:
        """Note how a front stands, and what was gained since yesterday."""
        now = {e: (km, front.holder[front.network.start[e]]) for e, km in front.positions.items()}
        if self.holders:
            self.ground.append(self._gained(front, now))
            self.contacts.append(len(self._fronts))
        self.holders.append(front.holder[:])
        self.losses.append([list(side.losses) for side in front.sides])
        self._fronts = now

    def _gained(self, front: Front, now: dict[int, tuple[Kilometres, int]]) -> Kilometres:
        """Return the ground gained since yesterday along all contacts."""
        network = front.network
        gained = 0.0
        left: dict[tuple[int, int], Kilometres] = {}
        for e, (before, holder) in self._fronts.items():
            sign = 1.0 if holder == self._side else -1.0
            if e in now and now[e][1] == holder:
                gained += sign * (now[e][0] - before)
                continue
            # one of its towns fell: over the contact of it on which least was left to go
            start, end = network.start[e], network.end[e]
            is_end = front.holder[end] == holder
            town, to = (end, network.length[e] + front.depth[end]) if is_end else (start, -front.depth[start])
            signed = sign * (to - before)
            key = (town, front.holder[town])
            if key not in left or abs(signed) < abs(left[key]):
                left[key] = signed
        for signed in left.values():
            gained += signed
        for e, (km, holder) in now.items():
            if e not in self._fronts or self._fronts[e][1] != holder:
                sign = 1.0 if holder == self._side else -1.0
                opened = 0.0 if km <= network.length[e] / 2.0 else network.length[e]
                gained += sign * (km - opened)
        return gained


def follow(scenario: Scenario, seed: int, replication: int, side: int) -> Course:
    """Simulate a front and return its course."""
    follower = _Follower(side)
    outcome = simulate(scenario, seed, replication=replication, observe=follower.look)
    days = -(-scenario.horizon // DAY)
    if len(follower.holders) <= days:
        # the end itself is not shown to those who look once a day
        sides = [each.id for each in scenario.sides]
        follower.holders.append([sides.index(each) for each in outcome.state.held_by.values()])
        follower.losses.append([list(outcome.state.sides[each].losses) for each in sides])
    return Course(
        _filled(np.array(follower.holders, dtype=np.int8), days + 1),
        _filled(np.array(follower.losses, dtype=np.int64), days + 1),
        _padded(follower.ground, days),
        _padded(follower.contacts, days),
    )


def _filled(rows: np.ndarray, count: int) -> np.ndarray:
    """Return so many rows, the last one repeated."""
    missing = count - len(rows)
    return np.concatenate([rows, np.repeat(rows[-1:], missing, axis=0)]) if missing > 0 else rows[:count]


def _padded(values: list[float] | list[int], count: int) -> np.ndarray:
    """Return so many values, zeros at the end."""
    padded = np.zeros(count)
    padded[: len(values)] = values[:count]
    return padded
