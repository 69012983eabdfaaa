"""The tables "What moves what" of scenarios/README.md, row by row, held by paired runs of the baseline.

Every number of a row is halved in one ensemble and doubled in the other, under the same random numbers.
"""

import functools
import math
import re
from pathlib import Path

import numpy as np
import pytest

from sim.experiments.running.sampling import simulate_rows
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from sim.statistics.differences import difference

PAGE = Path(__file__).parents[1] / "scenarios" / "README.md"
RUNS, DAYS, SEED = 8, 30, 1
SMALL = 0.1
"""What "–" stands for: a change by less than a tenth."""
TINY = 0.01
"""A change against a sign that does not count."""
SIDES = ("ua", "ru")
MEASURES = ("ua losses", "ru losses", "ua ground", "ru ground", "ua supply", "ru supply")
ENOUGH = 10.0
"""Days of supply above which more makes no difference."""
SHARES = ("share", "vehicles_lost", "effect_floor", "damage")

pytestmark = [pytest.mark.slow, pytest.mark.untraced]


def rows(heading):
    """Return the first cell's key and the signs of each row of the table under a heading."""
    table = PAGE.read_text(encoding="utf-8").partition(f"\n### {heading}\n")[2].partition("\n#")[0]
    cells = [
        re.split(r"\s*\|\s*", line.strip("| \n")) for line in table.splitlines() if line.startswith("| `")
    ]
    return [(re.findall(r"`([^`]+)`", row[0])[0], [cell[:1] for cell in row[1:6]]) for row in cells]


def changed(key, side, factor):
    """Return the baseline with all numbers of a kind multiplied: those of a side, or the one of both."""
    reading = read_scenario("kupiansk", [SetNumber(f"scenario.horizon={DAYS} d")])
    owner = {f"town.{town.id}": {town.held_by} for town in reading.scenario.towns}
    owner |= {
        f"route.{route.id}": owner[f"town.{route.start}"] | owner[f"town.{route.end}"]
        for route in reading.scenario.routes
    }
    pattern = re.escape(key.replace("side.ID", f"side.{side}")).replace("ID", r"[^.]+")
    found = [
        each
        for each in reading.scenario.parameters
        if re.fullmatch(pattern, each.key) and owner.get(".".join(each.key.split(".")[:2]), {side}) == {side}
    ]
    assert found, key
    most = 1.0 if key.endswith(SHARES) else math.inf
    least = 1.0 if key.endswith("failure_cost") else 0.0
    changes = [(each.key, max(least, min(most, each.value * factor))) for each in found]
    sets = [SetNumber(f"{key}={reading.format_number(key, value)}") for key, value in changes]
    return read_scenario("kupiansk", [SetNumber(f"scenario.horizon={DAYS} d"), *sets]).scenario


def measured(scenario, number):
    rows = simulate_rows(scenario, SEED, number)
    totals, daily, towns = rows["replications"], rows["daily"], rows["towns"]
    ground = float(np.nansum(daily["ground"][daily["side"] == 0]))
    supply = np.minimum(towns["days_of_supply"], ENOUGH)
    return [
        *(float(totals[f"{side}_lost_personnel"][0]) / DAYS for side in SIDES),
        ground,
        -ground,
        *(float(np.nanmean(supply[towns["held_by"] == number])) for number in (0, 1)),
    ]


@functools.lru_cache(maxsize=2)
def effects(key, side):
    """Return by measure how doubling a kind of number differs from halving it."""
    low, high = (
        np.array([measured(scenario, number) for number in range(RUNS)])
        for scenario in (changed(key, side, 0.5), changed(key, side, 2.0))
    )
    pairs = zip(MEASURES, low.T, high.T, strict=True)
    return {name: difference(one.tolist(), other.tolist(), is_paired=True) for name, one, other in pairs}


def check(sign, found):
    """Assert what a sign says of the effects for the sides it was tried with."""
    if sign == "–":
        assert all(abs(each.change.value) <= SMALL * abs(each.first) for each in found)
        return
    up = 1.0 if sign == "↑" else -1.0
    ends = [(up * each.change.low, up * each.change.high) for each in found]
    assert any(min(pair) > 0.0 for pair in ends), found
    for each, pair in zip(found, ends, strict=True):
        assert max(pair) >= 0.0 or abs(each.change.value) < TINY * abs(each.first), found


@pytest.mark.parametrize(("key", "signs"), rows("Numbers of one side"))
def test_a_number_of_one_side_moves_what_the_page_says(key, signs):
    for column, what in enumerate(("own losses", "enemy losses", "own ground", "own supply", "enemy supply")):
        found = []
        for own, enemy in (SIDES, SIDES[::-1]):
            name = what.replace("own", own).replace("enemy", enemy)
            found.append(effects(key, own)[name])
        check(signs[column], found)


@pytest.mark.parametrize(("key", "signs"), rows("Numbers of both sides"))
def test_a_number_of_both_sides_moves_what_the_page_says(key, signs):
    found = effects(key, "")
    check(signs[0], [found["ua losses"], found["ru losses"]])
    check(signs[1], [found["ru ground"]])
    check(signs[2], [found["ua supply"], found["ru supply"]])
