"""What a run needs but the seed: sides, towns, routes, events and sources, frozen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from sim.model.parameters import (
    Assaults,
    Attrition,
    Command,
    Interdiction,
    Repairs,
    Strikes,
    Supply,
    Tempo,
    Transport,
    Weather,
)
from sim.model.quantities import (
    Days,
    Kilometres,
    KilometresPerHour,
    PerDay,
    Seconds,
    Share,
    Soldiers,
    Tonnes,
    TonnesPerDay,
    number,
)

RouteKind: TypeAlias = Literal["road", "rail", "track", "crossing"]
Mark: TypeAlias = Literal["circle", "diamond"]
Status: TypeAlias = Literal["reported", "calibrated", "assumed"]
Action: TypeAlias = Literal["damage", "repair", "reinforce", "set"]

PLACES: Final = ("side", "route", "town")
"""Sections of which a scenario has several, by id."""
SETTABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "side": ("assaults", "fires", "strikes", "reach", "replacements", "quality", "repair_crews"),
    "route": ("capacity", "terrain"),
    "town": ("base", "depth", "terrain", "fortification"),
    "assaults": (
        "advance", "advance_shape", "kappa", "defender_factor", "failure_cost", "attacker_weight",
        "crossing_penalty", "move_in_share",
    ),
    "supply": (
        "consumption_idle", "consumption_fighting", "stockage_objective", "refill_time", "effect_full_at",
        "effect_floor", "ammunition_share", "fires_share", "starvation_share", "starvation_window",
        "starvation_rate", "give_up_share",
    ),
    "interdiction": ("vehicles_lost",),
    "strikes": ("damage", "concentration", "weight"),
    "repairs": ("time", "spread"),
    "command": ("straggler_share", "capture_share"),
    "weather": ("speed", "capacity", "reach"),
}  # fmt: skip
"""Which numbers a scheduled event can set during a run, by section; all else holds from start to end."""


def is_settable(path: Sequence[str]) -> bool:
    """Return whether an event can set the number with a dotted key of these parts.

    Examples
    --------
    >>> is_settable(("side", "ru", "fires")), is_settable(("assaults", "kappa")), is_settable(("tempo",))
    (True, True, False)
    """
    section, *rest = path
    number = rest[1:] if section in PLACES else rest
    return bool(number) and number[0] in SETTABLE.get(section, ())


EARTH_RADIUS: Final[Kilometres] = 6371.0088


@dataclass(frozen=True, slots=True)
class Position:
    """A place on the globe; degrees north and east, WGS 84, three decimals or coarser."""

    lat: float
    lon: float


def great_circle(a: Position, b: Position) -> Kilometres:
    """Return the distance between two positions over the globe.

    Examples
    --------
    >>> round(great_circle(Position(49.982, 36.255), Position(49.710, 37.616)), 1)
    102.2
    """
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b.lon - a.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(chord))


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctrineChoice:
    """Which doctrine a side follows, with its settings."""

    name: str = "steady_pressure"
    axes: Mapping[str, float] = field(default_factory=dict)
    """Weight of an attack over a contact, by route id; 1 where none is given."""
    options: Mapping[str, float] = field(default_factory=dict)
    """Numbers that the doctrine itself understands, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two who fight, with what it can do each day."""

    id: str
    name: str
    mark: Mark = "circle"
    doctrine: DoctrineChoice = field(default_factory=DoctrineChoice)
    reserve: Soldiers = number(
        0, "soldiers", 0, 1e7, "Soldiers not committed at the start; they enter at the bases."
    )
    replacements: PerDay = number(0.0, "soldiers_per_day", 0, 1e6, "Soldiers who arrive each day.")
    quality: float = number(
        1.0, "factor", 0.05, 20, "Fighting value of a soldier, relative to the other side's."
    )
    assaults: PerDay = number(0.0, "per_day", 0, 1000, "Assaults a day in the reference state.")
    fires: PerDay = number(
        0.0, "per_day", 0, 10_000, "Fire missions a day that fall on front garrisons in the reference state."
    )
    strikes: PerDay = number(
        0.0, "per_day", 0, 1000, "Strikes a day on the other side's routes in the reference state."
    )
    reach: Kilometres = number(
        12.0, "distance", 0.1, 500,
        "How far behind the front this side's interdiction goes: exposure falls by 1/e over this distance.",
    )  # fmt: skip
    interdiction_hazard: float | None = number(
        None, "per_hour", 0, 100,
        "Attacks per hour on a convoy at full exposure; worked out from the reported losses where not given.",
    )  # fmt: skip
    repair_crews: int = number(2, "count", 0, 1000, "Crews that repair this side's routes.")
    attrition_coefficient: PerDay | None = number(
        None, "per_day", 0, 10,
        "Losses this side's fires inflict per firer and day (aimed fire), per firer and target (area fire), "
        "or per target (logarithmic); stands instead of reported losses.",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Garrison:
    """A side's force in one town at the start."""

    strength: Soldiers = number(0, "soldiers", 0, 1e7, "Soldiers present at the start.")
    stock: Tonnes | None = number(None, "tonnes", 0, 1e7, "Supply on hand at the start; else stock_days.")
    stock_days: Days | None = number(
        None, "days", 0, 1000,
        "Supply on hand at the start in days of the garrison's consumption; else the stockage objective.",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A node of the graph."""

    id: str
    name: str
    at: Position
    held_by: str
    name_uk: str | None = None
    depth: Kilometres = number(
        1.0, "distance", 0, 50, "Built-up ground inside the town that a front has to cross."
    )
    terrain: float = number(
        1.5, "factor", 0.1, 20, "How much the built-up ground multiplies a defender's strength."
    )
    fortification: float = number(
        1.0, "factor", 0.1, 20,
        "How much prepared positions multiply the strength of the garrison held here at the start.",
    )  # fmt: skip
    base: TonnesPerDay | None = number(
        None, "tonnes_per_day", 0, 1e7,
        "Supply that can enter the map here for the side that holds the town at the start.",
    )  # fmt: skip
    garrison: Garrison = field(default_factory=Garrison)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An edge of the graph; driven both ways."""

    id: str
    start: str
    end: str
    kind: RouteKind = "road"
    name: str | None = None
    river: str | None = None
    path: tuple[Position, ...] = ()
    """Where it is drawn between its towns: straight where nothing is given. Never simulated."""
    length: Kilometres | None = number(
        None, "distance", 0.05, 2000,
        "Driving distance; if not given, the great circle × transport.winding.",
    )  # fmt: skip
    capacity: TonnesPerDay | None = number(
        None, "tonnes_per_day", 0, 1e7,
        "What it carries in both directions together; by its kind where it is not given.",
    )  # fmt: skip
    speed: KilometresPerHour | None = number(
        None, "speed", 0.1, 300, "Speed of convoys; by its kind where it is not given."
    )
    terrain: float = number(
        1.0, "factor", 0.1, 20, "How much the ground along it multiplies a defender's strength."
    )
    front_share: Share | None = number(
        None, "share", -100, 100,
        "On a contact: where the front stands, as a share of the length from the first town.",
    )  # fmt: skip
    front_distance: Kilometres | None = number(
        None, "distance", -50, 2000, "On a contact: where the front stands, from the edge of the first town."
    )
    damage: Share = number(0.0, "share", 0, 1, "Share of its capacity that is out of use at the start.")


def route_length(route: Route, start: Position, end: Position, winding: float) -> Kilometres:
    """Return the length of a route as given, else the winding great circle, never below 50 m."""
    return max(0.05, great_circle(start, end) * winding) if route.length is None else route.length


def route_capacity(route: Route, transport: Transport) -> TonnesPerDay:
    """Return the capacity of a route as given, else by its kind."""
    return transport.capacity[route.kind] if route.capacity is None else route.capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class LossPeriod:
    """What was reported later: from a day on, until the next period begins."""

    id: str
    """The day on which it begins, as a text."""
    begins: date
    per_day: Mapping[str, float]
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedLosses:
    """The claim that sets the coefficients, as theatre-wide losses of one side in a day."""

    of: str
    date: date
    per_day: Mapping[str, float]
    """Reported losses a day, by category; whose claim it is stands in the source."""
    source: str | None = None
    periods: tuple[LossPeriod, ...] = ()
    """Other rates from later days on, in their order."""
    sector_share: Share = number(
        0.05, "share", 0, 1, "Part of the theatre's losses that falls on this front."
    )
    reporting_factor: float = number(1.0, "share", 0.01, 1, "Discount on the claim.")
    loss_exchange_ratio: float = number(
        2.0, "factor", 0.05, 50, "The reported side's losses divided by the other's."
    )

    def per_day_from(self, period: LossPeriod | None) -> Mapping[str, float]:
        """Return the losses a day that hold in a period, by category; the claim's own before the first.

        Categories of which a period says nothing keep the claim's.
        """
        return self.per_day if period is None else {**self.per_day, **period.per_day}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledEvent:
    """Something the scenario makes happen at a given time."""

    id: str
    at: Seconds
    do: Action
    route: str | None = None
    town: str | None = None
    side: str | None = None
    amount: float | None = None
    """Damage or repair as a share; soldiers to reinforce with."""
    over: Seconds = 0
    """Time over which reinforcements come in, in equal parts each hour; 0 is at once."""
    key: str | None = None
    """For ``set``: which number of the side, route or town changes; or a whole key, ``assaults.kappa``."""
    value: float | None = None
    """For ``set``: its new value, in the measure used inside."""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class EndCondition:
    """A reason to stop early: a town held by a side for a time."""

    town: str
    held_by: str
    duration: Seconds


@dataclass(frozen=True, slots=True)
class Line:
    """A river or border: drawn, never simulated."""

    id: str
    kind: Literal["river", "border"]
    path: tuple[Position, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a number comes from."""

    id: str
    title: str
    publisher: str
    date: str
    grade: str
    """Admiralty code: reliability A-F and credibility 1-6."""
    url: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One adjustable number of a scenario with where it comes from; what sweeps and reports list."""

    key: str
    """Dotted path by ids, as `--set` takes it."""
    value: float
    """In the measure used inside."""
    text: str
    """As written, with its unit."""
    low: float | None = None
    high: float | None = None
    status: Status | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything a run needs but the seed."""

    name: str
    start: date
    horizon: Seconds
    sides: tuple[Side, Side]
    towns: tuple[Town, ...]
    routes: tuple[Route, ...]
    summary: str = ""
    question: str = ""
    """What it asks, in one sentence; what comes after ``, if`` is the condition."""
    focus: tuple[str, ...] = ()
    seed: int | None = None
    reported_losses: ReportedLosses | None = None
    attrition: Attrition = field(default_factory=Attrition)
    tempo: Tempo = field(default_factory=Tempo)
    assaults: Assaults = field(default_factory=Assaults)
    supply: Supply = field(default_factory=Supply)
    transport: Transport = field(default_factory=Transport)
    interdiction: Interdiction = field(default_factory=Interdiction)
    strikes: Strikes = field(default_factory=Strikes)
    repairs: Repairs = field(default_factory=Repairs)
    weather: Weather = field(default_factory=Weather)
    command: Command = field(default_factory=Command)
    events: tuple[ScheduledEvent, ...] = ()
    ends: tuple[EndCondition, ...] = ()
    lines: tuple[Line, ...] = ()
    sources: tuple[Source, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    """Every number the scenario gives, with its range and source; bookkeeping, not used by the model."""
    reference: Scenario | None = None
    """The reference world, where what-ifs make this another: loss coefficients are fitted to that one."""

    @property
    def fitted(self) -> Scenario:
        """The world to which loss coefficients are fitted: the reference world, or this one."""
        return self if self.reference is None else self.reference

    def with_number(self, section: str, place: int | None, key: str, value: float) -> Scenario:
        """Return it with another number, as a what-if: the world that coefficients are fitted to stays."""
        name, _, inner = key.partition(".")
        changed: dict[str, Any]
        if place is None:
            table = getattr(self, section)
            new = {**getattr(table, name), inner: value} if inner else value
            changed = {section: replace(table, **{name: new})}
        else:
            several = [*getattr(self, f"{section}s")]
            several[place] = replace(several[place], **{name: value})
            changed = {f"{section}s": tuple(several)}
        return replace(self, reference=self.fitted, **changed)

    def side_index(self, side: str) -> int:
        """Return 0 for the first side and 1 for the second; `KeyError` for a stranger."""
        for index, known in enumerate(self.sides):
            if known.id == side:
                return index
        raise KeyError(side)
