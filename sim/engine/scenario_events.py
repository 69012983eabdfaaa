"""What the scenario itself makes happen: scheduled events, and the ends of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.personnel import reinforcements
from sim.errors import UsageError
from sim.model.scenario import PLACES, SETTABLE, is_settable

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.engine.front.clock import Signal
    from sim.engine.front.front import Front
    from sim.model.quantities import Seconds
    from sim.model.scenario import EndCondition, ScheduledEvent


def scheduled_event(front: Front, event: ScheduledEvent) -> ProcessGenerator:
    """Let one scheduled event happen at its time.

    Publishes
    ---------
    RouteDamaged, RouteRepaired, ReinforcementsArrived or NumberSet
        By what is to be done.
    """
    yield front.env.timeout(event.at)
    happen(front, event)


def happen(front: Front, event: ScheduledEvent) -> None:
    """Let a scheduled event happen now."""
    if event.do == "damage" and event.route is not None:
        front.damage_route(front.network.route[event.route], event.amount or 0.0, None)
    elif event.do == "repair" and event.route is not None:
        amount = 1.0 if event.amount is None else event.amount
        front.repair_route(front.network.route[event.route], amount, None)
    elif event.do == "reinforce":
        front.env.process(reinforcements(front, event))
    elif event.do == "set":
        front.set_number(*_number_to_set(event), event.value or 0.0)


def _number_to_set(event: ScheduledEvent) -> tuple[str, str, str]:
    """Return which number an event sets: its section, of which side, route or town, and its key."""
    places = (("side", event.side), ("route", event.route), ("town", event.town))
    path = [part for section, name in places if name for part in (section, name)]
    path += (event.key or "").split(".")
    if not is_settable(path):
        can = "; ".join(f"of {section} {', '.join(keys)}" for section, keys in SETTABLE.items())
        message = f'event "{event.id}" cannot set "{event.key or ""}" during the run. What can be set: {can}.'
        raise UsageError(message)
    return (path[0], path[1], path[2]) if path[0] in PLACES else (path[0], "", ".".join(path[1:]))


def is_set_at_start(event: ScheduledEvent) -> bool:
    """Return whether an event sets a number before anything happens: as if the scenario gave that number."""
    return event.do == "set" and event.at == 0


def horizon(front: Front, end: Seconds) -> ProcessGenerator:
    """End the run at its horizon.

    Publishes
    ---------
    RunEnded
        Once, unless a condition ended the run before.
    """
    yield front.env.timeout(end)
    front.end("horizon", "")


def end_condition(front: Front, town_fell: Signal, condition: EndCondition) -> ProcessGenerator:
    """End the run early when a town has been held by a side for long enough.

    Publishes
    ---------
    RunEnded
        At most once.
    """
    town, side = front.network.town[condition.town], front.scenario.side_index(condition.held_by)
    while True:
        if front.holder[town] != side:
            yield town_fell.next
            continue
        left = front.changed_at.get(town, [0])[-1] + condition.duration - front.now
        if left <= 0:
            break
        yield front.env.timeout(left)
    front.end("condition", f"{condition.town} held by {condition.held_by}")
