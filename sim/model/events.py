"""What can happen in a run: past-tense facts, each with what a reader needs to follow the state.

An event does not carry its own time: whoever emits it stamps it, so that it cannot lie about when it
happened. Towns and routes are named by their ids. Amounts are tonnes, losses are counts in the order
of `sim.model.quantities.CATEGORIES`, fronts are kilometres from the edge of the route's first town.
Reading all events of a run in their order gives the run's final state, with no law applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct

from sim.model.parameters import WeatherState
from sim.model.quantities import Kilometres, Losses, Seconds, Share, Soldiers, Tonnes, TonnesPerDay

HowItFell: TypeAlias = Literal["assault", "ordered", "starved"]
"""Taken by assault, given up on orders, or given up because its garrison starved."""


class DayStarted(Struct, frozen=True):
    """A day began, with its weather and its common intensity of fighting."""

    day: int
    weather: WeatherState
    tempo: float


class AssaultFought(Struct, frozen=True):
    """An assault over a contact was decided."""

    route: str
    attacker: str
    origin: str
    target: str
    began: Seconds
    odds: float
    succeeded: bool
    front: Kilometres
    """Where the front stands now."""
    attacker_losses: Losses
    defender_losses: Losses


class FiresFell(Struct, frozen=True):
    """Fires of one side fell on a garrison of the other."""

    side: str
    town: str
    losses: Losses


class ConvoyDeparted(Struct, frozen=True):
    """A convoy left its base with a load."""

    convoy: int
    side: str
    origin: str
    destination: str
    routes: tuple[str, ...]
    times: tuple[Seconds, ...]
    """When each leg is due to end, if nothing happens."""
    departed: Seconds
    """When it left; before 0 for convoys that are under way when the run begins."""
    load: Tonnes
    vehicles: int


class ConvoyAttacked(Struct, frozen=True):
    """A convoy lost vehicles, and the load on them."""

    convoy: int
    route: str
    town: str
    """The garrison whose soldiers drove it."""
    load_lost: Tonnes
    losses: Losses


class ConvoyHeld(Struct, frozen=True):
    """A convoy waits in a town because its road is cut and there is no other."""

    convoy: int
    town: str


class ConvoyRerouted(Struct, frozen=True):
    """A convoy took another way, or another destination."""

    convoy: int
    origin: str
    destination: str
    routes: tuple[str, ...]
    times: tuple[Seconds, ...]


class ConvoyArrived(Struct, frozen=True):
    """A convoy put its load into a town's stock."""

    convoy: int
    town: str
    load: Tonnes


class ConvoyLost(Struct, frozen=True):
    """A convoy came to its end on the road: every vehicle lost, or the road fell behind and before it."""

    convoy: int
    load_lost: Tonnes
    losses: Losses


class SupplyConsumed(Struct, frozen=True):
    """Garrisons used supply from their stocks."""

    amounts: tuple[Tonnes, ...]
    """One for each town, in the scenario's order."""


class PlanAdopted(Struct, frozen=True):
    """A side's supply plan changed; entries that stayed as they were are left out."""

    side: str
    flows: Mapping[str, TonnesPerDay]
    """By route; positive from its first town to its second."""
    demands: Mapping[str, TonnesPerDay]
    inflows: Mapping[str, TonnesPerDay]
    prices: Mapping[str, float]
    """Shadow price of every route that binds: tonnes met per tonne of capacity. Complete each time."""


class RoutesExposed(Struct, frozen=True):
    """The share of a load expected to be lost on a route changed, as fronts, weather or reach did."""

    shares: Mapping[str, Share]


class RouteDamaged(Struct, frozen=True):
    """A strike, or the scenario, put part of a route's capacity out of use."""

    route: str
    side: str | None
    """Who did it; none where the scenario did."""
    amount: Share
    damage: Share
    """Share out of use now; 1 is a cut."""


class RepairStarted(Struct, frozen=True):
    """A crew began to work on a route."""

    route: str
    side: str
    due: Seconds


class RouteRepaired(Struct, frozen=True):
    """A route got capacity back."""

    route: str
    side: str | None
    damage: Share
    """Share still out of use."""


class TownFell(Struct, frozen=True):
    """A town changed hands."""

    town: str
    loser: str
    winner: str
    route: str
    """The contact over which it was taken."""
    retreat: str | None
    """Where its garrison went; none where there was no way out, or nobody left."""
    withdrawn: Soldiers
    losses: Losses
    """Stragglers, or the whole garrison where it was encircled."""
    moved_from: str
    moved_in: Soldiers
    stock_lost: Tonnes
    stock_captured: Tonnes
    fronts: Mapping[str, Kilometres]
    """Contacts that opened, with where their fronts stand."""
    how: HowItFell


class StarvationBegan(Struct, frozen=True):
    """A garrison has had too little supply for too long: soldiers leave, and no replacements come."""

    town: str
    side: str
    met: Share
    """Share of its need that it had lately."""


class StarvationEnded(Struct, frozen=True):
    """A garrison that starved has had enough supply lately."""

    town: str
    side: str


class SoldiersLeft(Struct, frozen=True):
    """Soldiers left a starving garrison."""

    town: str
    side: str
    withdrawn: Soldiers
    """Those who went to their side's reserve."""
    losses: Losses
    """Those for whom there was no way out."""


class TownEncircled(Struct, frozen=True):
    """A garrison has no way left to a base of its side."""

    town: str
    side: str


class TownRelieved(Struct, frozen=True):
    """A garrison that was encircled has a way to a base again."""

    town: str
    side: str


class GarrisonMoved(Struct, frozen=True):
    """Strength was shifted between two towns of a side."""

    side: str
    origin: str
    destination: str
    soldiers: Soldiers


class ReplacementsArrived(Struct, frozen=True):
    """The day's replacements joined garrisons, and the reserve where no garrison needed them."""

    side: str
    towns: Mapping[str, Soldiers]
    reserve: Soldiers


class ReinforcementsArrived(Struct, frozen=True):
    """The scenario brought soldiers to a town, or to the reserve where no town is named."""

    side: str
    town: str | None
    soldiers: Soldiers


class ReserveCommitted(Struct, frozen=True):
    """Soldiers left the reserve for a town."""

    side: str
    town: str
    soldiers: Soldiers


class OrdersGiven(Struct, frozen=True):
    """A command changed where its side attacks."""

    side: str
    weights: Mapping[str, float]
    """Weight of an attack over each contact; complete each time, contacts at 0 left out."""


class NumberSet(Struct, frozen=True):
    """The scenario changed one of its numbers on the way."""

    key: str
    value: float


class RationsSet(Struct, frozen=True):
    """A side's soldiers use more or less from now on: it attacks otherwise, or the scenario says so."""

    side: str
    idle: Tonnes
    """Of one soldier away from the front, a day at tempo 1."""
    fighting: Tonnes


class RunEnded(Struct, frozen=True):
    """The run is over."""

    reason: Literal["horizon", "condition"]
    note: str


Event: TypeAlias = (
    DayStarted
    | AssaultFought
    | FiresFell
    | ConvoyDeparted
    | ConvoyAttacked
    | ConvoyHeld
    | ConvoyRerouted
    | ConvoyArrived
    | ConvoyLost
    | SupplyConsumed
    | PlanAdopted
    | RoutesExposed
    | RouteDamaged
    | RepairStarted
    | RouteRepaired
    | TownFell
    | StarvationBegan
    | StarvationEnded
    | SoldiersLeft
    | TownEncircled
    | TownRelieved
    | GarrisonMoved
    | ReplacementsArrived
    | ReinforcementsArrived
    | ReserveCommitted
    | OrdersGiven
    | NumberSet
    | RationsSet
    | RunEnded
)
EVENT_TYPES: Final[dict[str, type[Event]]] = {kind.__name__: kind for kind in get_args(Event)}
"""Every kind of event by its name, as recordings write it."""
