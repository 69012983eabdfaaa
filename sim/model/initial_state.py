"""The state of the front at the start, before the first event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.network import Network
from sim.model.quantities import Kilometres, Tonnes, round_to_gram
from sim.model.state import SideLedger, State
from sim.model.supply.sustainment import consumption

if TYPE_CHECKING:
    from sim.model.scenario import Route, Scenario, Town


def opening_state(scenario: Scenario, network: Network | None = None) -> State:
    """Return the state before the first event; convoys already under way appear in the first events."""
    network = network or Network(scenario)
    towns = scenario.towns
    held_by = {town.id: town.held_by for town in towns}
    contacts = network.contacts([scenario.side_index(town.held_by) for town in towns])
    touched = {network.start[e] for e in contacts} | {network.end[e] for e in contacts}
    state = State(
        t=0,
        held_by=held_by,
        strength={town.id: town.garrison.strength for town in towns},
        stock={town.id: _opening_stock(scenario, town, n in touched) for n, town in enumerate(towns)},
        fronts={network.routes[e]: opening_front(scenario.routes[e], network.length[e]) for e in contacts},
        damage={route.id: route.damage for route in scenario.routes if route.damage > 0},
        sides={side.id: SideLedger(reserve=side.reserve) for side in scenario.sides},
        prices={side.id: {} for side in scenario.sides},
        weights={side.id: {} for side in scenario.sides},
    )
    for side, books in state.sides.items():
        own = [town for town in held_by if held_by[town] == side]
        books.initial_soldiers = books.reserve
        for town in own:
            books.initial_soldiers += state.strength[town]
            books.initial_supply += state.stock[town]
    return state


def opening_front(route: Route, length: Kilometres) -> Kilometres:
    """Return where the front stands on a contact at the start, km; in the middle where nothing is said."""
    if route.front_distance is not None:
        return route.front_distance
    if route.front_share is not None:
        return route.front_share * length
    return length / 2


def _opening_stock(scenario: Scenario, town: Town, is_fighting: bool) -> Tonnes:
    garrison, supply = town.garrison, scenario.supply
    if garrison.stock is not None:
        return round_to_gram(garrison.stock)
    days = supply.stockage_objective if garrison.stock_days is None else garrison.stock_days
    return round_to_gram(days * consumption(supply, garrison.strength, is_fighting))
