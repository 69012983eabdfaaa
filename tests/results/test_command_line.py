"""Commands to be pasted do one thing, whoever wrote the words in them."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.command_line import KINDS, StoredOverride, command_line, one_line
from sim.errors import FileError
from sim.recording.records import Header, line_of, read_line
from sim.results.ensemble_folder import EnsembleFolder
from sim.results.sweep_findings import SweepFindings


@given(st.text(), st.text(), st.sampled_from(KINDS))
def test_a_command_is_one_line_of_the_words_it_is_of(name, value, kind):
    said = command_line("run", name, overrides=[f"{kind} {one_line(value)}"], options=["--seed", 1])
    assert len(said.splitlines()) == 1
    words = shlex.split(said)
    assert words[:2] == ["frontsim", "run"]
    assert not words[2].startswith("-")
    assert words[3:] == [kind, one_line(value).removesuffix("="), "--seed", "1"]


HOSTILE = ["--set;touch x;#", "--set a=1\ntouch x", "--out /etc/passwd", "-s a=1", "--set\ta=1", "--set", "",
           "--set a=1\u2028touch x", "--set a=1\x1b[2J"]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_change_is_refused_wherever_it_is_stored(text, scenario, tmp_path):
    with pytest.raises(ValueError, match="no change of a scenario"):
        StoredOverride.of(text)
    with pytest.raises(ValueError, match="no change of a scenario"):
        Header.of(scenario, {}, seed=1, overrides=(text,))
    whole = line_of(Header.of(scenario, {}, seed=1, overrides=("--set a=1",)))
    with pytest.raises(ValueError, match="no change of a scenario"):
        read_line(whole.replace(b"--set a=1", json_text(text)), Header)
    meta = tmp_path / "meta.json"
    EnsembleFolder.description  # noqa: B018 - of what a folder says
    from sim.results.meta import EnsembleMeta  # noqa: PLC0415 - beside its use

    meta_of = EnsembleMeta.of(scenario, {}, seed=1, replications=1, overrides=("--set a=1",))
    with EnsembleFolder(tmp_path, meta_of):
        pass
    meta.write_bytes(meta.read_bytes().replace(b"--set a=1", json_text(text)))
    with pytest.raises(FileError, match="is damaged"):
        EnsembleFolder.read(tmp_path)


def json_text(text):
    import json  # noqa: PLC0415 - beside its use

    return json.dumps(text)[1:-1].encode()


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
    assert [StoredOverride.of(each).kind for each in reading.overrides] == ["--set"]
