"""One run of a scenario, from its first second to its end."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.assaults import assaults
from sim.engine.battle import Battle
from sim.engine.command import command, find_doctrine, give_orders, rear_area
from sim.engine.consumption import consumption
from sim.engine.control import look_for_encirclement, watch_end
from sim.engine.convoys import on_road
from sim.engine.exposure import measure_exposure
from sim.engine.fires import fires
from sim.engine.invariants import check, checks
from sim.engine.observation import observe_days
from sim.engine.outcome import Outcome
from sim.engine.planning import Planner, planning
from sim.engine.reference import Reference, put_convoys_under_way, set_coefficients
from sim.engine.repairs import crew
from sim.engine.replacements import replacements
from sim.engine.schedule import scheduled
from sim.engine.strikes import strikes
from sim.engine.weather import begin_day, days
from sim.engine.world import Emit, World
from sim.model.events import RunEnded
from sim.model.state import SideLedger, State
from sim.statistics.streams import MedianStreams, Streams

if TYPE_CHECKING:
    from sim.engine.clocks import Clocks
    from sim.engine.observation import Observe
    from sim.engine.waits import Waits
    from sim.model.quantities import Seconds
    from sim.model.scenario import Scenario


_KNOWN: deque[tuple[Scenario, dict[int, Reference]]] = deque(maxlen=4)


class Run:
    """A world with everything that acts in it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.battle = Battle(world)
        self.clocks: list[Clocks] = []
        """Of both sides' assaults, fires and strikes; none before the clock runs."""
        self.samples: np.ndarray = world.network.samples()
        self.hours = np.array(world.network.hours)
        """Time to drive each route in clear weather."""
        self.distances: np.ndarray | None = None
        """From points along routes to the nearest front, as last measured."""
        self.mean_vehicles = [1.0, 1.0]
        """Of each side's convoys in the reference state."""
        self._first_force = [1.0, 1.0]
        self._force = [1.0, 1.0]
        self._land: list[list[tuple[int, int, tuple[str, ...]]]] = [[], []]
        self._land_of = -1
        self.waiting_damage: dict[int, None] = {}
        """Damaged routes in the order in which they were damaged; a dict, since sets have no order."""
        self.damage_done = [world.env.event(), world.env.event()]
        """For each side: succeeds when one of its routes is damaged, for crews that wait."""
        self.town_changed = world.env.event()
        self.doctrines = [find_doctrine(side.doctrine.name) for side in world.scenario.sides]
        self.planners = [Planner(self, side) for side in world.sides]
        self._references: dict[int, Reference] = {}
        """Coefficients, by the day from which on they hold."""

    def start(self) -> None:
        """Take over the coefficients, give first orders, put convoys on the road, start every process."""
        world = self.world
        self._references = reference_of(world.scenario)
        self.open()
        for planner in self.planners:
            planner.renew(asks=True)
        look_for_encirclement(world)
        for e, damage in enumerate(world.damage):
            if damage > 0.0:
                self.call_crews(e)
        put_convoys_under_way(self)
        world.is_running = True
        self._start_processes()

    def open(self) -> None:
        """Begin the first day, and give the first orders."""
        self.measure_force(is_first=True)
        begin_day(self)
        give_orders(self)

    def take_coefficients(self) -> None:
        """Take over the coefficients of a period of reported losses that begins today."""
        reference = self._references.get(self.world.day)
        if reference is not None:
            reference.give_to(self)

    def _start_processes(self) -> None:
        """Start every process, in the scenario's order."""
        world, env, scenario = self.world, self.world.env, self.world.scenario
        env.process(_horizon(world, scenario.horizon))
        env.process(days(self))
        env.process(consumption(self))
        env.process(command(self))
        for event in scenario.events:
            env.process(scheduled(self, event))
        for condition in scenario.ends:
            env.process(watch_end(self, condition))
        for side in world.sides:
            env.process(replacements(self, side))
            env.process(planning(self, self.planners[side.number]))
            self.clocks += [assaults(self, side), fires(self, side), strikes(self, side)]
            for _ in range(scenario.sides[side.number].repair_crews):
                env.process(crew(self, side))
        self.set_clocks()

    def fighting_changed(self) -> None:
        """Let everybody know who fights that strengths, supply, orders, rates or control changed."""
        self.battle.changed()
        self.set_clocks()

    def set_clocks(self) -> None:
        """Set the clocks of all attacks by what there is to attack now, and by today's intensity."""
        for clocks in self.clocks:
            clocks.changed()

    def measure_force(self, *, is_first: bool = False) -> None:
        """Measure each side's strength, which sets how much it interdicts; once a day is enough."""
        world = self.world
        self._force = [0.0, 0.0]
        for town, holder in enumerate(world.holder):
            self._force[holder] += world.strength[town]
        if is_first:
            self._first_force = [max(1.0, force) for force in self._force]

    def size_effect(self, side: int, vehicles: int) -> float:
        """Return the effect of a convoy's size on its hazard, by the attrition law of interdiction."""
        power = self.battle.interdiction_exponents[1]
        return float((vehicles / self.mean_vehicles[side]) ** power) if power else 1.0

    def force_effect(self, enemy: int) -> float:
        """Return the factor on a side's interdiction by its strength now against that at the start."""
        power = self.battle.interdiction_exponents[0]
        return float((self._force[enemy] / self._first_force[enemy]) ** power) if power else 1.0

    def rear_area(self, side: int) -> list[tuple[int, int, tuple[str, ...]]]:
        """Return a side's towns with the routes between each and the front, and its own neighbours.

        Made anew only when control has changed.
        """
        if self._land_of != self.world.control_changes:
            self._land_of = self.world.control_changes
            self._land = [rear_area(self.world, 0), rear_area(self.world, 1)]
        return self._land[side]

    def call_crews(self, route: int) -> None:
        """Note that a route is damaged, and wake the crews of the side that holds it."""
        self.waiting_damage.setdefault(route)
        owner = self.world.owner(route)
        if owner >= 0:
            self.planners[owner].is_stale = True
            self._wake_crews(owner)

    def _wake_crews(self, side: int) -> None:
        waiting, self.damage_done[side] = self.damage_done[side], self.world.env.event()
        waiting.succeed()

    def control_changed(self, town: int) -> None:
        """Let everybody know that a town changed hands: planners, convoys, crews, those who watch ends."""
        world = self.world
        self.fighting_changed()
        measure_exposure(self, moved=True)
        for planner in self.planners:
            planner.drop(town)
            planner.renew(asks=False)
        for side in world.sides:
            world.open_roads(side.number)
            self._wake_crews(side.number)
        waiting, self.town_changed = self.town_changed, world.env.event()
        waiting.succeed()


def _horizon(world: World, horizon: Seconds) -> Waits:
    """End the run at its horizon.

    Emits
    -----
    RunEnded
        Once, unless a condition ended the run before.
    """
    yield world.env.timeout(horizon)
    if world.over is None:
        world.over = "horizon"
        world.tell(RunEnded, "horizon", "")


def reference_of(scenario: Scenario) -> dict[int, Reference]:
    """Return a scenario's coefficients, by the day from which on they hold.

    They are the same for every run of it, so they are worked out once.
    """
    for known, reference in _KNOWN:
        if known is scenario:
            return reference
    thought = Run(World(scenario, MedianStreams(), None))
    thought.open()
    reference = set_coefficients(thought)
    _KNOWN.append((scenario, reference))
    return reference


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
    scenario
        What is simulated; it is not changed.
    seed, replication
        Its luck: the same three give the same events, whatever else happens on the machine.
    emit
        Called with the time and each event, in their order; none where only the outcome is wanted.
    observe
        Called with the world at the beginning of each day, all events at that time included.
    has_checks
        Whether to assert once a day, and at the end, what always holds.
    streams
        Other luck than that of the seed, for tests.

    Raises
    ------
    UsageError
        If a doctrine, or a number set on the way, does not exist.
    InvariantError
        If checks are on and something does not add up.
    """
    world = World(scenario, streams or Streams(seed, replication), emit)
    run = Run(world)
    run.start()
    if has_checks:
        world.env.process(checks(run))
    if observe is not None:
        observe_days(world, observe)
    steps = 0
    step = world.env.step
    while world.over is None:
        step()
        steps += 1
    if has_checks:
        check(run)
    solves = run.planners[0].programme.solves + run.planners[1].programme.solves
    return Outcome(final_state(run), world.now, world.over, world.over_note, steps, solves)


def final_state(run: Run) -> State:
    """Return the engine's books, by id."""
    world = run.world
    towns, routes = world.network.towns, world.network.routes
    state = State(
        t=world.now,
        held_by={name: world.sides[world.holder[town]].id for town, name in enumerate(towns)},
        strength=dict(zip(towns, world.strength, strict=True)),
        stock=dict(zip(towns, world.stock, strict=True)),
        fronts={routes[e]: front for e, front in world.front.items()},
        damage={routes[e]: damage for e, damage in enumerate(world.damage) if damage > 0.0},
        sides={},
        expected_loss={
            routes[e]: share for e, share in enumerate(world.expected_loss.tolist()) if share > 0.0
        },
        convoys={number: on_road(world, convoy) for number, convoy in world.convoys.items()},
        repairs={routes[e]: due for e, due in world.repairs.items()},
        encircled={towns[town]: world.sides[side].id for town, side in world.encircled.items()},
        changed_at={towns[town]: list(times) for town, times in world.changed_at.items()},
        capacities={routes[e]: world.capacity[e] for e in world.set_capacities},
        bases={towns[town]: world.base[town] for town in world.set_bases},
        day=world.day,
        weather=world.weathers[world.day],
        tempo=round(world.tempos[world.day], 4),
    )
    for side, planner in zip(world.sides, run.planners, strict=True):
        state.sides[side.id] = SideLedger(
            side.reserve,
            side.initial_soldiers,
            side.arrived,
            list(side.losses),
            side.initial_supply,
            side.entered,
            side.captured,
            side.consumed,
            side.lost,
        )
        state.weights[side.id] = {routes[e]: weight for e, weight in side.weights.items()}
        planner.write_to(state)
    return state
