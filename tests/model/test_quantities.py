"""Measures, adjustable numbers and what a scenario is made of."""

from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model import parameters, scenario
from sim.model.parameters import DEFAULT_CAUSE_SHARES, DEFAULT_DISPERSION, Attrition, Supply, Transport
from sim.model.quantities import (
    CATEGORIES,
    CAUSES,
    DAY,
    HOUR,
    MINUTE,
    NO_LOSSES,
    PERSONNEL,
    VEHICLES,
    in_days,
    number,
    round_to_gram,
)
from sim.model.scenario import Scenario
from tests.support.networks import seeded

MEASURES = {
    "share", "factor", "count", "duration", "distance", "speed", "tonnes", "tonnes_per_day", "soldiers",
    "soldiers_per_day", "per_day", "per_hour", "kg_per_soldier_per_day", "days",
}  # fmt: skip
TABLES = [
    table
    for module in (parameters, scenario)
    for table in vars(module).values()
    if dataclasses.is_dataclass(table) and table.__module__ == module.__name__
]
NUMBERS = [
    pytest.param(field, id=f"{table.__name__}.{field.name}")
    for table in TABLES
    for field in dataclasses.fields(table)
    if field.metadata
]


@pytest.mark.parametrize("field", NUMBERS)
def test_every_number_has_a_measure_a_range_and_a_sentence(field):
    assert set(field.metadata) == {"measure", "low", "high", "doc"}
    assert field.metadata["measure"] in MEASURES
    assert field.metadata["low"] < field.metadata["high"]
    assert field.metadata["doc"][0].isupper()
    assert field.metadata["doc"].endswith(".")


@pytest.mark.parametrize("field", NUMBERS)
def test_every_default_lies_in_its_range(field):
    if field.default_factory is not dataclasses.MISSING:
        values = list(field.default_factory().values())
    else:
        values = [] if field.default in (None, dataclasses.MISSING) else [field.default]
    for value in values:
        assert field.metadata["low"] <= value <= field.metadata["high"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_table_is_frozen_and_takes_no_new_names(table):
    assert table.__dataclass_params__.frozen
    assert "__dict__" not in dir(table)


def test_a_number_must_be_given_where_it_has_no_default():
    @dataclasses.dataclass(kw_only=True)
    class Table:
        given: float = number(..., "factor", 0, 1, "It must be given.")
        by_kind: dict[str, float] = number({"road": 1.0}, "factor", 0, 1, "One for each.")

    with pytest.raises(TypeError, match="given"):
        Table()
    first, second = Table(given=0.5), Table(given=0.5)
    first.by_kind["road"] = 0.0
    assert second.by_kind == {"road": 1.0}


def test_two_scenarios_share_no_table_that_one_could_change():
    for table in (Attrition, Supply, Transport):
        for field in dataclasses.fields(table):
            first, second = getattr(table(), field.name), getattr(table(), field.name)
            assert not isinstance(first, dict) or first is not second
    assert Attrition().causes["tanks"] is not DEFAULT_CAUSE_SHARES["tanks"]


def test_each_categorys_losses_are_shared_out_whole():
    assert set(DEFAULT_CAUSE_SHARES) == set(DEFAULT_DISPERSION) == set(CATEGORIES)
    for row in DEFAULT_CAUSE_SHARES.values():
        assert tuple(row) == CAUSES
        assert math.fsum(row.values()) == pytest.approx(1.0)


def test_losses_are_kept_in_the_order_of_the_categories():
    assert len(NO_LOSSES) == len(CATEGORIES) == 7
    assert (CATEGORIES[PERSONNEL], CATEGORIES[VEHICLES]) == ("personnel", "vehicles")


def test_a_day_is_24_hours_of_60_minutes():
    assert (DAY, HOUR, in_days(DAY), in_days(-6 * HOUR)) == (24 * HOUR, 60 * MINUTE, 1.0, -0.25)


@seeded
@given(st.floats(-1e6, 1e6))
def test_amounts_are_kept_to_the_gram_and_stay_when_rounded_again(amount):
    kept = round_to_gram(amount)
    assert kept == pytest.approx(amount, abs=5.1e-7)
    assert round_to_gram(kept) == kept
    assert float(repr(kept)) == kept


def test_a_side_is_found_by_its_name_and_a_stranger_is_not():
    here = Scenario(
        name="x", start=None, horizon=1, towns=(), routes=(),
        sides=(scenario.Side(id="a", name="A"), scenario.Side(id="b", name="B")),
    )  # fmt: skip
    assert (here.side_index("a"), here.side_index("b")) == (0, 1)
    with pytest.raises(KeyError, match="c"):
        here.side_index("c")
