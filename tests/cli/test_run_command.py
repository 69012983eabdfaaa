"""``frontsim run``: what it writes, what it refuses, what it says."""

import gzip
import json
import math
from importlib.metadata import version

import pytest

from sim.cli import record
from sim.model.quantities import CATEGORIES, DAY
from sim.recording.reader import Recording

SHORT = ("run", "two-towns", "--seed", "3", "--days", "4")


def test_a_run_is_recorded_and_told(frontsim, folder):
    result = frontsim("run", "kupiansk", "--seed", "1", "--days", "12")
    assert result.exit_code == 0
    (path,) = folder.glob("runs/kupiansk-seed1-??????.jsonl.gz")
    recording = Recording.open(path)
    recording.check()
    assert recording.end == 12 * DAY
    lines = result.stdout.splitlines()
    assert lines[0].endswith("12 days from 27 January 2025, seed 1")
    assert lines[1] == "  changed: days 180 -> 12"
    assert lines[2].startswith("Ended on day 12, 8 February 2025. ")
    assert lines[-1] == "Toy model for study. Not a forecast, not for operational use."
    assert lines[-2].startswith(f"saved runs/{path.name} (")
    assert "Kupiansk is held by Ukraine, as at the start." in result.stdout
    assert "Reported: the claim of 27 January 2025, as losses a day" in result.stdout
    assert "\x1b" not in result.stdout
    assert result.stderr.startswith("next: frontsim why ")


def test_the_same_run_replaces_its_default_name_and_says_so(frontsim, folder):
    first = frontsim(*SHORT)
    second = frontsim(*SHORT)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "replacing" not in first.stdout
    assert ", replacing the earlier recording" in second.stdout
    assert len(list((folder / "runs").iterdir())) == 1


def test_a_run_of_an_edited_scenario_leaves_the_recording_of_what_it_was_before(frontsim, folder):
    assert frontsim("new", "mine", "--from", "two-towns").exit_code == 0
    run = ("run", "mine.toml", "--seed", "1")
    mine, before = folder / "mine.toml", folder / "runs" / "mine-seed1.jsonl.gz"
    assert frontsim(*run).exit_code == 0
    kept = before.read_bytes()
    mine.write_text(mine.read_text("utf-8") + "\n[tempo]\nvariation = 0.1\n", encoding="utf-8")
    edited = [frontsim(*run).stdout for _ in range(2)]
    assert before.read_bytes() == kept
    assert len(list((folder / "runs").iterdir())) == 2
    assert ["replacing" in each for each in edited] == [False, True]


def test_a_default_name_never_replaces_what_is_no_recording(frontsim, folder):
    (folder / "runs").mkdir()
    (folder / "runs" / "two-towns-seed3.jsonl.gz").write_text("a letter", encoding="utf-8")
    result = frontsim("run", "two-towns", "--seed", "3")
    assert result.exit_code == 4
    assert (folder / "runs" / "two-towns-seed3.jsonl.gz").read_text(encoding="utf-8") == "a letter"


def test_variants_have_names_of_their_own_and_the_same_variant_one(frontsim, folder):
    base = ("run", "two-towns", "--seed", "3")
    for options in (
        (),
        ("--days", "4"),
        ("--days", "5"),
        ("-s", "tempo.variation=0"),
        ("--replication", "2"),
    ):
        assert frontsim(*base, *options).exit_code == 0
    assert frontsim(*base, "--set", "tempo.variation=0").exit_code == 0
    names = sorted(path.name for path in (folder / "runs").iterdir())
    assert len(names) == 5
    assert {"two-towns-seed3.jsonl.gz", "two-towns-seed3-r2.jsonl.gz"} <= set(names)


def test_a_name_that_was_given_is_replaced_with_force_only(frontsim, folder):
    out = folder / "mine.jsonl.gz"
    assert frontsim(*SHORT, "-o", out).exit_code == 0
    before = out.read_bytes()
    refused = frontsim(*SHORT, "--out", out, "--seed", "4")
    assert refused.exit_code == 4
    assert "--force" in refused.stderr
    assert out.read_bytes() == before
    replaced = frontsim(*SHORT, "--out", out, "--seed", "4", "--force")
    assert (replaced.exit_code, "replacing" in replaced.stdout) == (0, True)
    assert out.read_bytes() != before


def test_a_folder_that_is_not_there_is_said(frontsim):
    result = frontsim(*SHORT, "-o", "nowhere/x.jsonl.gz")
    assert result.exit_code == 4
    assert "there is no folder nowhere" in result.stderr


def test_a_folder_that_cannot_be_made_is_said(frontsim, folder):
    (folder / "runs").write_text("in the way", encoding="utf-8")
    result = frontsim(*SHORT)
    assert result.exit_code == 4
    assert "Choose another place with --out" in result.stderr


def test_a_dry_run_writes_nothing(frontsim, answer, folder):
    result = frontsim(*SHORT, "--dry-run")
    assert (result.exit_code, "Would write runs/two-towns-seed3-" in result.stdout) == (0, True)
    assert list(folder.iterdir()) == []
    plan, code = answer(*SHORT, "--dry-run")
    assert (code, plan["is_dry_run"], plan["days"], plan["replaces"], plan["seed"]) == (0, True, 4, False, 3)
    (folder / "x.jsonl.gz").write_bytes(b"")
    assert frontsim(*SHORT, "--dry-run", "-o", "x.jsonl.gz").exit_code == 4
    assert "Would replace x.jsonl.gz" in frontsim(*SHORT, "--dry-run", "-o", "x.jsonl.gz", "--force").stdout


def test_overrides_apply_in_the_order_in_which_they_are_typed(answer, folder):
    (folder / "changes.toml").write_text("[side.east]\nassaults = '3 /d'\n", encoding="utf-8")
    key = "side.east.assaults"
    options = {
        ("-s", f"{key}=2 /d", "--scale", f"{key}=2"): "4",
        ("--scale", f"{key}=2", "-s", f"{key}=2 /d"): "2",
        ("--set-file", "changes.toml", "--scale", f"{key}=2"): "6",
        ("--set-file", "changes.toml", "--scale", f"{key}=2", "-s", f"{key}=1 /d"): "1",
    }
    for typed, expected in options.items():
        found, code = answer("show", "two-towns", *typed)
        assert code == 0
        assert found["scenario"]["what_if"]["side"]["east"]["assaults"]["value"] == f"{expected} /d"
        assert found["overrides"] == [
            f"{'--set' if option == '-s' else option} {value}"
            for option, value in zip(typed[::2], typed[1::2], strict=True)
        ]


def test_what_was_changed_is_told_with_what_it_was(frontsim):
    options = (
        "-s",
        "side.ua.doctrine=hold",
        "-s",
        "side.ua.replacements=90 soldiers/d",
        "--scale",
        "tempo.lag_1=1",
    )
    result = frontsim("run", "kupiansk", *options, "--dry-run")
    changed = [line for line in result.stdout.splitlines() if "changed" in line]
    assert changed == [
        "  changed: side.ua.replacements 34 soldiers/d -> 90 soldiers/d",
        "  changed: --set side.ua.doctrine=hold",
        "  changed: --scale tempo.lag_1=1",
    ]


def test_many_changes_are_counted(frontsim, folder):
    rows = "".join(
        f"{month} = {{ clear = 1, rain = 0, mud = 0, frost = 0 }}\n" for month in ("jan", "feb", "mar")
    )
    (folder / "clear.toml").write_text(f"[weather.shares]\n{rows}", encoding="utf-8")
    result = frontsim("run", "kupiansk", "--set-file", "clear.toml", "--dry-run")
    assert result.exit_code == 0
    changed = [line for line in result.stdout.splitlines() if "changed" in line]
    assert len(changed) == 9
    assert changed[-1] == "  changed: and 5 more"


def test_a_seed_is_drawn_and_told_where_none_is_given(frontsim, answer):
    told = frontsim("run", "two-towns", "--days", "2", "--dry-run")
    seed = told.stdout.splitlines()[0].rpartition("seed ")[2]
    assert f"sets a seed: using {seed}, drawn at random" in told.stderr
    assert 0 <= answer("run", "two-towns", "--dry-run")[0]["seed"] < 1_000_000


def test_the_seed_of_the_file_holds_where_none_is_given(answer):
    assert answer("run", "kupiansk", "--dry-run")[0]["seed"] == 1


def test_json_holds_everything_that_adds_up(answer, folder):
    found, code = answer("run", "kupiansk", "--seed", "2", "--days", "25", "--replication", "3")
    assert code == 0
    assert (found["schema"], found["command"]) == ("frontsim/run/1", "run")
    assert (found["scenario"], found["seed"], found["replication"], found["days"]) == ("kupiansk", 2, 3, 25)
    assert found["ended"] == {"reason": "horizon", "note": ""}
    assert found["overrides"] == ["--set scenario.horizon=25 d"]
    assert found["versions"]["numpy"] == version("numpy")
    assert 0 < found["wall_s"] < 60
    assert found["steps"] > found["events"] / 10
    assert found["solves"] > 0
    recording = Recording.open(folder / found["recording"])
    assert (recording.digest, recording.event_count) == (found["sha256"], found["events"])
    assert (folder / found["recording"]).stat().st_size == found["bytes"]
    state = recording.state_at(recording.end)
    for side in ("ua", "ru"):
        books = found["supply"][side]
        entered = books["initial"] + books["entered"]
        left = math.fsum(books[name] for name in ("consumed", "lost", "in_stock", "on_road"))
        assert abs(entered - left) < 1e-6
        assert 0 <= books["captured"] <= books["entered"]
        assert list(found["losses"][side]) == list(CATEGORIES)
        assert list(found["losses"][side].values()) == state.sides[side].losses
        present = state.sides[side].initial_soldiers + state.sides[side].arrived
        assert found["strength"][side] == present - found["losses"][side]["personnel"]
        rates = found["reported"][side]
        assert rates["realised_per_day"]["uas"] == found["losses"][side]["uas"] / 25
    assert math.isclose(found["reported"]["ru"]["expected_per_day"]["personnel"], 1430 * 0.05)
    assert {town: each["held_by"] for town, each in found["towns"].items()} == state.held_by


def test_json_lists_changes_in_their_order(answer):
    found, _ = answer("run", "kupiansk", "--seed", "1", "--days", "70")
    days = [change["day"] for change in found["changes"]]
    assert days == sorted(days)
    assert days
    for town, each in found["towns"].items():
        changes = [change for change in found["changes"] if change["town"] == town]
        assert each["changed_at_days"] == [change["day"] for change in changes]
        assert all(change["from"] != change["to"] for change in changes)
        assert not changes or changes[-1]["to"] == each["held_by"]
    assert all(0 < each["share"] <= 1 for each in found["bottlenecks"])
    assert all(0 < each["mornings_short"] <= each["mornings_held"] for each in found["short_of_supply"])


def test_two_runs_of_a_seed_are_the_same_and_of_two_seeds_are_not(answer):
    first, second = (answer(*SHORT, "-o", f"{name}.gz")[0]["sha256"] for name in "ab")
    assert first == second
    assert answer(*SHORT, "--seed", "4")[0]["sha256"] != first
    assert answer(*SHORT, "--replication", "1")[0]["sha256"] != first


def test_what_is_stopped_leaves_nothing_half_written(frontsim, folder, monkeypatch):
    def stopped(scenario, seed, *, emit, **_):
        raise KeyboardInterrupt

    monkeypatch.setattr(record, "simulate", stopped)
    result = frontsim(*SHORT)
    assert result.exit_code == 130
    assert "No unfinished file is left behind" in result.stderr
    assert list((folder / "runs").iterdir()) == []


def test_progress_is_told_by_tenths_once_a_run_takes_longer_than_a_second(frontsim, monkeypatch):
    assert "day" not in frontsim(*SHORT, "--progress", "always", "-q").stderr
    monkeypatch.setattr(record, "PATIENCE", -1.0)
    result = frontsim("run", "two-towns", "--seed", "3", "--days", "20", "--progress", "always")
    told = [line for line in result.stderr.splitlines() if line.startswith("day ")]
    assert told == [f"day {day} of 20" for day in range(2, 20, 2)]
    assert "day 2 of" not in frontsim(*SHORT).stderr


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("-s", "side.east.assault=1 /d"), 3, 'did you mean "assaults"'),
        (("-s", "side.east.doctrine=nope"), 2, "nope"),
        (("--seed", "x"), 2, "'x' is not a whole number."),
        (("--seed", "-1"), 2, "-1 is out of range"),
        (("--days", "0"), 2, "0 is out of range"),
        (("--set-file", "nowhere.toml"), 4, "nowhere.toml"),
    ],
)
def test_what_cannot_be_run_is_said_with_its_exit_code(frontsim, options, code, words):
    result = frontsim("run", "two-towns", *options)
    assert result.exit_code == code
    assert words in result.stderr


def test_an_unknown_scenario_gets_the_nearest_name(frontsim):
    result = frontsim("run", "kupyansk")
    assert result.exit_code == 4
    assert 'Did you mean "kupiansk"?' in result.stderr


def test_mistakes_of_a_scenario_are_in_its_json(answer, folder):
    (folder / "bad.toml").write_text(
        'extends = "two-towns"\n[tempo]\nvariation = "x"\n[temp]\n', encoding="utf-8"
    )
    found, code = answer("run", "bad.toml")
    assert code == 3
    assert [(each["file"], each["line"]) for each in found["error"]["mistakes"]] == [
        ("bad.toml", 3),
        ("bad.toml", 4),
    ]


def test_warnings_are_counted_and_shown_where_details_are_wanted(frontsim, folder):
    text = 'extends = "two-towns"\n[town.lypa]\nbase = "1 t/d"\n'
    (folder / "hungry.toml").write_text(text, encoding="utf-8")
    brief = frontsim("run", "hungry.toml", "--seed", "1", "--dry-run")
    assert "hungry has 1 warning: frontsim check hungry.toml" in brief.stderr
    assert "warning[" not in brief.stderr
    assert "warning[" in frontsim("run", "hungry.toml", "--seed", "1", "--dry-run", "-v").stderr
    changed = frontsim("run", "two-towns", "-s", "town.lypa.base=1 t/d", "--seed", "1", "--dry-run")
    assert "frontsim check " in changed.stderr
    assert '--set "town.lypa.base=1 t/d"' in changed.stderr


def test_a_condition_that_ends_a_run_is_told(frontsim, answer, folder):
    text = 'schema = 1\nextends = "two-towns"\n[scenario]\nends = ["lypa held by west for 1 d"]\n'
    (folder / "soon.toml").write_text(text, encoding="utf-8")
    result = frontsim("run", "soon.toml", "--seed", "1")
    assert result.exit_code == 0, result.stderr
    assert "because lypa held by west" in result.stdout


def test_the_scenario_is_in_the_recording(frontsim, folder):
    frontsim(*SHORT, "-o", "x.gz", "-s", "tempo.variation=0")
    header = json.loads(gzip.decompress((folder / "x.gz").read_bytes()).split(b"\n")[0])
    assert header["overrides"] == [["--set", "tempo.variation", "0"], ["--set", "scenario.horizon", "4 d"]]
    assert header["scenario"]["tempo"]["variation"]["value"] == 0


def test_an_assumption_where_nothing_is_reported_says_what_losses_are_fitted_to(frontsim):
    line = ("run", "two-towns", "--seed", "1", "--dry-run", "--assume", "side.east.fires=30 /d")
    assert "No losses are reported here, so they are fitted to attrition" in frontsim(*line).stdout


def test_a_change_after_the_end_is_said_to_change_nothing(frontsim):
    late = "side.west.assaults@d600=5 /d"
    result = frontsim("run", "two-towns", "--set", late, "-d", "3", "-o", "late.jsonl.gz")
    assert result.exit_code == 0
    assert "The run ends on day 3, before that change: nothing changes." in result.stdout
