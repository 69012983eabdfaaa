"""The numbers of the model, grouped as in a scenario file: one frozen table for each concern.

Each adjustable number carries its measure, its range and its meaning in `number`, so that the reader of
scenario files, the printed schema and the sweeps all know them from this one place. Times are seconds,
amounts tonnes, ways kilometres, rates per day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from sim.model.attrition import CountLaw, Law
from sim.model.quantities import (
    DAY,
    HOUR,
    Days,
    Kilograms,
    Kilometres,
    KilometresPerHour,
    PerDay,
    Seconds,
    Share,
    Tonnes,
    TonnesPerDay,
    number,
)

SupplyEffect: TypeAlias = Literal["linear", "logistic", "bands", "grace", "none"]
ServiceLaw: TypeAlias = Literal["lognormal", "exponential"]
WeatherState: TypeAlias = Literal["clear", "rain", "mud", "frost"]

WEATHER_STATES: tuple[WeatherState, ...] = ("clear", "rain", "mud", "frost")


DEFAULT_CAUSE_SHARES: dict[str, dict[str, float]] = {
    "personnel": {"assault": 0.55, "fires": 0.42, "interdiction": 0.03},
    "uas": {"assault": 0.30, "fires": 0.70, "interdiction": 0.0},
    "vehicles": {"assault": 0.15, "fires": 0.20, "interdiction": 0.65},
    "artillery": {"assault": 0.0, "fires": 1.0, "interdiction": 0.0},
    "afv": {"assault": 0.80, "fires": 0.20, "interdiction": 0.0},
    "tanks": {"assault": 0.80, "fires": 0.20, "interdiction": 0.0},
    "special": {"assault": 0.0, "fires": 1.0, "interdiction": 0.0},
}
DEFAULT_DISPERSION: dict[str, float] = {
    "personnel": 0.0157,
    "uas": 0.232,
    "vehicles": 0.1,
    "artillery": 0.238,
    "afv": 0.197,
    "tanks": 0.139,
    "special": 0.059,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attrition:
    """Which laws turn fighting into losses, and how losses spread over causes."""

    assault_law: Law = "aimed_fire"
    fires_law: Law = "aimed_fire"
    interdiction_law: Law = "aimed_fire"
    helmbold_weight: Share = number(
        0.5, "share", 0, 1, "Helmbold's w: losses go with (enemy strength)^w (own strength)^(1-w)."
    )
    counts: CountLaw = "negative_binomial"
    causes: Mapping[str, Mapping[str, float]] = field(
        default_factory=lambda: {k: dict(v) for k, v in DEFAULT_CAUSE_SHARES.items()}
    )
    """Share of each category's losses that falls to each cause; each row sums to 1."""
    dispersion: Mapping[str, float] = number(
        DEFAULT_DISPERSION, "factor", 0, 10,
        "Overdispersion of a day's losses, apart from tempo: variance = mean + dispersion × mean².",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Tempo:
    """The day's common intensity of fighting, mean 1."""

    variation: float = number(
        0.16, "factor", 0, 2, "Standard deviation of the day's tempo; 0 makes every day alike."
    )
    lag_1: float = number(0.42, "share", 0, 0.99, "Correlation of a day's tempo with the day before.")
    loading: Mapping[str, float] = number(
        dict.fromkeys(DEFAULT_DISPERSION, 1.0), "factor", 0, 10,
        "How strongly a category's losses go with the tempo: as this power of it; the mean stays.",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Assaults:
    """How an assault goes, and what it moves."""

    advance: Kilometres = number(0.25, "distance", 0, 20, "Mean ground gained by a successful assault.")
    advance_shape: float = number(
        2.0, "factor", 0.1, 100, "Shape of the Gamma distribution of that ground; 1 is exponential."
    )
    kappa: float = number(
        1.5, "factor", 0.01, 20, "How sharply the odds decide: P(success) = odds^kappa / (1 + odds^kappa)."
    )
    defender_factor: float = number(
        1.5, "factor", 0.1, 20, "How much defending from prepared ground multiplies any garrison's strength."
    )
    failure_cost: float = number(
        1.4, "factor", 1, 20, "The attacker's losses in a failed assault, relative to a successful one."
    )
    attacker_weight: float = number(
        1.0, "factor", 0.01, 100,
        "Losses of an attacker in an assault, relative to a defender's of the same side.",
    )  # fmt: skip
    crossing_penalty: float = number(
        1.6, "factor", 0.1, 20, "How much a river on the contact multiplies the defender's strength."
    )
    move_in_share: Share = number(
        0.4, "share", 0, 1, "Share of the attacking garrison that moves into a town it takes."
    )
    duration: Seconds = number(
        4 * HOUR, "duration", 60, 30 * DAY, "How long an assault lasts before it is decided; for the picture."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """What garrisons need, how much is kept and how it is brought."""

    consumption_idle: Kilograms = number(
        8.0, "kg_per_soldier_per_day", 0, 1000, "Supply a soldier uses a day away from the front."
    )
    consumption_fighting: Kilograms = number(
        20.0, "kg_per_soldier_per_day", 0, 1000, "Supply a soldier uses a day at the front, at tempo 1."
    )
    stockage_objective: Days = number(
        5.0, "days", 0.1, 365, "Days of consumption that a garrison aims to hold."
    )
    refill_time: Days = number(
        4.0, "days", 0.1, 365, "Days over which a stock is brought back to its objective."
    )
    replan_interval: Seconds = number(
        6 * HOUR, "duration", HOUR, 30 * DAY, "Shortest time between two supply plans of a side."
    )
    consumption_interval: Seconds = number(12 * HOUR, "duration", 60, DAY, "How often stocks are drawn down.")
    demand_step: Share = number(
        0.2, "share", 0.001, 1,
        "Demand counts as changed when the total drifts by this share, or one town by twice as much.",
    )  # fmt: skip
    convoy_load: Tonnes = number(30.0, "tonnes", 0.01, 100_000, "What one convoy carries.")
    convoy_interval: Days = number(
        2.0, "days", 0.01, 30, "Longest time between two convoys of one supply line; small ones carry less."
    )
    vehicle_load: Tonnes = number(5.0, "tonnes", 0.01, 1000, "What one vehicle of a convoy carries.")
    effect: SupplyEffect = "linear"
    effect_full_at: Days = number(
        3.0, "days", 0.01, 60,
        "Days of supply, on hand and coming in within as many, from which a garrison fights at full value.",
    )  # fmt: skip
    effect_floor: Share = number(0.35, "share", 0, 1, "Fighting value with no supply left.")
    ammunition_share: Share = number(
        0.4, "share", 0, 1,
        "Part of what fighting adds to consumption that goes with the number of fires and assaults.",
    )  # fmt: skip
    fires_share: Share = number(
        0.6, "share", 0, 1, "Part of that ammunition that fires use; assaults use the rest."
    )
    starvation_share: Share = number(
        0.65, "share", 0, 1, "Share of its need below which a garrison starves: soldiers leave it."
    )
    starvation_window: Days = number(
        5.0, "days", 0.1, 365, "Days over which that share is taken; earlier ones count less."
    )
    starvation_rate: PerDay = number(
        0.04, "per_day", 0, 1,
        "Part of a garrison with nothing that leaves in a day; less where it gets something; 0 is nobody.",
    )  # fmt: skip
    give_up_share: Share = number(
        0.5, "share", 0, 1, "Part of its establishment below which a starving garrison gives up its town."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """Speeds and capacities by kind of route, where a route gives none of its own."""

    winding: float = number(1.25, "factor", 1, 5, "Driving distance divided by great-circle distance.")
    speed: Mapping[str, KilometresPerHour] = number(
        {"road": 35.0, "rail": 30.0, "track": 15.0, "crossing": 8.0}, "speed", 0.1, 300,
        "Speed of convoys by kind of route.",
    )  # fmt: skip
    capacity: Mapping[str, TonnesPerDay] = number(
        {"road": 600.0, "rail": 2000.0, "track": 150.0, "crossing": 120.0}, "tonnes_per_day", 0, 1e7,
        "Capacity by kind of route, both directions together.",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Interdiction:
    """What an attack on a convoy does."""

    vehicles_lost: Share = number(
        0.25, "share", 0, 1,
        "Share of a convoy's vehicles lost when it is attacked, and of its load with them.",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Strikes:
    """What a strike on a route does."""

    damage: Share = number(
        0.45, "share", 0.001, 1,
        "Mean share of a route's capacity put out of use by a strike; adds up to 1, which is a cut.",
    )  # fmt: skip
    concentration: float = number(
        4.0, "factor", 0.1, 1000, "How alike strikes are: the Beta distribution's two parameters together."
    )
    weight: Mapping[str, float] = number(
        {"road": 1.0, "rail": 1.0, "track": 0.3, "crossing": 4.0}, "factor", 0, 1000,
        "How much a kind of route draws strikes, at equal exposure.",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairs:
    """How long a crew works on a route."""

    time: Seconds = number(
        36 * HOUR, "duration", 60, 365 * DAY, "Median time to repair a route (mean, if exponential)."
    )
    spread: float = number(0.5, "factor", 0, 3, "Standard deviation of the logarithm of that time.")
    law: ServiceLaw = "lognormal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """A daily Markov chain over clear, rain, mud and frost, with what each does."""

    is_on: bool = True
    persistence: Share = number(
        0.6, "share", 0, 0.999,
        "Chance that tomorrow keeps today's weather before the month's shares are asked.",
    )  # fmt: skip
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Share of days by month (``jan`` … ``dec``) and state; each row sums to 1."""
    speed: Mapping[str, float] = number(
        {"clear": 1.0, "rain": 0.85, "mud": 0.6, "frost": 0.9}, "factor", 0.01, 5,
        "What each state does to the speed of convoys.",
    )  # fmt: skip
    capacity: Mapping[str, float] = number(
        {"clear": 1.0, "rain": 1.0, "mud": 0.75, "frost": 1.0}, "share", 0.01, 1,
        "Share of a road's or track's capacity that remains in each state.",
    )  # fmt: skip
    reach: Mapping[str, float] = number(
        {"clear": 1.0, "rain": 0.7, "mud": 0.85, "frost": 1.0}, "factor", 0.01, 5,
        "What each state does to the reach of interdiction.",
    )  # fmt: skip
    tempo: Mapping[str, float] = number(
        {"clear": 1.05, "rain": 0.9, "mud": 0.85, "frost": 1.0}, "factor", 0.01, 5,
        "What each state does to the tempo, relative to the month's mean at the start.",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What the two commands know and how strength moves."""

    estimate_error: float = number(
        0.25, "factor", 0, 3, "Standard deviation of the logarithm of an estimated enemy strength."
    )
    axis_spread: float = number(
        0.0, "factor", 0, 3,
        "How far a side's weight on each contact is from its doctrine's, whole runs long: standard deviation "
        "of its logarithm; 0 leaves the doctrine's weights as they are.",
    )  # fmt: skip
    straggler_share: Share = number(
        0.06, "share", 0, 1, "Share of a garrison lost while it withdraws from a town that falls."
    )
    capture_share: Share = number(
        0.3, "share", 0, 1, "Share of a fallen town's stock that the other side captures; the rest is lost."
    )
