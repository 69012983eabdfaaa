"""A front that is its own mirror image, and what its runs look like in that mirror."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from sim.engine.simulation import simulate
from sim.model.parameters import Assaults, Command, Strikes, Tempo, Weather
from sim.model.quantities import CATEGORIES, DAY
from sim.model.scenario import DoctrineChoice, ReportedLosses, ScheduledEvent, Side
from sim.statistics.streams import Stream, Streams
from tests.support.fronts import front, route, town

if TYPE_CHECKING:
    from sim.model.scenario import Scenario
    from tests.support.fronts import Told

OTHER = str.maketrans("ab", "ba")
FLIPPED = ("a1-b1", "a2-b2", "a3-b3")
"""Contacts between a town and its own image: the mirror turns them round."""
LENGTH = 6.0
STRENGTHS = (900, 700, 400, 300, 200)
DOCTRINES = ("steady_pressure", "main_effort", "mobile_defence", "hold")


def mirrored_name(name: str) -> str:
    """Return the id of the image of a town, a route or a side."""
    return name if name in FLIPPED else name.translate(OTHER)


class MirroredStreams(Streams):
    """Streams with the sides exchanged: what one side draws here, the other draws there."""

    def __getitem__(self, name: str) -> Stream:
        concern, _, who = name.partition("/")
        image = "/".join(mirrored_name(part) for part in who.split("/"))
        return super().__getitem__(name if who == "front" else f"{concern}/{image}")


def _both(of: str) -> tuple[str, str]:
    return of, of.translate(OTHER)


@cache
def mirror_front(doctrine: str, days: float = 25.0, replacements: float = 0.0) -> Scenario:
    """Return two chains of five towns that face each other over three contacts; the fifth holds the base.

    Each town and each route stands beside its image, so that whatever is done in the scenario's order is
    done in the same order in the mirror. The roads of a side are a tree: there is one way to each town.
    """
    towns = []
    for number, strength in enumerate(STRENGTHS, 1):
        for side, sign in (("a", -1), ("b", 1)):
            east = sign * (LENGTH / 2 + 8.0 * max(0, number - 3))
            towns.append(
                town(
                    f"{side}{number}",
                    east,
                    side,
                    strength,
                    north=10.0 * (number - 2) if number < 4 else 0.0,
                    base=300.0 if number == 5 else None,
                    depth=0.5,
                )
            )
    routes = []
    # roads of different lengths, so that it is clear on both sides of the mirror who is served first
    for start, end, length in (
        ("a4", "a1", 12.0),
        ("a4", "a2", 13.0),
        ("a4", "a3", 14.0),
        ("a5", "a4", 12.0),
    ):
        for of_start, of_end in zip(_both(start), _both(end), strict=True):
            routes.append(route(of_start, of_end, length, capacity=25.0 if end != "a4" else 60.0))
    # last, so that what goes by pairs of numbers finds each route beside its image
    routes += [route(f"a{n}", f"b{n}", LENGTH) for n in (1, 2, 3)]
    return front(
        towns,
        routes,
        days=days,
        sides=tuple(
            Side(
                id=side,
                name=side,
                doctrine=DoctrineChoice(name=doctrine, axes={"a2-b2": 3.0}),
                reserve=300,
                replacements=replacements,
                assaults=2.0,
                fires=5.0,
                strikes=1.0,
                repair_crews=1,
            )
            for side in ("a", "b")
        ),
        reported_losses=ReportedLosses(
            of="a",
            date=date(2025, 1, 27),
            per_day=dict.fromkeys(CATEGORIES, 20.0),
            sector_share=1.0,
            loss_exchange_ratio=1.0,
        ),
        assaults=Assaults(advance=2.5),
        strikes=Strikes(damage=0.7),
        tempo=Tempo(variation=0.2),
        weather=Weather(shares={"jan": {"clear": 0.5, "mud": 0.5}, "feb": {"clear": 0.5, "rain": 0.5}}),
        command=Command(estimate_error=0.3, axis_spread=0.7),
        events=tuple(
            ScheduledEvent(id=f"{what}-{side}", at=at, do=what, **place)
            for side in ("a", "b")
            for what, at, place in (
                ("damage", 3 * DAY, {"route": f"{side}5-{side}4", "amount": 0.8}),
                ("reinforce", 5 * DAY + 77, {"town": f"{side}1", "amount": 200, "over": DAY}),
                ("set", 8 * DAY + 3, {"side": side, "key": "fires", "value": 9.0}),
            )
        ),
    )


def reflected(told: Told) -> list[tuple[int, str, Any]]:
    """Return what was told as the mirror shows it, in an order that does not hang on who came first."""
    return ordered((t, type(event).__name__, _image(msgspec.to_builtins(event))) for t, event in told)


def plain(told: Told) -> list[tuple[int, str, Any]]:
    """Return what was told, in the same order and words as `reflected`."""
    return ordered((t, type(event).__name__, msgspec.to_builtins(event)) for t, event in told)


def ordered(said: Any) -> list[tuple[int, str, Any]]:
    without_numbers = ((t, kind, _unnumbered(fields)) for t, kind, fields in said)
    return sorted(without_numbers, key=lambda each: (each[0], each[1], repr(_words(each[2]))))


def _unnumbered(fields: dict[str, Any]) -> dict[str, Any]:
    """Return an event's fields without the number of its convoy, which goes by who comes first."""
    return {key: value for key, value in fields.items() if key != "convoy"}


def _words(value: Any) -> Any:
    """Return what is left of a value without amounts: these may differ in their last digits."""
    if isinstance(value, dict):
        return sorted((key, _words(each)) for key, each in value.items())
    if isinstance(value, list | tuple):
        return [_words(each) for each in value]
    return 0 if isinstance(value, float) else value


def _image(fields: dict[str, Any]) -> dict[str, Any]:
    """Return an event's fields in the mirror: other names, and contacts turned round."""
    image = {key: _named(value) for key, value in fields.items()}
    if fields.get("route") in FLIPPED and "front" in fields:
        image["front"] = LENGTH - fields["front"]
    if "fronts" in fields:
        image["fronts"] = {
            mirrored_name(key): LENGTH - front if key in FLIPPED else front
            for key, front in fields["fronts"].items()
        }
    if "flows" in fields:
        image["flows"] = {
            mirrored_name(key): -flow if key in FLIPPED else flow for key, flow in fields["flows"].items()
        }
    if "amounts" in fields:
        pairs = [fields["amounts"][place : place + 2] for place in range(0, 2 * len(STRENGTHS), 2)]
        image["amounts"] = [amount for one, other in pairs for amount in (other, one)]
    return image


UNNAMED = {"horizon", "clear", "mud", "rain", "assault", "ordered", "starved"}


def _named(value: Any) -> Any:
    if isinstance(value, str):
        return mirrored_name(value) if value not in UNNAMED else value
    if isinstance(value, dict):
        return {_named(key): _named(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_named(each) for each in value]
    return value


def losses_of_both(replication: int) -> tuple[int, int, int]:
    """Return both sides' personnel losses in one run of the mirror front, and by how many towns a leads."""
    state = simulate(mirror_front("steady_pressure", replacements=12.5), 11, replication=replication).state
    held = list(state.held_by.values())
    return state.sides["a"].losses[0], state.sides["b"].losses[0], held.count("a") - held.count("b")
