"""Every bundled scenario gives the events it is known to give: SHA-256 of its event lines, seed by seed.

A restructuring leaves `digests.json` as it is. A change of the model changes it on purpose:
``python -m tests.test_digests`` writes it anew, and CHANGELOG.md says why.
"""

import hashlib
import json
from pathlib import Path

import pytest

from sim.engine.simulation import simulate
from sim.recording.records import event_line
from sim.scenario_file.bundled import bundled_names
from sim.scenario_file.read import read_scenario

PINNED = Path(__file__).parent / "digests.json"
KNOWN = json.loads(PINNED.read_text(encoding="utf-8"))
SEEDS = range(1, 6)

pytestmark = pytest.mark.untraced


def digests(name, seeds):
    """Return the digest of each seed's events, over the scenario's whole horizon."""
    scenario = read_scenario(name).scenario
    found = []
    for seed in seeds:
        digest = hashlib.sha256()
        simulate(scenario, seed, emit=lambda t, event, to=digest: to.update(event_line(t, event)))
        found.append(digest.hexdigest())
    return found


def joined(found):
    return hashlib.sha256("".join(found).encode()).hexdigest()


def test_every_bundled_scenario_is_pinned():
    assert sorted(KNOWN) == sorted(bundled_names())


@pytest.mark.parametrize("name", KNOWN)
def test_one_seed_gives_the_pinned_events(name):
    assert digests(name, [1]) == [KNOWN[name]["seed 1"]]


@pytest.mark.slow
@pytest.mark.parametrize("name", KNOWN)
def test_five_seeds_give_the_pinned_events(name):
    assert joined(digests(name, SEEDS)) == KNOWN[name]["seeds 1 to 5"]


def _write():
    pinned = {}
    for name in bundled_names():
        found = digests(name, SEEDS)
        pinned[name] = {"seed 1": found[0], "seeds 1 to 5": joined(found)}
    PINNED.write_text(json.dumps(pinned, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write()
