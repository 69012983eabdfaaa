"""Random fronts for hypothesis: all features, mixed as they come.

Values are picked from short lists with their extremes, since hypothesis itself prefers the smallest of a
range, and a front on which hardly anything happens finds nothing.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from sim.model import parameters as p
from sim.model.doctrine import DOCTRINES
from sim.model.quantities import CATEGORIES, DAY, HOUR
from sim.model.scenario import (
    DoctrineChoice,
    EndCondition,
    Garrison,
    Position,
    ReportedLosses,
    Route,
    Scenario,
    ScheduledEvent,
    Side,
    Town,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    Draw = Callable[[SearchStrategy[Any]], Any]


def one_of(*values: Any) -> SearchStrategy[Any]:
    return st.sampled_from(values)


LAWS = one_of("aimed_fire", "area_fire", "logarithmic", "helmbold")
SHARES = one_of(0.0, 0.1, 0.37, 0.8, 1.0)
FACTORS = one_of(0.5, 1.0, 1.7, 3.0)
WEATHER_SHARES = one_of(
    {},
    {"jan": {"clear": 0.25, "rain": 0.25, "mud": 0.25, "frost": 0.25}, "feb": {"rain": 0.5, "mud": 0.5}},
    {"jan": {"frost": 1.0}},
)
OPTIONS = {
    "odds": one_of(0.0, 0.5, 2.0),
    "days": one_of(0.25, 2.0, 6.0),
    "reserve_rate": one_of(0.0, 0.3, 2.0),
    "forward_rate": one_of(0.0, 0.5, 1.0),
    "elsewhere": one_of(0.0, 0.3),
    "onward": one_of(0.0, 2.0),
}
TO_SET = {
    "assaults": one_of(0.0, 2.0, 12.0),
    "fires": one_of(0.0, 5.0, 60.0),
    "strikes": one_of(0.0, 1.0, 8.0),
    "reach": one_of(0.1, 5.0, 50.0),
    "replacements": one_of(0.0, 0.3, 150.0),
    "quality": one_of(0.5, 3.0),
}


def _side(draw: Draw, name: str, routes: list[Route]) -> Side:
    return Side(
        id=name,
        name=name,
        doctrine=DoctrineChoice(
            name=draw(st.sampled_from(list(DOCTRINES))),
            axes={each.id: draw(one_of(0.0, 1.0, 5.0)) for each in routes[:: draw(st.integers(1, 5))]},
            options={option: draw(values) for option, values in OPTIONS.items() if draw(st.booleans())},
        ),
        reserve=draw(one_of(0, 7, 2000)),
        replacements=draw(one_of(0.0, 0.3, 40.0, 300.0)),
        quality=draw(FACTORS),
        assaults=draw(one_of(0.0, 1.0, 6.0, 20.0)),
        fires=draw(one_of(0.0, 1.0, 10.0, 60.0)),
        strikes=draw(one_of(0.0, 0.5, 4.0)),
        reach=draw(one_of(0.1, 5.0, 30.0)),
        interdiction_hazard=draw(one_of(None, None, 0.0, 0.3, 5.0)),
        repair_crews=draw(one_of(0, 1, 3)),
        attrition_coefficient=draw(one_of(None, None, 0.0, 0.002, 0.05)),
    )


def _town(draw: Draw, number: int) -> Town:
    return Town(
        id=f"t{number}",
        name=f"Town {number}",
        at=Position(49.0 + draw(st.integers(0, 60)) / 100, 37.0 + draw(st.integers(0, 60)) / 100),
        held_by=("a", "b")[number] if number < 2 else draw(one_of("a", "b")),
        depth=draw(one_of(0.0, 1.0, 3.0)),
        terrain=draw(FACTORS),
        fortification=draw(FACTORS),
        base=draw(one_of(None, None, 0.0, 30.0, 500.0)),
        garrison=Garrison(
            strength=draw(one_of(0, 1, 40, 600, 3000)),
            stock=draw(one_of(None, None, 0.0, 1.0, 200.0)),
            stock_days=draw(one_of(None, 0.0, 0.7, 20.0)),
        ),
    )


def _route(draw: Draw, number: int, towns: int) -> Route:
    start = number % towns
    return Route(
        id=f"r{number}",
        start=f"t{start}",
        end=f"t{(start + draw(st.integers(1, towns - 1))) % towns}",
        kind=draw(one_of("road", "rail", "track", "crossing")),
        river=draw(one_of(None, None, "Oskil")),
        length=draw(one_of(None, None, 0.05, 3.0, 60.0)),
        capacity=draw(one_of(None, None, 0.0, 4.0, 60.0)),
        speed=draw(one_of(None, 1.0, 60.0)),
        terrain=draw(FACTORS),
        front_share=draw(st.one_of(st.none(), SHARES)),
        damage=draw(one_of(0.0, 0.0, 0.3, 1.0)),
    )


def _event(draw: Draw, number: int, towns: int, routes: int) -> ScheduledEvent:
    does = draw(one_of("damage", "repair", "reinforce", "set"))
    at = draw(one_of(0, HOUR // 2, 5 * HOUR, DAY, 3 * DAY + 17, 6 * DAY))
    route, town = f"r{draw(st.integers(0, routes - 1))}", f"t{draw(st.integers(0, towns - 1))}"
    side = draw(one_of("a", "b"))
    place: dict[str, Any] = {"route": route, "amount": draw(one_of(0.001, 0.4, 1.0))}
    if does == "repair":
        place["amount"] = draw(one_of(None, 0.0, 0.4))
    elif does == "reinforce":
        place = {
            "side": draw(one_of(None, side)),
            "town": draw(one_of(None, town)),
            "amount": draw(one_of(0, 1, 1000)),
            "over": draw(one_of(0, 10 * HOUR, DAY)),
        }
    elif does == "set":
        key = draw(st.sampled_from([*TO_SET, "capacity", "base"]))
        value = draw(TO_SET.get(key, one_of(0.0, 10.0, 300.0)))
        where = {"capacity": {"route": route}, "base": {"town": town}}.get(key, {"side": side})
        place = where | {"key": key, "value": value}
    return ScheduledEvent(id=f"e{number}", at=at, do=does, **place)


@st.composite
def scenarios(draw: Draw, most_towns: int = 25) -> Scenario:
    """Draw a front of 2 to 25 towns with every feature."""
    count = draw(st.integers(2, most_towns))
    towns = [_town(draw, number) for number in range(count)]
    routes = [_route(draw, number, count) for number in range(draw(st.integers(1, 2 * count)))]
    reported = ReportedLosses(
        of=draw(one_of("a", "b")),
        date=date(2025, 1, 27),
        per_day={category: draw(one_of(0.0, 2.0, 300.0)) for category in CATEGORIES},
        sector_share=draw(one_of(0.1, 1.0)),
    )
    return Scenario(
        name="random",
        start=date(2025, 1, 27),
        horizon=draw(one_of(5 * HOUR, 4 * DAY, 8 * DAY, 8 * DAY + 1, 12 * DAY + 3333)),
        sides=(_side(draw, "a", routes), _side(draw, "b", routes)),
        towns=tuple(towns),
        routes=tuple(routes),
        reported_losses=draw(one_of(reported, reported, None)),
        attrition=p.Attrition(
            assault_law=draw(LAWS),
            fires_law=draw(LAWS),
            interdiction_law=draw(LAWS),
            helmbold_weight=draw(SHARES),
            counts=draw(one_of("negative_binomial", "poisson", "single")),
        ),
        tempo=p.Tempo(variation=draw(one_of(0.0, 0.2, 1.0))),
        assaults=p.Assaults(
            advance=draw(one_of(0.1, 2.0, 20.0)),
            move_in_share=draw(SHARES),
            failure_cost=draw(one_of(1.0, 2.0)),
            attacker_weight=draw(FACTORS),
        ),
        supply=p.Supply(
            effect=draw(one_of("linear", "logistic", "bands", "grace", "none")),
            effect_floor=draw(SHARES),
            convoy_load=draw(one_of(0.5, 5.0, 60.0)),
            stockage_objective=draw(one_of(0.1, 3.0, 10.0)),
            replan_interval=draw(one_of(HOUR, 6 * HOUR, 2 * DAY)),
            consumption_interval=draw(one_of(HOUR, 12 * HOUR, DAY)),
        ),
        interdiction=p.Interdiction(vehicles_lost=draw(SHARES)),
        strikes=p.Strikes(damage=draw(one_of(0.1, 0.6, 1.0)), concentration=draw(one_of(0.1, 10.0))),
        repairs=p.Repairs(
            time=draw(one_of(HOUR, DAY, 4 * DAY)), law=draw(one_of("lognormal", "exponential"))
        ),
        weather=p.Weather(is_on=draw(st.booleans()), shares=draw(WEATHER_SHARES)),
        command=p.Command(
            estimate_error=draw(one_of(0.0, 0.5)),
            axis_spread=draw(one_of(0.0, 1.0)),
            straggler_share=draw(SHARES),
            capture_share=draw(SHARES),
        ),
        events=tuple(_event(draw, n, count, len(routes)) for n in range(draw(st.integers(0, 5)))),
        ends=tuple(
            EndCondition(f"t{draw(st.integers(0, count - 1))}", draw(one_of("a", "b")), duration)
            for duration in draw(one_of((), (), (), (2 * DAY,), (5 * DAY, 1)))
        ),
    )
