"""Fire between two garrisons and nothing else: Lanchester's laws, Helmbold's family, Engel's Iwo Jima.

With x and y the strengths, p and q the law's powers:  x' = -a y^p x^q  and  y' = -b x^p y^q.

Source: F. W. Lanchester, *Aircraft in Warfare* (1916). R. H. Peterson, Operations Research 15 (1967). R. L.
Helmbold, Operations Research 12 (1964). J. H. Engel, Operations Research 2(2) (1954). N. G. van Kampen,
*Stochastic Processes in Physics and Chemistry*: the linear noise approximation.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from sim.model.attrition import law_exponents
from sim.model.quantities import DAY
from sim.verification.case import Case, Check, in_pack, scenario_of, started_run, strengths_at, within

Pair: TypeAlias = tuple[float, float]
Closed: TypeAlias = Callable[[float], Pair]
STEPS_A_DAY: Final = 40
"""Of the noise's equation; its own error is far below what chance is given."""
X, Y = 10_000.0, 8_000.0
AIMED: Final = law_exponents("aimed_fire", 0.0)
BEFOREHAND: Final = "by the linear noise of compound Poisson losses, worked out beforehand"


def square_law(x: float, y: float, a: float, b: float) -> Closed:
    """Return both strengths by time under x' = -a y, y' = -b x."""

    def at(t: float) -> Pair:
        s = math.sqrt(a * b)
        cosh, sinh = math.cosh(s * t), math.sinh(s * t)
        return x * cosh - y * math.sqrt(a / b) * sinh, y * cosh - x * math.sqrt(b / a) * sinh

    return at


def linear_law(x: float, y: float, a: float, b: float) -> Closed:
    """Return both strengths by time under x' = -a x y, y' = -b x y; b x must not be a y."""

    def at(t: float) -> Pair:
        kept = b * x - a * y
        ratio = y / x * math.exp(-kept * t)
        left = kept / (b - a * ratio)
        return left, ratio * left

    return at


def logarithmic_law(x: float, y: float, a: float, b: float) -> Closed:
    """Return both strengths by time under x' = -a x, y' = -b y."""
    return lambda t: (x * math.exp(-a * t), y * math.exp(-b * t))


def helmbolds_middle_law(x: float, y: float, a: float) -> Closed:
    """Return both strengths by time under x' = y' = -a √(x y), Helmbold's law halfway; x above y."""
    kept = x - y
    angle = math.acosh(2.0 * x / kept - 1.0)

    def at(t: float) -> Pair:
        left = kept / 2.0 * (1.0 + math.cosh(angle - a * t))
        return left, left - kept

    return at


@dataclass(frozen=True, slots=True)
class Fire:
    """Two garrisons that fire at each other in so many missions a day, each with a Poisson count."""

    powers: Pair
    a: float
    b: float
    missions: float

    def losses(self, x: float, y: float) -> Pair:
        """Return what both lose a day on average."""
        p, q = self.powers
        return self.a * y**p * x**q, self.b * x**p * y**q

    def spread(self, start: Pair, until: float, arriving: Callable[[float], float] | None = None) -> Pair:
        """Return the standard deviations of both strengths after a time, by the linear noise approximation.

        Around the mean, the covariance C follows C' = J C + C Jᵀ + D, with J the derivative of the losses and
        D what a day's compound Poisson losses scatter: losses × (1 + losses of one mission). `arriving`:
        soldiers a day who join x, by time; they do not scatter.
        """
        (x, y), (p, q) = start, self.powers
        xx = xy = yy = 0.0
        steps = max(1, round(until * STEPS_A_DAY))
        step = until / steps
        for number in range(steps):
            lost_x, lost_y = self.losses(x, y)
            by_x = (-q * lost_x / x if q else 0.0, -p * lost_x / y if p else 0.0)
            by_y = (-p * lost_y / x if p and x else -self.b if p else 0.0, -q * lost_y / y if q else 0.0)
            xx, xy, yy = (
                xx + step * (2 * (by_x[0] * xx + by_x[1] * xy) + lost_x * (1 + lost_x / self.missions)),
                xy + step * (by_x[0] * xy + by_x[1] * yy + by_y[0] * xx + by_y[1] * xy),
                yy + step * (2 * (by_y[0] * xy + by_y[1] * yy) + lost_y * (1 + lost_y / self.missions)),
            )
            x += step * ((arriving(number * step) if arriving else 0.0) - lost_x)
            y -= step * lost_y
        return math.sqrt(xx), math.sqrt(yy)


@dataclass(frozen=True, slots=True)
class LawRuns:
    """Runs of one law's scenario, held against its closed form."""

    scenario: str
    closed: Closed
    fire: Fire
    days: tuple[int, ...]
    start: Pair = (X, Y)
    changes: tuple[str, ...] = ()
    runs: int = 12
    first: int = 0
    """Replication to begin with, so that each case has random numbers of its own."""
    arriving: Callable[[float], float] | None = None
    """Soldiers a day who join x, by time."""
    late: float = 0.0
    """How much later days 1 and 6 are read: after those who land with the stroke of midnight."""
    names: tuple[str, str] = ("x on day {}", "y on day {}")

    def checks(self, seed: int) -> list[Check]:
        """Hold the mean of all runs against the closed form, for both sides and at every day."""
        scenario = scenario_of(self.scenario, *self.changes)
        moments = [day + self.late * (day in {1, 6}) for day in self.days]
        numbers = range(self.first, self.first + self.runs)
        runs = [strengths_at(started_run(scenario, seed, number), moments) for number in numbers]
        found = []
        for place, day in enumerate(self.days):
            spreads = self.fire.spread(self.start, day, self.arriving)
            for side, name in enumerate(self.names):
                got = [float(run[place][side]) for run in runs]
                what = name.format(day)
                found.append(within(what, self.closed(day)[side], got, spreads[side], BEFOREHAND))
        return found


LANDINGS: Final = ((0.0, 54_000.0), (2.0, 6_000.0), (5.0, 13_000.0))
"""When each landing began, and how many came ashore over the day that followed."""
ENGEL: Final = Fire(AIMED, 0.0544, 0.0106, 1000.0)
GARRISON: Final = 21_500.0
IWO_JIMA_DAYS: Final = (1, 2, 6, 20, 36)


def landing_rate(t: float) -> float:
    """Return how many soldiers a day come ashore at a time."""
    return math.fsum(soldiers for day, soldiers in LANDINGS if day <= t < day + 1.0)


def engels_series(day: float) -> Pair:
    """Return Engel's strengths after so many days: the square law in closed form, with landings.

    Each day's landing is a steady stream: P(t) moves the equilibrium that both strengths move around.
    """
    root = math.sqrt(ENGEL.a * ENGEL.b)
    landed, garrison, t = 0.0, GARRISON, 0.0
    while t < day:
        step = min(1.0, day - t)
        cosh, sinh = math.cosh(root * step), math.sinh(root * step)
        beyond = garrison - landing_rate(t) / ENGEL.a
        landed, garrison = (
            landed * cosh - beyond * math.sqrt(ENGEL.a / ENGEL.b) * sinh,
            landing_rate(t) / ENGEL.a + beyond * cosh - landed * math.sqrt(ENGEL.b / ENGEL.a) * sinh,
        )
        t += step
    return landed, garrison


LANCHESTER: Final = "Lanchester 1916, closed form"
SQUARE, LINEAR = in_pack("square-law"), in_pack("linear-law")
LOGARITHMIC, HELMBOLD = in_pack("logarithmic-law"), in_pack("helmbold-law")
A_MILLION: Final = (
    "town.west.garrison.strength=1000000", "town.east.garrison.strength=800000",
    "side.x.fires=1000 /d", "side.y.fires=1000 /d",
)  # fmt: skip
CASES: Final = (
    Case("square-law", "Aimed fire: x' = -a y, y' = -b x", LANCHESTER, SQUARE, LawRuns(
        SQUARE, square_law(X, Y, 0.01, 0.01), Fire(AIMED, 0.01, 0.01, 100.0), (10, 50, 100)).checks),
    Case("linear-law", "Area fire: x' = -a x y, y' = -b x y", LANCHESTER, LINEAR, LawRuns(
        LINEAR, linear_law(X, Y, 1e-6, 1e-6), Fire(law_exponents("area_fire", 0.0), 1e-6, 1e-6, 100.0),
        (10, 100), first=12).checks),
    Case("logarithmic-law", "Losses by own strength: x' = -a x, y' = -b y", "Peterson 1967, closed form",
         LOGARITHMIC, LawRuns(
        LOGARITHMIC, logarithmic_law(X, Y, 0.01, 0.02),
        Fire(law_exponents("logarithmic", 0.0), 0.01, 0.02, 100.0), (10, 50), first=24).checks),
    Case("helmbold-law", "Halfway: x' = y' = -a √(x y)", "Helmbold 1964, closed form", HELMBOLD, LawRuns(
        HELMBOLD, helmbolds_middle_law(X, Y, 0.01), Fire(law_exponents("helmbold", 0.5), 0.01, 0.01, 100.0),
        (10, 50, 100), first=36).checks),
    Case("fluid-limit", "A million against 800,000, once, is the differential equation", LANCHESTER, SQUARE,
         LawRuns(
        SQUARE, square_law(100 * X, 100 * Y, 0.01, 0.01), Fire(AIMED, 0.01, 0.01, 1000.0), (10, 50),
        (100 * X, 100 * Y), A_MILLION, runs=1, first=48).checks),
    Case("iwo-jima", "36 days of Iwo Jima with the landings", "Engel 1954, OR 2(2):163", "iwo-jima-1945",
         LawRuns(
        "iwo-jima-1945", engels_series, ENGEL, IWO_JIMA_DAYS, (0.0, GARRISON), runs=10, arriving=landing_rate,
        late=1.0 / DAY, names=("United States, day {}", "Japan, day {}")).checks),
)  # fmt: skip
