"""Small fronts to test the engine on, and what tests do with a run: play it, fold it, compare."""

from __future__ import annotations

import dataclasses
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from sim.engine.simulation import Outcome, Simulation, simulate
from sim.model.parameters import Command, Interdiction, Supply, Tempo, Weather
from sim.model.quantities import DAY
from sim.model.scenario import Garrison, Position, Route, Scenario, Side, Town
from sim.recording.records import EventDigest
from sim.scenario_file.read import read_scenario
from sim.statistics.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.model.events import Event
    from sim.model.quantities import Seconds

Told = list[tuple["Seconds", "Event"]]


@cache
def bundled(name: str, days: float | None = None) -> Scenario:
    """Return a bundled scenario, shortened where days are given."""
    if days is None:
        return read_scenario(name).scenario
    whole = bundled(name)
    return dataclasses.replace(whole, horizon=min(whole.horizon, round(days * DAY)))


def town(name: str, east: float, held_by: str, strength: int = 0, **others: Any) -> Town:
    """Return a town so many kilometres east of the others, about."""
    stock = others.pop("stock", None)
    north = others.pop("north", 0.0)
    return Town(
        id=name,
        name=name,
        at=Position(49.7 + north / 111.2, 37.0 + east / 71.9),
        held_by=held_by,
        garrison=Garrison(strength=strength, stock=stock),
        **others,
    )


def route(start: str, end: str, length: float = 10.0, **others: Any) -> Route:
    """Return a route named by its ends."""
    others.setdefault("id", f"{start}-{end}")
    return Route(start=start, end=end, length=length, **others)


def front(towns: Iterable[Town], routes: Iterable[Route], *, days: float = 10.0, **others: Any) -> Scenario:
    """Return a scenario in which nothing happens of itself: no chance in tempo, weather, fire or attacks."""
    sides = others.pop("sides", (Side(id="a", name="A"), Side(id="b", name="B")))
    quiet = {
        "tempo": Tempo(variation=0.0),
        "weather": Weather(is_on=False),
        "interdiction": Interdiction(),
        "command": Command(estimate_error=0.0),
    }
    return Scenario(
        name="small",
        start=date(2025, 1, 27),
        horizon=round(days * DAY),
        sides=sides,
        towns=tuple(towns),
        routes=tuple(routes),
        **(quiet | others),
    )


def sides(a: dict[str, Any] | None = None, b: dict[str, Any] | None = None) -> tuple[Side, Side]:
    """Return two sides that differ from quiet ones as told."""
    return (
        Side(**({"id": "a", "name": "A"} | (a or {}))),
        Side(**({"id": "b", "name": "B"} | (b or {}))),
    )


def duel(
    a: int, b: int, coefficients: tuple[float, float], *, fires: float, days: float, **others: Any
) -> Scenario:
    """Return two towns that only fire at each other."""
    others.setdefault("supply", Supply(effect="none", consumption_idle=0.0, consumption_fighting=0.0))
    return front(
        [town("west", 0.0, "a", a), town("east", 10.0, "b", b)],
        [route("west", "east")],
        days=days,
        sides=sides(
            {"fires": fires, "attrition_coefficient": coefficients[0]},
            {"fires": fires, "attrition_coefficient": coefficients[1]},
        ),
        **others,
    )


def road(strengths: tuple[int, int, int] = (0, 0, 1000), **others: Any) -> Scenario:
    """Return a side's base, a town on the way and one at the end of the road; the other side far off."""
    choices = {"capacity": 400.0} | others.pop("roads", {})
    middle = others.pop("routes", ())
    return front(
        [
            town("base", 0.0, "a", strengths[0], base=1000.0),
            town("mill", 20.0, "a", strengths[1]),
            town("end", 40.0, "a", strengths[2], **others.pop("end", {})),
            *others.pop("towns", ()),
            town("foe", 300.0, "b", others.pop("foe", 100)),
        ],
        [
            route("base", "mill", 20.0, **choices),
            route("mill", "end", 20.0, **choices),
            *middle,
            route("end", "foe", 260.0),
        ],
        **others,
    )


def played(scenario: Scenario, seed: int = 1, **options: Any) -> tuple[Outcome, Told]:
    """Return how a run ended and all that it told; the invariants are checked."""
    told: Told = []
    options.setdefault("has_checks", True)
    outcome = simulate(scenario, seed, emit=lambda t, event: told.append((t, event)), **options)
    return outcome, told


def begun(
    scenario: Scenario, seed: int = 1, streams: Streams | None = None, *, has_listeners: bool = True
) -> tuple[Simulation, Told]:
    """Return a run that was started, with what it has told; its clock stands at 0."""
    told: Told = []
    emit = (lambda t, event: told.append((t, event))) if has_listeners else None
    run = Simulation(scenario, streams or Streams(seed), emit)
    run.start()
    return run, told


def go(run: Simulation, until: float) -> None:
    """Let a run go on until so many days have passed."""
    run.front.env.run(until=round(until * DAY))


def of_kind(told: Told, *kinds: type) -> list[Any]:
    """Return the events of some kinds."""
    return [event for _, event in told if isinstance(event, kinds)]


def times_of(told: Told, kind: type) -> list[Seconds]:
    """Return when events of a kind happened."""
    return [t for t, event in told if isinstance(event, kind)]


def digest(scenario: Scenario, seed: int = 1, **options: Any) -> str:
    """Return the SHA-256 of a run's event lines."""
    lines = EventDigest()
    simulate(scenario, seed, emit=lines.emit, **options)
    return lines.hexdigest()
