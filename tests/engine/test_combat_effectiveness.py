"""What a garrison is worth in a fight: its soldiers, their quality, and what they have to live on."""

import pytest

from sim.model.parameters import Supply
from sim.model.quantities import DAY
from tests.support.fronts import begun, front, route, sides, town

REAR, WEST = 0, 1


def garrisons(stock, effect="linear"):
    """Return a run with a garrison in the rear that uses 5 t a day, and one in contact that uses 25 t."""
    scenario = front(
        [
            town("rear", 0.0, "a", 1000, stock=stock),
            town("west", 30.0, "a", 1000, stock=stock),
            town("east", 40.0, "b", 1000, stock=500.0),
        ],
        [route("rear", "west"), route("west", "east")],
        sides=sides({"quality": 2.0}),
        supply=Supply(
            consumption_idle=5.0,
            consumption_fighting=25.0,
            effect=effect,
            effect_full_at=4.0,
            effect_floor=0.2,
        ),
    )
    run, _ = begun(scenario)
    return run


def test_days_of_supply_are_those_of_what_a_garrison_uses_where_it_stands():
    front = garrisons(50.0).front
    assert (front.daily_consumption(REAR), front.daily_consumption(WEST)) == pytest.approx((5.0, 25.0))
    assert (front.supply_days(REAR), front.supply_days(WEST)) == pytest.approx((10.0, 2.0))


def test_a_garrison_is_worth_less_as_its_days_of_supply_run_out():
    # at the front 50 t last for 2 of the 4 days that full value takes, 12.5 t for half a day
    for stock, share in ((100.0, 1.0), (50.0, 0.6), (12.5, 0.3), (0.0, 0.2)):
        front = garrisons(stock).front
        front.update_combat_effectiveness(WEST)
        assert front.supply_effect(WEST) == pytest.approx(share)
        assert front.effective_strength(WEST) == pytest.approx(2000 * share)


def test_the_same_stock_is_worth_more_away_from_the_front():
    front = garrisons(12.5).front
    front.update_combat_effectiveness(REAR)
    assert front.effective_strength(REAR) == pytest.approx(2000 * (0.2 + 0.8 * 2.5 / 4.0))


def test_grace_counts_from_when_the_stock_was_empty():
    run = garrisons(0.0, "grace")
    front = run.front
    for days, share in ((0.5, 1.0), (1.5, 0.6), (2.5, 0.2)):
        front.empty_since[WEST] = front.now - round(days * DAY)
        front.update_combat_effectiveness(WEST)
        assert front.supply_effect(WEST) == pytest.approx(share)
        assert front.combat_effectiveness[WEST] == pytest.approx(2.0 * share)


def test_fire_and_those_exposed_to_it_are_shared_among_contacts():
    scenario = front(
        [town("a", 0.0, "a", 500), *(town(f"b{n}", 9.0 * n, "b", 300) for n in (1, 2, 3))],
        [route("a", f"b{n}") for n in (1, 2, 3)],
        sides=sides({"quality": 2.0}),
        supply=Supply(effect="none"),
    )
    run, _ = begun(scenario)
    assert (run.front.firing(0, 1), run.front.exposed(0, 1)) == pytest.approx((1000 / 3, 500 / 3))
    assert (run.front.firing(1, 0), run.front.exposed(1, 0)) == pytest.approx((300.0, 300.0))
