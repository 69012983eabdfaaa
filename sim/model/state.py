"""What the front looks like at one moment: plain records, kept by the engine and independently by readers.

Both keep a `State`: the engine exports its own at the end of a run, a reader of events folds one. That the
two agree is tested, and is what makes a recording worth trusting.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sim.model.parameters import Supply, WeatherState
from sim.model.quantities import CATEGORIES, Kilometres, Seconds, Share, Soldiers, Tonnes, TonnesPerDay
from sim.model.supply.sustainment import consumption


@dataclass(slots=True)
class ConvoyOnRoad:
    """A convoy between its base and its destination."""

    side: str
    origin: str
    destination: str
    routes: tuple[str, ...]
    times: tuple[Seconds, ...]
    departed: Seconds
    load: Tonnes
    vehicles: int
    held_at: str | None = None


@dataclass(slots=True)
class SideLedger:
    """One side's totals since the run began."""

    reserve: Soldiers = 0
    initial_soldiers: Soldiers = 0
    arrived: Soldiers = 0
    losses: list[int] = field(default_factory=lambda: [0] * len(CATEGORIES))
    initial_supply: Tonnes = 0.0
    """In stocks and on the road at the start."""
    entered: Tonnes = 0.0
    captured: Tonnes = 0.0
    """Taken from the other side's stocks."""
    consumed: Tonnes = 0.0
    lost: Tonnes = 0.0
    """Lost on the road, with towns, and to the other side."""


@dataclass(slots=True)
class State:
    """Everything that can change in a run, by id."""

    t: Seconds
    held_by: dict[str, str]
    strength: dict[str, Soldiers]
    stock: dict[str, Tonnes]
    fronts: dict[str, Kilometres]
    """By contact: a route is in here exactly while its ends are held by different sides."""
    damage: dict[str, Share]
    """By route, where not 0."""
    sides: dict[str, SideLedger]
    expected_loss: dict[str, Share] = field(default_factory=dict)
    """By route: share of a load expected to be lost on it; routes never named are at 0."""
    flows: dict[str, TonnesPerDay] = field(default_factory=dict)
    demands: dict[str, TonnesPerDay] = field(default_factory=dict)
    inflows: dict[str, TonnesPerDay] = field(default_factory=dict)
    prices: dict[str, dict[str, float]] = field(default_factory=dict)
    """By side: shadow price of each route that binds."""
    capacities: dict[str, TonnesPerDay] = field(default_factory=dict)
    """By route: capacity that the scenario set on the way, where it did."""
    bases: dict[str, TonnesPerDay] = field(default_factory=dict)
    """By town: what can enter there, where the scenario set it on the way."""
    rations: dict[str, tuple[Tonnes, Tonnes]] = field(default_factory=dict)
    """By side: what a soldier uses in a day away from the front and at it, where that has changed."""
    weights: dict[str, dict[str, float]] = field(default_factory=dict)
    """By side: weight of an attack over each contact."""
    convoys: dict[int, ConvoyOnRoad] = field(default_factory=dict)
    repairs: dict[str, Seconds] = field(default_factory=dict)
    """By route: when the crew at work is due to be done."""
    encircled: dict[str, str] = field(default_factory=dict)
    """Towns with no way to a base, with the side that holds them."""
    starving: dict[str, str] = field(default_factory=dict)
    """Towns whose garrison has had too little for too long, with the side that holds them."""
    changed_at: dict[str, list[Seconds]] = field(default_factory=dict)
    """By town that ever changed hands: when it did."""
    day: int = 0
    weather: WeatherState = "clear"
    tempo: float = 1.0

    def copy(self) -> State:
        """Return a state of its own that is like this one."""
        return replace(
            self,
            held_by={**self.held_by},
            strength={**self.strength},
            stock={**self.stock},
            fronts={**self.fronts},
            damage={**self.damage},
            sides={side: replace(totals, losses=[*totals.losses]) for side, totals in self.sides.items()},
            expected_loss={**self.expected_loss},
            flows={**self.flows},
            demands={**self.demands},
            inflows={**self.inflows},
            prices={side: {**prices} for side, prices in self.prices.items()},
            capacities={**self.capacities},
            bases={**self.bases},
            rations={**self.rations},
            weights={side: {**weights} for side, weights in self.weights.items()},
            convoys={number: replace(convoy) for number, convoy in self.convoys.items()},
            repairs={**self.repairs},
            encircled={**self.encircled},
            starving={**self.starving},
            changed_at={town: [*times] for town, times in self.changed_at.items()},
        )

    def daily_use(self, supply: Supply, town: str, is_fighting: bool) -> TonnesPerDay:
        """Return what a town's garrison uses in a day at tempo 1."""
        rations = self.rations.get(self.held_by[town])
        if rations is None:
            return consumption(supply, self.strength[town], is_fighting)
        return self.strength[town] * rations[is_fighting]
