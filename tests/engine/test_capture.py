"""A town falls: who leaves, who is lost, what is captured, who moves in, where the front stands then."""

import dataclasses

import pytest

from sim.engine.capture import capture_town
from sim.engine.invariants import check
from sim.model import events as e
from sim.model.parameters import Assaults, Command
from sim.model.quantities import DAY, PERSONNEL
from sim.model.scenario import ScheduledEvent
from tests.support.fronts import begun, front, go, of_kind, played, route, sides, town

RULES = {
    "command": Command(estimate_error=0.0, straggler_share=0.1, capture_share=0.25),
    "assaults": Assaults(move_in_share=0.4),
}
CROSS, NORTH, SOUTH, REAR, FOE, FAR = range(6)


def crossroads(**others):
    """Return a town with two neighbours and a base behind it, before one of the other side."""
    return front(
        [
            town("cross", 0.0, "a", 1000, stock=80.0, depth=2.0),
            town("north", 0.0, "a", 300, north=10.0, depth=0.5),
            town("south", 0.0, "a", 300, north=-10.0, depth=4.0),
            town("rear", -10.0, "a", 200, base=500.0),
            town("foe", 10.0, "b", 2000, base=500.0),
            town("far", 20.0, "b", 500),
        ],
        [
            route("cross", "north"),
            route("cross", "south"),
            route("rear", "cross"),
            route("rear", "south"),
            route("cross", "foe"),
            route("foe", "far"),
        ],
        **(RULES | others),
    )


CONTACT = 4


def fell(told):
    (event,) = of_kind(told, e.TownFell)
    return event


def fallen(scenario=None):
    """Let the crossroads fall; return the run with what it told of that."""
    run, told = begun(scenario or crossroads())
    told.clear()
    capture_town(run.front, CROSS, CONTACT, FOE)
    check(run.front, run.planners)
    return run, told


def test_the_garrison_goes_where_there_is_most_room_and_loses_stragglers():
    run, told = fallen()
    event = fell(told)
    # room: 300 over 4.5 km of south is less than 300 over 1 km of north, or 200 over 1.5 km of the rear
    assert (event.retreat, event.withdrawn) == ("south", 900)
    assert event.losses == (100, 0, 0, 0, 0, 0, 0)
    assert run.front.strength[SOUTH] == 1200
    assert run.front.sides[0].losses[PERSONNEL] == 100
    assert run.front.establishment[SOUTH] == 1300


def test_part_of_the_stock_is_captured_and_the_rest_lost():
    run, told = fallen()
    event = fell(told)
    assert (event.stock_captured, event.stock_lost) == (20.0, 60.0)
    assert run.front.stock[CROSS] == 20.0
    assert run.front.sides[0].lost == 80.0
    assert run.front.sides[1].captured == 20.0


def test_a_share_of_the_attackers_moves_in():
    run, told = fallen()
    event = fell(told)
    assert (event.winner, event.loser, event.moved_from, event.moved_in) == ("b", "a", "foe", 800)
    assert (run.front.strength[CROSS], run.front.strength[FOE]) == (800, 1200)
    assert (run.front.establishment[CROSS], run.front.establishment[FOE]) == (800, 1200)
    assert run.front.holder[CROSS] == 1


def test_new_contacts_open_at_the_towns_edge():
    run, told = fallen()
    # from the edge of each route's first town: rear-cross begins at the other end
    assert fell(told).fronts == {"cross-north": 0.0, "cross-south": 0.0, "rear-cross": 10.0}
    names = run.front.network.routes
    assert {names[e]: at for e, at in run.front.positions.items()} == fell(told).fronts
    assert run.front.is_fighting == [True, True, True, True, False, False]
    assert len(run.front.enemies[CROSS]) == 3


def test_when_it_changed_hands_is_noted_each_time():
    run, told = fallen()
    run.front.env.run(until=DAY)
    capture_town(run.front, CROSS, 0, NORTH)
    assert run.front.changed_at == {CROSS: [0, DAY]}
    assert [event.winner for event in of_kind(told, e.TownFell)] == ["b", "a"]
    check(run.front, run.planners)


def test_a_town_that_is_retaken_brings_the_old_contact_back():
    run, _ = fallen()
    capture_town(run.front, CROSS, 0, NORTH)
    # the way to foe opens again at the town's own edge, and the others close
    assert run.front.positions == {CONTACT: 0.0}
    assert run.front.holder[CROSS] == 0


def test_with_no_way_out_the_whole_garrison_is_lost():
    scenario = front(
        [town("pocket", 0.0, "a", 700, stock=10.0), town("foe", 9.0, "b", 2000)],
        [route("pocket", "foe")],
        **RULES,
    )
    run, told = begun(scenario)
    capture_town(run.front, 0, 0, 1)
    event = fell(told)
    assert (event.retreat, event.withdrawn, event.losses[PERSONNEL]) == (None, 0, 700)
    assert run.front.sides[0].losses[PERSONNEL] == 700
    check(run.front, run.planners)


def test_an_empty_town_falls_without_a_retreat():
    scenario = dataclasses.replace(
        crossroads(),
        towns=(town("cross", 0.0, "a", 0), *crossroads().towns[1:]),
    )
    _, told = fallen(scenario)
    event = fell(told)
    assert (event.retreat, event.withdrawn, event.losses[PERSONNEL]) == (None, 0, 0)
    assert (event.stock_captured, event.stock_lost) == (0.0, 0.0)


def test_a_town_can_be_taken_by_nobody_left_to_move_in():
    _, told = fallen(dataclasses.replace(crossroads(), assaults=Assaults(move_in_share=0.0)))
    assert fell(told).moved_in == 0


def test_everything_may_be_captured_and_everybody_move_in():
    rules = Command(capture_share=1.0, straggler_share=1.0)
    run, told = fallen(dataclasses.replace(crossroads(), command=rules, assaults=Assaults(move_in_share=1.0)))
    event = fell(told)
    assert (event.stock_captured, event.stock_lost, event.moved_in) == (80.0, 0.0, 2000)
    assert (event.retreat, event.withdrawn, event.losses[PERSONNEL]) == (None, 0, 1000)
    assert run.front.strength[FOE] == 0


def test_nobody_is_meant_to_stay_in_a_town_that_was_taken():
    run, _ = fallen()
    assert run.front.minimum_garrison[CROSS] == 0


# --- encirclement -----------------------------------------------------------------------------------------


def cut_off(**others):
    """Return a chain from a base over a neck to a tip, with the other side beside the neck."""
    return front(
        [
            town("base", 0.0, "a", 500, base=500.0),
            town("neck", 10.0, "a", 100),
            town("tip", 20.0, "a", 400, stock=9.0),
            town("foe", 10.0, "b", 2000, north=9.0, base=500.0),
        ],
        [route("base", "neck"), route("neck", "tip"), route("neck", "foe")],
        **(RULES | others),
    )


def test_losing_the_neck_encircles_the_tip_and_retaking_it_relieves_it():
    run, told = begun(cut_off(days=9))
    capture_town(run.front, 1, 2, 3)
    assert of_kind(told, e.TownEncircled) == [e.TownEncircled("tip", "a")]
    assert run.front.encircled == {2: 0}
    capture_town(run.front, 1, 0, 0)
    assert of_kind(told, e.TownRelieved) == [e.TownRelieved("tip", "a")]
    assert run.front.encircled == {}


def test_the_encircled_live_on_their_stock():
    run, _ = begun(cut_off(days=9))
    capture_town(run.front, 1, 2, 3)
    go(run, 8)
    assert run.front.stock[2] == 0.0


def test_an_encircled_town_that_falls_is_neither_encircled_nor_relieved():
    run, told = begun(cut_off())
    capture_town(run.front, 1, 2, 3)
    capture_town(run.front, 2, 1, 1)
    assert run.front.encircled == {}
    assert of_kind(told, e.TownRelieved) == []
    assert of_kind(told, e.TownFell)[-1].losses[PERSONNEL] >= 400


def test_an_empty_town_is_not_encircled():
    run, told = begun(cut_off())
    for place in (1, 2):
        run.front.apply_losses(place, (run.front.strength[place], *[0] * 6))
    capture_town(run.front, 1, 2, 3)
    assert of_kind(told, e.TownEncircled) == []


def test_a_side_without_bases_is_never_encircled():
    scenario = front([town("a1", 0.0, "a", 10), town("b1", 9.0, "b", 10, base=9.0)], [route("a1", "b1")])
    _, told = played(scenario)
    assert of_kind(told, e.TownEncircled) == []


def test_a_side_that_lost_all_its_bases_is_encircled_everywhere():
    run, told = begun(cut_off())
    capture_town(run.front, 1, 2, 3)
    capture_town(run.front, 0, 0, 1)
    assert [event.town for event in of_kind(told, e.TownEncircled)] == ["tip"]
    assert run.front.encircled == {2: 0}


def test_a_closed_last_base_encircles_and_an_opened_one_relieves():
    events = tuple(
        ScheduledEvent(id=f"set-{day}", at=day * DAY, do="set", town="base", key="base", value=value)
        for day, value in ((1, 0.0), (3, 50.0))
    )
    _, told = played(cut_off(days=5, events=events))
    assert [event.town for event in of_kind(told, e.TownEncircled)] == ["base", "neck", "tip"]
    assert [event.town for event in of_kind(told, e.TownRelieved)] == ["base", "neck", "tip"]


def test_a_captured_base_supplies_nobody():
    scenario = cut_off(sides=sides())
    run, told = begun(scenario)
    capture_town(run.front, 1, 2, 3)
    capture_town(run.front, 0, 0, 1)
    # b holds a's base now, and still has its own: nobody of b is cut off, and a's base counts for neither
    assert {event.side for event in of_kind(told, e.TownEncircled)} == {"a"}


@pytest.mark.parametrize("seed", range(3))
def test_towns_change_hands_in_a_run_and_the_books_still_balance(seed):
    scenario = crossroads(
        days=40,
        sides=sides(
            {"assaults": 4.0, "fires": 5.0, "attrition_coefficient": 0.001},
            {"assaults": 8.0, "fires": 5.0, "attrition_coefficient": 0.001},
        ),
    )
    _, told = played(dataclasses.replace(scenario, assaults=Assaults(advance=3.0)), seed)
    assert of_kind(told, e.TownFell)
