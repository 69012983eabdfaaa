"""One run of a scenario: its parts, who reacts to what, and the step loop."""

from __future__ import annotations

import gc
from collections import deque
from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Final

import simpy
from simpy.events import EventPriority

from sim.engine.capture import update_encirclement
from sim.engine.coefficients import changed_coefficients, first_day_losses, fit_coefficients
from sim.engine.combat import EngagementModel, assault_clocks, fire_clocks
from sim.engine.command import Command
from sim.engine.front.clock import Signal
from sim.engine.front.front import Front
from sim.engine.front.state import Emit, OrdersExecuted, RouteCut
from sim.engine.invariants import check, daily_checks
from sim.engine.logistics.convoys import Convoys, warn_convoys
from sim.engine.logistics.interdiction import Interdiction, strike_clocks
from sim.engine.logistics.planning import Planner
from sim.engine.logistics.repairs import RepairCrews
from sim.engine.logistics.supply import consumption
from sim.engine.losses import LossModel
from sim.engine.personnel import replacements
from sim.engine.scenario_events import end_condition, happen, horizon, is_set_at_start, scheduled_event
from sim.model.events import (
    EVENT_TYPES,
    DayStarted,
    NumberSet,
    ReinforcementsArrived,
    RouteDamaged,
    RouteRepaired,
    TownFell,
)
from sim.model.quantities import DAY, Seconds, in_days
from sim.model.state import SideLedger, State
from sim.statistics.streams import MedianStreams, Streams

if TYPE_CHECKING:
    from collections.abc import Callable

    from simpy.events import ProcessGenerator

    from sim.engine.losses import Coefficients
    from sim.engine.poisson import CompetingClocks
    from sim.model.events import Event
    from sim.model.scenario import Scenario

    Observe = Callable[[Front], None]

LAST: Final = EventPriority(9)
"""After everything else that happens in the same instant: SimPy's own events have 0 and 1."""
_KNOWN: deque[tuple[Scenario, dict[int, Coefficients]]] = deque(maxlen=4)


class Simulation:
    """A front with everything that acts on it."""

    def __init__(self, scenario: Scenario, streams: Streams, emit: Emit | None = None) -> None:
        self.front = front = Front(scenario, streams)
        self.losses = LossModel(scenario, front.calendar)
        self.engagement = EngagementModel(front, self.losses)
        self.interdiction = Interdiction(front, self.losses)
        self.command = Command(front, self.engagement)
        self.convoys = [Convoys(front, self.losses, self.interdiction, side) for side in front.sides]
        self.planners = [
            Planner(front, self.interdiction, convoys, side)
            for convoys, side in zip(self.convoys, front.sides, strict=True)
        ]
        self.crews = [RepairCrews(front, planner) for planner in self.planners]
        self.clocks: list[CompetingClocks] = []
        """Of both sides' assaults, fires and strikes; none before the clock runs."""
        self._town_fell = Signal(front.env)
        self._coefficients: dict[int, Coefficients] = {}
        """By the day from which on they hold."""
        if emit is not None:
            for kind in EVENT_TYPES.values():
                front.subscribe(kind, _recorder(emit, front))
        self._subscribe()

    def _subscribe(self) -> None:
        """Subscribe everything that reacts to an event, in the order in which it reacts.

        The recorder comes before all of these. This is the only table of its kind.
        """
        front, engagement, interdiction = self.front, self.engagement, self.interdiction
        (plan_0, plan_1), (roads_0, roads_1), (crews_0, crews_1) = self.planners, self.convoys, self.crews
        encirclement = partial(update_encirclement, front)
        warn = partial(warn_convoys, front)
        table = {
            DayStarted: (
                self._adopt_coefficients, interdiction.start_day, self._reschedule,
                plan_0.start_day, plan_1.start_day,
            ),
            OrdersExecuted: (engagement.mark_stale, self._reschedule),
            ReinforcementsArrived: (engagement.mark_stale, self._reschedule),
            RouteCut: (warn,),
            RouteDamaged: (crews_0.on_damage, crews_1.on_damage),
            RouteRepaired: (
                plan_0.on_roads_changed, roads_0.on_roads_changed,
                plan_1.on_roads_changed, roads_1.on_roads_changed,
                crews_0.on_damage, crews_1.on_damage,
            ),
            NumberSet: (
                self.set_ammunition, encirclement,
                plan_0.on_roads_changed, roads_0.on_roads_changed,
                plan_1.on_roads_changed, roads_1.on_roads_changed,
                engagement.read_numbers, interdiction.read_numbers, self._reschedule,
                crews_0.on_number_set, crews_1.on_number_set,
            ),
            TownFell: (
                warn, encirclement,
                engagement.mark_stale, self._reschedule, interdiction.measure,
                plan_0.on_town_fell, plan_1.on_town_fell,
                roads_0.on_roads_changed, crews_0.called.send,
                roads_1.on_roads_changed, crews_1.called.send,
                self._town_fell.send,
            ),
        }  # fmt: skip
        for kind, subscribers in table.items():
            front.subscribe(kind, *subscribers)

    def start(self) -> None:
        """Adopt the coefficients, give first orders, put convoys on the road, start every process."""
        front = self.front
        self._coefficients = coefficients_of(front.scenario)
        self.set_first_numbers()
        self.open()
        for planner in self.planners:
            planner.replan(update_demand=True)
            planner.expect_inflows()
        self.engagement.mark_stale()
        update_encirclement(front)
        for route in front.damaged:
            for crews in self.crews:
                crews.call(route)
        for planner in self.planners:
            planner.start_lines()
        self._start_processes()

    def set_first_numbers(self) -> None:
        """Set the numbers that the scenario sets at the very start."""
        for event in filter(is_set_at_start, self.front.scenario.events):
            happen(self.front, event)

    def open(self) -> None:
        """Begin the first day, and give the first orders."""
        self.front.start_day()
        self.command.give_orders()

    def _start_processes(self) -> None:
        front, scenario, process = self.front, self.front.scenario, self.front.env.process
        process(horizon(front, scenario.horizon))
        process(_days(front))
        process(consumption(front))
        process(self.command.give_daily_orders())
        for event in scenario.events:
            if not is_set_at_start(event):
                process(scheduled_event(front, event))
        for condition in scenario.ends:
            process(end_condition(front, self._town_fell, condition))
        for side, planner, crews in zip(front.sides, self.planners, self.crews, strict=True):
            process(replacements(front, side))
            process(planner.replan_within_day())
            self.clocks += [
                assault_clocks(self.engagement, side),
                fire_clocks(self.engagement, side),
                strike_clocks(self.interdiction, side),
            ]
            crews.start()
        self._reschedule()

    def _adopt_coefficients(self, event: DayStarted) -> None:
        """Adopt the coefficients of a period of reported losses that begins today."""
        coefficients = self._coefficients.get(event.day)
        if coefficients is not None:
            self.losses.coefficients = coefficients.copy()
            self.set_ammunition()

    def set_ammunition(self, _: object = None) -> None:
        """Let garrisons fire as much as their side's fires and assaults ask for, against the reference."""
        on_fires = self.front.scenario.supply.fires_share
        for side, reference in zip(self.front.sides, self.losses.coefficients.reference, strict=True):
            fires = side.fires / reference.fires if reference.fires else 1.0
            assaults = side.assaults / reference.assaults if reference.assaults else 1.0
            self.front.set_ammunition(side.number, on_fires * fires + (1.0 - on_fires) * assaults)

    def _reschedule(self, _: object = None) -> None:
        """Reschedule all attacks by what there is to attack now, and by today's intensity."""
        for clocks in self.clocks:
            clocks.reschedule()

    def state(self) -> State:
        """Return the state of the front, by id."""
        front, calendar = self.front, self.front.calendar
        towns, routes = front.network.towns, front.network.routes
        side_ids = [side.id for side in front.sides]
        state = State(
            t=front.now,
            held_by={name: side_ids[front.holder[town]] for town, name in enumerate(towns)},
            strength=dict(zip(towns, front.strength, strict=True)),
            stock=dict(zip(towns, front.stock, strict=True)),
            fronts={routes[e]: km for e, km in front.positions.items()},
            damage={routes[e]: damage for e, damage in enumerate(front.damage) if damage > 0.0},
            sides={},
            expected_loss={
                routes[e]: share for e, share in enumerate(front.expected_loss.tolist()) if share > 0.0
            },
            convoys={number: front.convoy_on_road(convoy) for number, convoy in front.convoys.items()},
            repairs={routes[e]: due for e, due in front.repairs.items()},
            encircled={towns[town]: side_ids[side] for town, side in front.encircled.items()},
            starving={towns[town]: side_ids[front.holder[town]] for town in front.starving},
            changed_at={towns[town]: list(times) for town, times in front.changed_at.items()},
            capacities={routes[e]: front.capacity[e] for e in front.set_capacities},
            bases={towns[town]: front.base[town] for town in front.set_bases},
            rations={side_ids[n]: front.side_rations[n] for n in front.set_rations},
            day=calendar.day,
            weather=calendar.weathers[calendar.day],
            tempo=round(calendar.tempos[calendar.day], 4),
        )
        for side, planner in zip(front.sides, self.planners, strict=True):
            ledger = {each.name: getattr(side, each.name) for each in fields(SideLedger)}
            state.sides[side.id] = SideLedger(**ledger | {"losses": list(side.losses)})
            state.weights[side.id] = {routes[e]: weight for e, weight in side.weights.items()}
            planner.write_to(state)
        return state


def _recorder(emit: Emit, front: Front) -> Callable[[Event], None]:
    """Return what stamps events with their time and passes them on."""
    env = front.env

    def record(event: Event) -> None:
        emit(env.now, event)

    return record


def _days(front: Front) -> ProcessGenerator:
    """Begin each day.

    Publishes
    ---------
    DayStarted
        Once a day, at midnight.
    """
    while True:
        yield front.env.timeout(DAY)
        front.start_day()


def coefficients_of(scenario: Scenario) -> dict[int, Coefficients]:
    """Return a scenario's coefficients, by the day from which on they hold.

    They are the reference world's, and the same for every run of it, so they are computed once. Raises
    UsageError where a what-if has losses by a cause of which the reference world has no event.
    """
    for known, coefficients in _KNOWN:
        if known is scenario or known == scenario:
            return coefficients
    if scenario.reference is None:
        reference = Simulation(scenario, MedianStreams())
        reference.open()
        coefficients = fit_coefficients(reference.engagement, reference.interdiction, reference.planners)
    else:
        coefficients = changed_coefficients(coefficients_of(scenario.reference), scenario)
        _expected_losses(scenario, coefficients)
    _KNOWN.append((scenario, coefficients))
    return coefficients


def expected_losses(scenario: Scenario) -> list[list[float]]:
    """Return what each side is expected to lose on the first day, by category: exactly, without a run.

    In the reference world these are the reported rates. Raises UsageError as `coefficients_of` does.
    """
    return _expected_losses(scenario, coefficients_of(scenario))


def _expected_losses(scenario: Scenario, coefficients: dict[int, Coefficients]) -> list[list[float]]:
    first = Simulation(scenario, MedianStreams())
    first.set_first_numbers()
    first.open()
    first.losses.coefficients = coefficients[0].copy()
    first.set_ammunition()
    return first_day_losses(first.engagement, first.interdiction, first.planners)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    state: State
    ended_at: Seconds
    reason: str
    """``horizon``, or ``condition`` where an end of the scenario's was met."""
    note: str
    steps: int
    solves: int

    def _repr_html_(self) -> str:
        from sim.html_table import html_table  # noqa: PLC0415 - for notebooks only

        state = self.state
        rows = [
            (town, side, f"{state.strength[town]:,}", f"{state.stock[town]:,.0f} t")
            for town, side in state.held_by.items()
        ]
        why = f": {self.note}" if self.note else ""
        return html_table(
            f"Ended on day {in_days(self.ended_at):g} ({self.reason}{why})",
            ("Town", "Held by", "Soldiers", "Stock"),
            rows,
        )


def simulate(
    scenario: Scenario,
    seed: int,
    *,
    replication: int = 0,
    emit: Emit | None = None,
    observe: Observe | None = None,
    has_checks: bool = False,
    streams: Streams | None = None,
) -> Outcome:
    """Simulate a scenario once.

    Parameters
    ----------
    seed, replication
        The same scenario under the same two gives the same events, whatever else happens on the machine.
    emit
        Called with the time and each event, in their order; none where only the outcome is wanted.
    observe
        Called with the front at the beginning of each day, all events at that time included.
    has_checks
        Whether to assert once a day, and at the end, what always holds.
    streams
        Other random streams than those of the seed, for tests.

    Raises
    ------
    UsageError
        If a doctrine, or a number that an event sets, does not exist.
    InvariantError
        If checks are on and something does not add up.
    """
    simulation = Simulation(scenario, streams or Streams(seed, replication), emit)
    front, planners = simulation.front, simulation.planners
    simulation.start()
    if has_checks:
        front.env.process(daily_checks(front, planners))
    if observe is not None:
        observe_days(front, observe)
    steps = 0
    step = front.env.step
    was_collecting = gc.isenabled()
    gc.disable()  # a run leaves hardly any garbage, and the collector would take 4 % of its time
    try:
        while front.over is None:
            step()
            steps += 1
    finally:
        if was_collecting:
            gc.enable()
    if has_checks:
        check(front, planners)
    solves = planners[0].lp.solves + planners[1].lp.solves
    return Outcome(simulation.state(), front.now, front.over, front.over_note, steps, solves)


class _EndOfInstant(simpy.Event):
    """Happens when all else in its instant has happened."""

    def __init__(self, env: simpy.Environment, delay: int) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        env.schedule(self, LAST, delay)


def observe_days(front: Front, observe: Observe) -> None:
    """Show a front at its beginning and at the beginning of every day, all events then included.

    What is seen at a day's beginning is what a recording's ``state_at`` gives. The end of a run is not
    shown: it stops the clock in the middle of its instant, and the caller has the outcome.
    """

    def look(_: simpy.Event) -> None:
        observe(front)
        wait(DAY)

    def wait(delay: int) -> None:
        _EndOfInstant(front.env, delay).callbacks.append(look)

    wait(0)
