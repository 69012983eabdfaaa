"""The solver says nothing of its own: standard output belongs to whoever runs a command."""

import subprocess
import sys

MAKES_A_SOLVER = """
from sim.engine.simulation import simulate
from sim.scenario_file.read import read_scenario

simulate(read_scenario("two-towns").scenario, 1)
"""


def test_a_simulation_prints_nothing():
    done = subprocess.run([sys.executable, "-c", MAKES_A_SOLVER], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
