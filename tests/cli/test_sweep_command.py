"""``frontsim sweep`` as it is typed: what it prints, where it writes, and how it ends."""

import os
import re
import shlex

import pytest

import sim.experiments.running.sampling as at_work
from sim.cli.inputs import swept_number
from sim.errors import UsageError
from sim.model.quantities import DISCLAIMER
from sim.results.sweep_findings import read_findings

KEY = "side.east.attrition_coefficient"
RANGE = f'-p "{KEY}=0.0005..0.004 /d"'
SMALL = "sweep two-towns -d 6 --seed 3 -j 1 -q -o s --measure losses.west.personnel"


def call(frontsim, line):
    return frontsim(*shlex.split(line))


def test_a_grid_prints_each_place_and_marks_noise(frontsim, folder):
    result = call(frontsim, f'{SMALL} -n 8 -p "{KEY}=0.002,0.008 /d"')
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert re.fullmatch("Two towns: 24 replications in [0-9]+ s, seed 3", lines[0])
    assert lines[1] == "  changed: --set scenario.horizon=6 d"
    assert next(line for line in lines if line.startswith(KEY)).split()[1] == "Mean"
    assert next(line for line in lines if line.startswith("0.002 /d")).split()[-1] == "0"
    assert "+" in next(line for line in lines if line.startswith("0.008 /d"))
    assert lines[-1] == DISCLAIMER


def test_a_tornado_prints_its_bars_as_a_table_and_keeps_findings(frontsim, folder):
    result = call(frontsim, f"{SMALL} -n 10 --tornado {RANGE} -p tempo.variation=0..0.4")
    assert result.exit_code == 0, result.output
    assert "West: soldiers lost" in result.stdout
    row = next(line for line in result.stdout.splitlines() if line.startswith(KEY))
    assert "0.002 /d" in row
    assert " yes " in row
    found = read_findings(folder / "s")
    assert found.ranked("losses.west.personnel")[0].name == KEY
    again = call(frontsim, f"{SMALL} -n 10 --tornado {RANGE} -p tempo.variation=0..0.4 --resume")
    assert again.stdout.splitlines()[1:] == result.stdout.splitlines()[1:]


def test_all_of_it_is_told_as_one_object(answer, folder):
    line = f"{SMALL} -n 6 --tornado {RANGE} -p tempo.variation=0..0.4"
    told, code = answer(*shlex.split(line))
    assert (code, told["schema"], told["kind"]) == (0, "frontsim/sweep/1", "tornado")
    assert told["ranked"] == {"losses.west.personnel": [KEY, "tempo.variation"]}
    assert told["bars"][0]["at_high"]["losses.west.personnel"]["pairs"] == 6
    assert told["folder"] == "s"
    told, code = answer(*shlex.split(f"{SMALL} -n 6 -p tempo.variation=0,0.4 --resume"))
    assert "ranked" not in told


@pytest.mark.untraced
def test_the_baselines_numbers_can_be_swept_with_claims(frontsim, folder):
    line = "sweep kupiansk -d 2 --tornado -n 2 --top 1 --seed 1 -j 1 -q -p side.ru.assaults -o k"
    result = call(frontsim, line)
    assert result.exit_code == 0, result.output
    assert "Each number that has a range is set to its low end" in result.stdout
    assert "What this leaves out" in result.stdout


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sweep two-towns", "Name what to vary"),
        (f"sweep two-towns {RANGE}", "a grid needs values"),
        ("sweep two-towns --tornado -p tempo.variation=0,1", "without steps"),
        ("sweep two-towns -p side.east.firs=1,2", 'did you mean "fires"?'),
        ("sweep two-towns -p tempo.lag_1=0,1 -p tempo.lag_1=0,1", "Name each number once"),
        ("sweep two-towns --tornado --measure towns.lypa.hold", "towns.lypa.held"),
        ("sweep two-towns --tornado", "nothing to move"),
        ("sweep two-towns -p tempo.variation=0..1/200 -p tempo.lag_1=0..1/200", "40,000 design points"),
        ("sweep two-towns -n 1000000000 -p tempo.lag_1=0,1", "from 2 to 999,999,999"),
    ],
)
def test_wrong_use_says_what_to_do(frontsim, folder, line, said):
    result = call(frontsim, line)
    assert result.exit_code == 2
    assert said in result.output
    assert not list(folder.iterdir())


@pytest.mark.extra("distributed")
def test_an_address_of_a_scheduler_asks_for_its_cluster(frontsim, folder):
    result = call(frontsim, f"sweep two-towns --tornado {RANGE} --scheduler nowhere")
    assert (result.exit_code, "No Dask scheduler answers at nowhere" in result.output) == (2, True)


def test_a_value_that_does_not_fit_is_said_and_the_others_are_run(frontsim, folder):
    result = call(frontsim, f"{SMALL} -n 2 -p tempo.variation=0.1,9")
    assert result.exit_code == 0
    row = next(line for line in result.stdout.splitlines() if "not run" in line)
    assert "above the highest allowed" in row


def test_an_interrupted_sweep_says_how_to_go_on(frontsim, folder, monkeypatch):
    simulate = at_work.simulate

    def stopped(scenario, seed, *, replication, **options):
        if replication == 3:
            raise KeyboardInterrupt
        return simulate(scenario, seed, replication=replication, **options)

    line = f'{SMALL} -n 6 -p "{KEY}=0.008 /d"'
    monkeypatch.setattr(at_work, "simulate", stopped)
    result = call(frontsim, line)
    assert result.exit_code == 130
    assert "--resume" in result.stderr
    assert call(frontsim, line).exit_code == 4
    monkeypatch.setattr(at_work, "simulate", simulate)
    assert call(frontsim, f"{line} --resume").exit_code == 0


def test_failed_replications_are_told_and_the_others_kept(frontsim, folder, monkeypatch):
    simulate = at_work.simulate

    def troubled(scenario, seed, *, replication, **options):
        if replication == 2:
            raise ZeroDivisionError
        return simulate(scenario, seed, replication=replication, **options)

    monkeypatch.setattr(at_work, "simulate", troubled)
    result = call(frontsim, f'{SMALL} -n 5 -p "{KEY}=0.008 /d"')
    assert result.exit_code == 6
    assert "2 replications failed" in result.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("=3", "KEY=A,B,C"),
        ("a.b=", "KEY=A,B,C"),
        ("a.b=x..y", "not a range"),
        ("a.b=1..2/1", "at least 2 steps"),
        ("a.b=1 km..2 t/3", "the same unit"),
        *((f"a.b={value}", "neither a finite number nor a name") for value in ("0,nan", "-inf d", "1e999,2")),
        ("a.b=0..1e999/3", "neither a finite number nor a name"),
        (os.fsdecode(b"a.b=0,\xff"), "neither a finite number nor a name"),
    ],
)
def test_what_is_no_range_is_said(text, said):
    with pytest.raises(UsageError, match=said):
        swept_number(text)


def test_a_number_alone_has_neither_values_nor_a_range():
    assert swept_number("a.b").values == ()
    assert swept_number("a.b=1 t..2 t").high == "2 t"
    assert swept_number("a.b=1 t..2 t/3").values == ("1 t", "1.5 t", "2 t")


FRONT = """\
schema = 1
extends = "two-towns"
scenario = { horizon = "6 d" }

[side.east]
attrition_coefficient = { value = "0.002 /d", low = "0.0005 /d", high = "0.008 /d", source = "guess" }

[source.guess]
title = "A guess"
publisher = "Nobody"
date = "2025"
grade = "F6"
"""


def test_what_hangs_on_a_source_is_printed_with_its_grade(frontsim, folder):
    (folder / "front.toml").write_text(FRONT, encoding="utf-8")
    line = SMALL.replace("two-towns -d 6", "front.toml")
    result = call(frontsim, f"{line} --tornado -n 8")
    assert result.exit_code == 0, result.output
    assert "if all that a source says were half as high" in result.stdout
    row = next(line for line in result.stdout.splitlines() if line.startswith("A guess"))
    assert {"F6", "Nobody"} <= set(row.split())
    assert "−" in row


def test_bars_that_move_nothing_are_not_drawn(frontsim, folder):
    line = SMALL.replace("--measure losses.west.personnel", "--measure changes.towns")
    result = call(frontsim, f"{line} --tornado -n 5 -p tempo.variation=0..0.4")
    assert "No input has a significant effect" in result.stdout


def test_a_sweep_goes_on_with_the_seed_of_its_folder_and_draws_one_where_nobody_names_it(frontsim, folder):
    line = f'{SMALL.replace("--seed 3", "").replace("-q", "")} -n 2 -p "{KEY}=0.008 /d"'
    first = call(frontsim, line)
    assert "drawn at random" in first.stderr
    again = call(frontsim, f"{line} --resume")
    assert "was drawn" not in again.stderr
    seeds = [each.stdout.splitlines()[0].rpartition(", ")[2] for each in (first, again)]
    assert seeds[0] == seeds[1]


def test_too_few_replications_are_said_to_be_too_few(frontsim, folder):
    few = ("sweep", "two-towns", "-p", "tempo.variation=0.29,0.3", "-d", 3, "-j", 1, "--seed", 1)
    told = frontsim(*few, "-n", 2).stdout
    assert "2 replications" in told
    assert "-n 30" in told
