"""HiGHS says nothing where frontsim speaks: its first words would stand before every ``--json``."""

import subprocess
import sys

ASKED = """
from tests.support.supply_questions import random_question
plan = random_question(1, whole=True).solved().plan
print(f"{sum(plan.delivered) > 0}")
"""


def test_a_process_that_solves_for_the_first_time_prints_only_its_own_words():
    # it speaks once a process, past Python's stdout, so that only a process of its own can tell
    said = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    assert (said.stdout, said.stderr) == ("True\n", "")
