"""A small front that is past: a chain of towns along one road, and a table of when they fell."""

import itertools
from pathlib import Path

from sim.experiments.calibrate.fitting import TrajectoryTask
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario

CHAIN = """
schema = 1

[scenario]
name = "A chain"
start = 2025-01-01
horizon = "60 d"
seed = 5

[side.west]
name = "West"
replacements = { value = "10 soldiers/d", low = "5 soldiers/d", high = "20 soldiers/d", status = "assumed" }

[side.east]
name = "East"
mark = "diamond"
assaults = { value = "4 /d", low = "1 /d", high = "12 /d", status = "assumed" }
fires = "4 /d"

[reported_losses]
of = "east"
date = 2025-01-01
per_day = { personnel = 200, tanks = 4 }
sector_share = 0.1

[assaults]
advance = { value = "0.2 km", low = "0.1 km", high = "0.8 km", status = "assumed" }
kappa = 1.5
"""
TOWN = """
[town.{name}]
name = "{name}"
at = {{ lat = 49.7, lon = {lon} }}
held_by = "{side}"
{base}
garrison = {{ strength = {strength}, stock = "20 d" }}
"""
ROUTE = """
[[route]]
from = "{start}"
to = "{end}"
capacity = "200 t/d"
length = "3 km"
"""
TOWNS = ("aspen", "birch", "cedar", "dogwood", "elder", "firs")


def chain_text():
    text = CHAIN
    for number, name in enumerate(TOWNS):
        side = "west" if number < 4 else "east"
        base = 'base = "300 t/d"' if number in {0, 5} else ""
        strength = 400 if number < 4 else 1500
        text += TOWN.format(
            name=name, lon=round(37.6 + 0.04 * number, 2), side=side, base=base, strength=strength
        )
    for start, end in itertools.pairwise(TOWNS):
        text += ROUTE.format(start=start, end=end)
    return text


def chain(folder, days=60):
    """Return the chain as it is read."""
    path = Path(folder) / "chain.toml"
    path.write_text(chain_text(), encoding="utf-8")
    return read_scenario(path, [SetNumber(f"scenario.horizon={days} d")])


def table(folder, *rows, comment=""):
    """Write what happened as a table, and return its path."""
    path = Path(folder) / "truth.csv"
    path.write_text(comment + "date,town,from,to,basis\n" + "".join(f"{row}\n" for row in rows), "utf-8")
    return path


def trajectories(scenario, seed, replication, side):
    """Simulate one run, and return its trajectory."""
    return TrajectoryTask(scenario, {}, seed, side).run(replication)
