"""What ``new --blank`` writes, the numbers of an era, and the front of the README hold and move."""

import re

import pytest

from sim.engine.simulation import simulate
from sim.scenario_file.bundled import bundled_names, scenario_folder
from sim.scenario_file.read import read_scenario


def changes(scenario, seed=1):
    """Return how many towns fell and how many assaults there were in a run."""
    kinds = []
    simulate(scenario, seed=seed, emit=lambda _, event: kinds.append(type(event).__name__))
    return kinds.count("TownFell"), kinds.count("AssaultFought")


@pytest.mark.parametrize("era", [(), ("--from", "era-1944")])
def test_a_skeleton_is_valid_runs_and_moves(frontsim, folder, era):
    assert frontsim("new", "my-front", "--blank", *era).exit_code == 0
    loaded = read_scenario(folder / "my-front.toml")
    assert (loaded.scenario.name, loaded.warnings, loaded.dead_ends) == ("my-front", (), ())
    assert loaded.scenario.start.year == (1944 if era else 2025)
    fell, assaults = changes(loaded.scenario)
    assert fell >= 1
    assert assaults > 20


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("--blank", "--full"), "Choose one"),
        (("--from", "era-1944"), "Add --blank"),
        (("--blank", "--from", "kupiansk"), "Leave out one"),
    ],
)
def test_what_does_not_go_together_is_told(frontsim, folder, line, said):
    result = frontsim("new", "my-front", *line)
    assert (result.exit_code, said in result.stderr) == (2, True)
    assert list(folder.iterdir()) == []


def test_an_era_is_extended_and_no_scenario_alone(tmp_path):
    assert not any(name.startswith("era") for name in bundled_names())
    path = tmp_path / "x.toml"
    path.write_text('schema = 1\nextends = "era-1944"\n')
    parent = read_scenario("bastogne-1944").scenario
    assert parent.transport.speed["road"] == 20
    assert parent.supply.vehicle_load == 2.5


def test_the_front_of_the_readme_is_valid_runs_and_moves(tmp_path):
    text = (scenario_folder() / "README.md").read_text(encoding="utf-8")
    path = tmp_path / "arnhem.toml"
    path.write_text(re.search(r"```toml\n(.*?)```", text, re.DOTALL)[1], encoding="utf-8")
    loaded = read_scenario(path)
    assert (len(loaded.scenario.towns), loaded.warnings, loaded.dead_ends) == (8, (), ())
    assert changes(loaded.scenario)[0] >= 2
