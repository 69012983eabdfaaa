"""Clocks: whatever may be attacked has one of its own, which runs the faster the more it weighs.

Events that come at one rate and choose among places by weight are as many Poisson processes, one for each
place. So each keeps luck of its own: where a weight changes, that place's next event comes a little sooner
or later, and no other place meets another luck for it. Two scenarios under one seed stay alike wherever
they are alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from heapq import heapify, heapreplace
from typing import TYPE_CHECKING

from sim.model.quantities import DAY, PerDay, Seconds, Share
from sim.statistics.streams import Stream

if TYPE_CHECKING:
    import simpy

    from sim.engine.world import World


def shares(weights: Mapping[int, float]) -> dict[int, Share]:
    """Return each place's share of all weight; places without any are left out.

    Examples
    --------
    >>> shares({4: 1.0, 7: 3.0, 9: 0.0})
    {4: 0.25, 7: 0.75}
    """
    total = 0.0
    for weight in weights.values():
        total += weight
    return {place: weight / total for place, weight in weights.items() if weight > 0.0}


@dataclass(frozen=True, slots=True)
class Attacks:
    """One kind of attack by one side.

    Attributes
    ----------
    rate
        Attacks a day at tempo 1, on all places together.
    weights
        What each place weighs now, by its number; the same mapping as before where nothing has changed.
    strike
        What happens when the clock of a place strikes, by that place's luck.
    """

    rate: Callable[[], PerDay]
    weights: Callable[[], Mapping[int, float]]
    rng: Callable[[int], Stream]
    strike: Callable[[int, Stream], None]


class Clocks:
    """The clocks of one kind of attack.

    Parameters
    ----------
    attacks
        What strikes, where and how often.
    """

    def __init__(self, world: World, attacks: Attacks) -> None:
        self._world = world
        self._attacks = attacks
        self._weights: Mapping[int, float] = {}
        self._shares: dict[int, Share] = {}
        self._left: dict[int, float] = {}
        """What was left of each place's exponential draw when shares were last reckoned."""
        self._lucks: dict[int, Stream] = {}
        self._dues: list[tuple[float, int]] = []
        """When each clock strikes, counted in attacks to be expected since then; a heap."""
        self._gone = 0.0
        """Attacks that were to be expected since then, up to the time `since`."""
        self._since: Seconds = 0
        self._per_second = 0.0
        self._appointment = 0
        """Counts appointments; an older one than the last is no more kept."""
        self._is_told = False

    def changed(self) -> None:
        """Take note that weights, rate or intensity may have changed; asked when what is due now is done."""
        if not self._is_told:
            self._is_told = True
            self._appointment += 1
            self._world.env.timeout(0).callbacks.append(self._change)

    def _change(self, _: simpy.Event) -> None:
        """Run on as fast as weights, rate and intensity have it now."""
        world = self._world
        self._is_told = False
        self._gone += (world.now - self._since) * self._per_second
        self._since = world.now
        weights = self._attacks.weights()
        if weights is not self._weights:
            self._share_out(weights)
        self._per_second = self._attacks.rate() * world.intensity / DAY
        self._wait()

    def _share_out(self, weights: Mapping[int, float]) -> None:
        """Share attacks out over places, each with the luck it has begun on."""
        left, gone, before = self._left, self._gone, self._shares
        for due, place in self._dues:
            left[place] = (due - gone) * before[place] if due > gone else 0.0
        self._weights, self._gone, self._shares = weights, 0.0, shares(weights)
        self._dues = dues = []
        for place, share in self._shares.items():
            if place not in left:
                self._lucks[place] = rng = self._attacks.rng(place)
                left[place] = rng.exponential()
            dues.append((left[place] / share, place))
        heapify(dues)

    def _wait(self) -> None:
        """Wait for the clock that strikes first."""
        if not self._dues or self._per_second <= 0.0:
            return
        self._appointment += 1
        appointment = self._appointment

        def strike(_: simpy.Event) -> None:
            if appointment == self._appointment:
                self._strike()

        wait = (self._dues[0][0] - self._gone) / self._per_second
        self._world.env.timeout(max(0, round(wait))).callbacks.append(strike)

    def _strike(self) -> None:
        """Let the first clock strike, and wind it up anew."""
        self._since = self._world.now
        self._gone, place = self._dues[0]
        rng = self._lucks[place]
        heapreplace(self._dues, (self._gone + rng.exponential() / self._shares[place], place))
        self._attacks.strike(place, rng)
        if not self._is_told:
            self._wait()
