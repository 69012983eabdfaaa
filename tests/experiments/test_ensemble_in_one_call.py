"""The library's ensemble, its data frames, and what a notebook shows."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

import sim.experiments.running.sampling as at_work
from sim.cli.main import frontsim
from sim.engine.simulation import simulate
from sim.errors import MissingPartError, SimError, UsageError
from sim.experiments.compare import compare
from sim.experiments.running.executors import Here
from sim.html_table import MAX_ROWS, html_table
from sim.library import ensemble
from sim.results.reader import Results
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    short = read_scenario("two-towns", [SetNumber("scenario.horizon=30 d")])
    return ensemble(short, 3, seed=1, jobs=1, folder=tmp_path_factory.mktemp("library") / "three")


def test_it_is_the_ensemble_of_the_command_line(three, tmp_path):
    line = ["ensemble", "two-towns", "-d", "30", "--seed", "1", "-n", "3", "-j", "1", "-q"]
    assert CliRunner().invoke(frontsim, [*line, "-o", str(tmp_path / "e")]).exit_code == 0
    other = Results.open(tmp_path / "e")
    assert other.meta.hash == three.meta.hash
    for name, column in three.replications().items():
        assert np.array_equal(column, other.replications()[name]), name


def test_what_is_there_is_not_run_again_and_more_is_added(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = ensemble("lesson-averages", 2, jobs=1)
    assert first.meta.seed == 1
    assert first.folder.parent.name == "runs"
    asked = []

    def counted(*arguments, replication, **options):
        asked.append(replication)
        return simulate(*arguments, replication=replication, **options)

    monkeypatch.setattr(at_work, "simulate", counted)
    with Here() as workers:
        assert ensemble("lesson-averages", 3, workers=workers).numbers.tolist() == [0, 1, 2]
    assert asked == [2]


def test_replications_that_fail_are_an_error_and_the_others_are_kept(tmp_path, monkeypatch):
    def troubled(*arguments, replication, **options):
        if replication == 1:
            raise ZeroDivisionError
        return simulate(*arguments, replication=replication, **options)

    monkeypatch.setattr(at_work, "simulate", troubled)
    with pytest.raises(SimError, match="1 of 3 replications failed, 1 with: ZeroDivisionError"):
        ensemble("two-towns", 3, jobs=1, folder=tmp_path / "e")
    assert Results.open(tmp_path / "e").numbers.tolist() == [0, 2]


@pytest.mark.extra("pandas")
def test_tables_become_data_frames_with_names(three):
    towns = three.to_frame("towns")
    assert set(towns["town"]) == {"lypa", "verba"}
    assert set(towns["held_by"]) == {"west", "east"}
    assert len(towns) == len(three.towns()["day"])
    assert set(three.to_frame()["reason"]) == {"horizon"}
    with pytest.raises(UsageError, match="replications"):
        three.to_frame("town")


def test_polars_will_do_and_without_both_it_says_what_to_install(three, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.setitem(sys.modules, "polars", SimpleNamespace(DataFrame=dict))
    assert three.to_frame("changes")["town"] == ["lypa"] * len(three.changes()["day"])
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(MissingPartError, match="pip install pandas"):
        three.to_frame()


def test_a_notebook_shows_tables_with_what_this_is_not(three, tmp_path):
    changed = read_scenario(
        "two-towns", [SetNumber("scenario.horizon=30 d"), SetNumber("side.east.fires=40 /d")]
    )
    outcome = simulate(changed.scenario, 1)
    other = ensemble(changed, 3, seed=1, jobs=1, folder=tmp_path / "other")
    for each in (changed, outcome, three, compare(three, other)):
        text = each._repr_html_()
        assert "Not a forecast" in text
        assert text.count("<tr>") == text.count("</tr>") >= 1
    assert "--set side.east.fires=40 /d" in changed._repr_html_()
    assert "Ended on day 30 (horizon)" in outcome._repr_html_()
    assert "% by West" in three._repr_html_()


def test_long_tables_are_cut_and_counted_and_names_are_escaped():
    text = html_table("<x>", ("a",), [("&",)] * (MAX_ROWS + 3))
    assert "and 3 more" in text
    assert "<x>" not in text
    assert text.count("&amp;") == MAX_ROWS


SCRIPTS = (
    "import sim\n\nsim.ensemble('two-towns', 2, jobs=2, folder='f')\n",
    "import sim\n\ndef f():\n    sim.ensemble('two-towns', 2, jobs=2, folder='f')\n\nf()\n",
    "import sim\n\nfor _ in range(2):\n    sim.ensemble('two-towns', 2, jobs=2, folder='f')\n",
)


@pytest.mark.parametrize("text", SCRIPTS)
def test_a_script_without_a_guard_is_told_before_anything_runs(tmp_path, text):
    (tmp_path / "script.py").write_text(text)
    root = Path(html_table.__code__.co_filename).parents[1]
    line = [sys.executable, "script.py"]
    done = subprocess.run(
        line, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True
    )
    assert b'if __name__ == "__main__":' in done.stderr
    assert done.stderr.count(b"Traceback") == 1
    assert not (tmp_path / "f").exists()


def test_a_script_with_a_guard_is_not_refused(tmp_path):
    (tmp_path / "script.py").write_text(
        "from sim.experiments.running.executors import refuse_unguarded\n\n"
        "def f():\n    refuse_unguarded()\n    print('fine')\n\n"
        "if __name__ == '__main__':\n    f()\n"
    )
    root = Path(html_table.__code__.co_filename).parents[1]
    line = [sys.executable, "script.py"]
    done = subprocess.run(
        line, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True
    )
    assert done.stdout.strip() == b"fine"
