"""Commands to be pasted do one thing, whoever wrote the words in them."""

import json
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.command_line import KINDS, StoredOverride, check_overrides, command_line, one_line
from sim.errors import FileError
from sim.recording.records import Header, line_of, read_line
from sim.results.ensemble_folder import EnsembleFolder
from sim.results.meta import EnsembleMeta
from sim.results.sweep_findings import SweepFindings


@given(st.text(), st.from_regex("[a-z0-9.@-]+", fullmatch=True), st.text(), st.sampled_from(KINDS))
def test_a_command_is_one_line_of_the_words_it_is_of(name, key, value, kind):
    changed = StoredOverride(kind, key, one_line(value))
    said = command_line("run", name, overrides=[changed], options=["--seed", 1])
    assert len(said.splitlines()) == 1
    words = shlex.split(said)
    assert words[:2] == ["frontsim", "run"]
    assert not words[2].startswith("-")
    assert words[3:] == [*changed.words, "--seed", "1"]
    check_overrides([changed])


HOSTILE = [
    ["--set;touch x;#", "a", "1"], ["--set", "a=1\ntouch x", ""], ["--out", "/etc/passwd", ""],
    ["-s", "a", "1"], ["--set\ta", "b", "1"], ["--set", "a", "1\u2028touch x"], ["--set", "a", "1\x1b[2J"],
    ["--set", "a", 1], ["--set", "a"], ["--set", "a=b", "1"], "--set a=1", None, {"kind": "--set"},
]  # fmt: skip


@pytest.mark.parametrize("stored", HOSTILE)
def test_what_is_no_change_is_refused_wherever_it_is_stored(stored, scenario, tmp_path):
    good = (StoredOverride("--set", "a", "1"),)
    as_json = json.dumps(stored).encode()
    whole = line_of(Header.of(scenario, {}, seed=1, overrides=good))
    with pytest.raises(ValueError, match=r"change|Expected"):
        read_line(whole.replace(b'["--set","a","1"]', as_json), Header)
    with EnsembleFolder(tmp_path, EnsembleMeta.of(scenario, {}, seed=1, replications=1, overrides=good)):
        pass
    meta = tmp_path / "meta.json"
    values = json.loads(meta.read_bytes())
    assert values["overrides"] == [["--set", "a", "1"]]
    meta.write_text(json.dumps({**values, "overrides": [stored]}))
    with pytest.raises(FileError, match="is damaged"):
        EnsembleFolder.read(tmp_path)


@pytest.mark.parametrize("asked", [("--out", "x"), ("-n",), ("--tornado", "x"), ("; touch x",)])
def test_what_asks_for_a_sweep_is_options_of_one(asked):
    with pytest.raises(ValueError, match="no option of a sweep"):
        SweepFindings(
            kind="grid",
            name="a",
            title="a",
            seed=1,
            replications=1,
            runs=1,
            level=0.9,
            measures=(),
            asked=asked,
        )


def test_changes_that_were_typed_over_several_lines_are_kept_in_one():
    from sim.scenario_file.overrides import SetNumber  # noqa: PLC0415 - beside its use
    from sim.scenario_file.read import read_scenario  # noqa: PLC0415 - beside its use

    reading = read_scenario("two-towns", [SetNumber("tempo.variation\n= 0.5")])
    assert reading.overrides == (StoredOverride("--set", "tempo.variation ", " 0.5"),)
