"""The library: what a notebook does with a run and an ensemble, as the README and the example do it."""

import ast
import importlib.util
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import networkx as nx
import pytest

import sim
from sim.model.quantities import CATEGORIES

ROOT = Path(sim.__file__).parents[1]


@pytest.fixture(scope="module")
def run():
    return sim.simulate(sim.load("kupiansk", set={"scenario.horizon": "6 d"}), seed=3)


def test_a_run_has_losses_holders_and_a_name(run):
    assert set(run.losses) == {"ua", "ru"}
    assert set(run.losses["ru"]) == set(CATEGORIES)
    assert run.held_by("Куп'янськ", "d3") == run.held_by("kupiansk", 3) == "ua"
    assert "kupiansk: 6 days, seed 3" in repr(run)
    assert "Not a forecast" in run._repr_html_()
    with pytest.raises(sim.SimError, match="after the run"):
        run.held_by("kupiansk", "d7")


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("table", ["towns", "routes", "sides"])
def test_tables_are_frames_with_units_in_the_names_of_their_columns(run, monkeypatch, table, library):
    monkeypatch.setitem(sys.modules, library, SimpleNamespace(DataFrame=dict))
    frame = run.to_frame(table, every=3, library=library)
    assert sorted(set(frame["day"])) == [0, 3, 6]
    assert {each.isoformat() for each in frame["time"]} >= {"2025-01-27T00:00:00", "2025-01-30T00:00:00"}
    units = ("_t", "_t_per_d", "_km", "_soldiers", "_days", "_share", "_per_h", "_per_d")
    amounts = {name for name, column in frame.items() if any(type(value) is float for value in column)}
    assert all(name.endswith(units) or name in {"day", "lat", "lon"} for name in amounts), amounts


@pytest.mark.parametrize(
    "library", [pytest.param(name, marks=pytest.mark.extra(name)) for name in ("pandas", "polars")]
)
def test_frames_open_in_the_real_libraries(run, library):
    for table in ("towns", "routes", "sides"):
        frame = run.to_frame(table, every=3, library=library)
        assert {"time", "day", "id"} <= set(frame.columns)
        assert (frame["time"][len(frame) - 1] - frame["time"][0]).days == frame["day"][len(frame) - 1]
        assert len(frame) == 3 * len(set(frame["id"]))


@pytest.mark.extra("polars")
def test_the_lines_of_the_readme_read_the_results_of_many_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    short = sim.load("kupiansk", set={"scenario.horizon": "8 d"})
    sim.ensemble(short, n=2, seed=1, folder="runs/many", jobs=1)
    page = (ROOT / "scenarios" / "README.md").read_text(encoding="utf-8")
    _, *lines = ast.parse(page.partition("```python\n")[2].partition("```")[0]).body
    found = {}
    for line, (alias, name) in zip(
        lines, {"duckdb": "duckdb", "pl": "polars", "pd": "pandas"}.items(), strict=True
    ):
        if importlib.util.find_spec(name) and (name != "pandas" or importlib.util.find_spec("pyarrow")):
            text = ast.unparse(line)
            found[name] = len(eval(text, {alias: importlib.import_module(name)}))
    assert "polars" in found
    assert set(found.values()) == {9}


def test_a_moment_is_a_graph_for_networkx(run):
    graph = run.graph("d3")
    assert set(graph) == {town.id for town in run.scenario.towns}
    assert {key for *_, key in graph.edges(keys=True)} == {route.id for route in run.scenario.routes}
    assert graph.nodes["kupiansk"]["held_by"] == run.held_by("kupiansk", "d3")
    route = next(route for route in run.scenario.routes if route.end == "kupiansk")
    assert graph.edges[route.start, "kupiansk", route.id]["capacity_t_per_d"] > 0.0
    assert nx.has_path(graph, "kharkiv", "kupiansk")


def test_a_table_that_is_not_there_and_a_missing_library_are_said(run, monkeypatch):
    with pytest.raises(sim.SimError, match="towns, routes, sides"):
        run.to_frame("town")
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(sim.SimError, match="pip install polars"):
        run.to_frame(library="polars")


def test_why_is_text_with_values_and_tells_what_the_command_tells(run):
    why = run.why("kupiansk", at="d4")
    assert why.startswith("Kupiansk. Day 4")
    assert {"town", "needs", "gets", "limits", "history"} <= set(why.values)
    fallen = sim.simulate("two-towns", seed=1).why("lypa")
    assert "\n\nWhy it fell to East on day " in fallen
    assert fallen.values["history"]["fall"]["winner"] == "east"


def test_pictures_pages_and_recordings_are_written(run, tmp_path):
    assert run.plot("d2", town="kupiansk")._repr_png_().startswith(b"\x89PNG")
    assert run.render(tmp_path / "x.png", at=2).read_bytes().startswith(b"\x89PNG")
    assert "Not a forecast" in run.report(tmp_path / "x.html").read_text(encoding="utf-8")
    saved = run.save(tmp_path / "x.jsonl.gz")
    assert sim.Recording.open(saved).digest == run.recording.digest
    with pytest.raises(sim.SimError, match="exists already"):
        run.save(saved)
    for write in (run.report, run.render, run.plot().save):
        path = tmp_path / ("x.html" if write == run.report else "x.png")
        with pytest.raises(sim.SimError, match="replace it with force=True"):
            write(path)
        assert write(path, force=True) == path
    assert run.save(saved, force=True) == saved


def test_a_temporary_recording_goes_with_its_run():
    run = sim.simulate("two-towns", seed=1)
    path = run.recording.path
    assert path.exists()
    del run
    assert not path.exists()


def test_a_seed_is_the_scenarios_else_drawn_and_printed(capsys):
    assert sim.simulate(sim.load("kupiansk", set={"scenario.horizon": "1 d"})).seed == 1
    assert capsys.readouterr().err == ""
    seed = sim.simulate(sim.load("two-towns", set={"scenario.horizon": "1 d"})).seed
    assert f"using {seed}, drawn at random" in capsys.readouterr().err


def test_a_frame_of_results_has_units(tmp_path, monkeypatch):
    many = sim.ensemble("two-towns", n=2, seed=1, folder=tmp_path / "many", jobs=1)
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=dict))
    assert {"west_strength_soldiers", "west_stock_t", "west_lost_tanks"} <= set(many.to_frame())


def test_an_ensemble_keeps_the_recordings_that_are_asked_for_as_the_command_does(tmp_path):
    many = sim.ensemble("two-towns", n=3, seed=1, folder=tmp_path / "many", jobs=1, record="median")
    (number,) = many.recordings
    run = sim.Run(many.recordings[number])
    assert (run.seed, run.replication) == (1, number)
    with pytest.raises(sim.SimError, match="median, all, or the number"):
        sim.ensemble("two-towns", n=3, seed=1, folder=tmp_path / "many", jobs=1, record="best")


def test_an_unguarded_script_is_told_what_to_write(tmp_path):
    script = tmp_path / "unguarded.py"
    script.write_text('import sim\nsim.ensemble("two-towns", n=2, seed=1, folder="many", jobs=2)\n')
    done = subprocess.run(
        [sys.executable, script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode != 0
    assert 'if __name__ == "__main__":' in done.stderr


def test_the_example_runs_as_it_stands(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["example"])
    runpy.run_path(str(ROOT / "scenarios" / "example.py"), run_name="__main__")
    assert "Kupiansk" in capsys.readouterr().out
    assert (tmp_path / "example" / "day-10.png").exists()


def test_errors_speak_of_arguments_and_not_of_options(run, tmp_path):
    wrong = {
        "set": {"side.east.fire": 3},
        "scale": {"side.east.name": 2},
        "assume": {"tempo.variation@d3": 0},
    }
    for argument, value in wrong.items():
        with pytest.raises(sim.SimError) as refused:
            sim.load("two-towns", **{argument: value})
        assert "--> " + argument in str(refused.value)
        assert "--set" not in str(refused.value)
        assert refused.value.mistakes[0][2] == argument
        assert str(refused.value).endswith("1 error in the arguments. Nothing was run.")
    with pytest.raises(sim.SimError, match="at is for pictures"):
        run.render(tmp_path / "x.mp4", at=2)
    sim.ensemble("two-towns", n=1, seed=1, folder=tmp_path / "e", jobs=1)
    with pytest.raises(sim.SimError, match="name another folder with folder"):
        sim.ensemble("two-towns", n=1, seed=2, folder=tmp_path / "e", jobs=1)
