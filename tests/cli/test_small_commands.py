"""``list``, ``new``, ``check``, ``schema``, ``doctor`` and ``completion``."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import sim
from sim.cli import setup as doctor
from sim.scenario_file.bundled import bundled_names
from sim.scenario_file.read import read_scenario


def test_every_bundled_scenario_is_listed(frontsim, answer):
    found, _ = answer("list")
    assert [each["name"] for each in found["scenarios"]] == sorted(bundled_names())
    assert all(Path(each["path"]).is_file() and each["question"] for each in found["scenarios"])
    assert all(name in frontsim("list").stdout for name in bundled_names())


# --- new ------------------------------------------------------------------------------------------


@pytest.mark.untraced
@pytest.mark.parametrize("parent", sorted(bundled_names()))
def test_a_new_scenario_is_its_parent_under_another_name(frontsim, folder, parent):
    assert frontsim("new", "mine", "--from", parent).exit_code == 0
    text = (folder / "mine.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["extends"] == parent
    mine, theirs = read_scenario(folder / "mine.toml").scenario, read_scenario(parent).scenario
    assert (mine.towns, mine.routes, mine.sides) == (theirs.towns, theirs.routes, theirs.sides)
    assert mine.name == "mine"


def test_the_examples_in_a_new_scenario_are_right(frontsim, folder):
    frontsim("new", "mine")
    text = (folder / "mine.toml").read_text(encoding="utf-8")
    assert '# replacements = "34 soldiers/d"' in text
    head, _, examples = text.partition("# Remove a #")
    changed = head + examples.partition("\n")[2].replace("# ", "").replace("#", "")
    (folder / "changed.toml").write_text(changed, encoding="utf-8")
    assert read_scenario(folder / "changed.toml").scenario.sides[0].replacements == 34


def test_a_scenario_of_ones_own_is_extended_by_its_way(frontsim, answer, folder):
    (folder / "deep").mkdir()
    assert frontsim("new", "deep/first", "--from", "two-towns").exit_code == 0
    found, code = answer("new", "second.toml", "--from", "deep/first.toml")
    assert (code, found["path"], found["is_full"]) == (0, "second.toml", False)
    assert 'extends = "deep/first.toml"' in (folder / "second.toml").read_text(encoding="utf-8")
    assert read_scenario(folder / "second.toml").scenario.towns[0].id == "lypa"


def test_a_full_copy_has_every_comment(frontsim, folder):
    assert frontsim("new", "mine", "--full").exit_code == 0
    theirs = read_scenario("kupiansk").path
    assert (folder / "mine.toml").read_bytes() == theirs.read_bytes()


def test_a_file_that_is_there_is_replaced_with_force_only(frontsim, folder):
    (folder / "mine.toml").write_text("mine", encoding="utf-8")
    refused = frontsim("new", "mine")
    assert (refused.exit_code, "--force" in refused.stderr) == (4, True)
    assert (folder / "mine.toml").read_text(encoding="utf-8") == "mine"
    assert frontsim("new", "mine", "--force").exit_code == 0


@pytest.mark.parametrize(("name", "code"), [("", 2), ("a\x1bb", 2), (".toml", 2), ("nowhere/mine", 4)])
def test_a_name_that_cannot_be_is_refused(frontsim, name, code):
    result = frontsim("new", name)
    assert result.exit_code == code
    assert "\x1b" not in result.stderr


def test_an_unknown_parent_gets_the_nearest_name(frontsim, folder):
    assert frontsim("new", "mine", "--from", "kupyansk").exit_code == 4
    assert list(folder.iterdir()) == []


# --- check ----------------------------------------------------------------------------------------


def test_a_sound_scenario_is_said_to_be_one(frontsim, answer):
    result = frontsim("check", "kupiansk")
    assert result.exit_code == 0
    assert "62 towns" in result.stdout
    assert "no warnings" in result.stdout
    assert "frontsim sources kupiansk" in result.stderr
    found, _ = answer("check", "kupiansk")
    assert (found["is_valid"], found["warnings"]) == (True, [])
    without = len(found["assumed_without_source"]) + len(found["without_source"])
    assert 0 < without < found["numbers"]


def test_numbers_that_have_a_source_do_not_count(answer, folder):
    (folder / "x.toml").write_text(
        'schema = 1\nextends = "two-towns"\n'
        '[tempo]\nvariation = { value = 0.1, source = "s", status = "reported" }\nlag_1 = 0.2\n'
        '[source.s]\ntitle = "T"\npublisher = "P"\ndate = "2025"\ngrade = "A1"\n',
        encoding="utf-8",
    )
    found, _ = answer("check", "x.toml")
    assert "tempo.lag_1" in found["without_source"]
    assert "tempo.variation" not in found["without_source"] + found["assumed_without_source"]


def test_warnings_are_shown_with_their_place_and_leave_the_exit_code(frontsim, answer, folder):
    text = 'schema = 1\nextends = "two-towns"\n[town.lypa]\nbase = "1 t/d"\n'
    (folder / "hungry.toml").write_text(text, encoding="utf-8")
    result = frontsim("check", "hungry.toml")
    assert result.exit_code == 0
    assert "warning[" in result.stdout
    assert "1 warning." in result.stdout
    (warning,) = answer("check", "hungry.toml")[0]["warnings"]
    assert warning["file"].endswith(".toml")


def test_mistakes_are_all_shown(frontsim, answer, folder):
    (folder / "bad.toml").write_text(
        'extends = "two-towns"\n[tempo]\nvariation = "x"\n[temp]\n', encoding="utf-8"
    )
    result = frontsim("check", "bad.toml")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (3, "2 errors in bad.toml. Nothing was run.")
    found, code = answer("check", "bad.toml")
    assert (code, found["error"]["kind"], len(found["error"]["mistakes"])) == (3, "ScenarioError", 2)


# --- schema ---------------------------------------------------------------------------------------


def test_every_key_is_described(frontsim, answer):
    found, _ = answer("schema")
    assert len(found["keys"]) > 100
    text = frontsim("schema", env={"COLUMNS": "300"}).stdout
    assert all(key["key"] in text for key in found["keys"])


def test_one_section_is_described_alone(frontsim):
    result = frontsim("schema", "tempo")
    assert "tempo.lag_1" in result.stdout
    assert "supply." not in result.stdout
    assert frontsim("schema", "temp").exit_code == 2


def test_the_json_schema_is_one(frontsim, answer):
    schema = json.loads(frontsim("schema", "--json-schema").stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert answer("schema", "--json-schema")[0]["json_schema"] == schema


# --- doctor ---------------------------------------------------------------------------------------


def test_the_doctor_says_what_is_here(frontsim, answer, folder):
    result = frontsim("doctor")
    assert result.exit_code == 0
    assert all(name in result.stdout for name in ("python", "numpy", "highspy"))
    found, _ = answer("doctor")
    assert (found["frontsim"], found["folder"]["path"]) == (sim.__version__, str(folder))
    assert found["cores"] >= 1
    assert found["scenarios"]["count"] == len(bundled_names())


def test_the_doctor_says_what_is_missing_and_still_exits_with_0(frontsim, monkeypatch):
    monkeypatch.setattr(doctor, "OPTIONAL", {"no_such_module": ("nothing", "pip install nothing")})
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(doctor, "display", lambda *_: None)
    result = frontsim("doctor")
    assert result.exit_code == 0
    for words in (
        "not installed: pip install nothing",
        "is NOT writable",
        "no window can open",
    ):
        assert words in result.stdout


@pytest.mark.parametrize(
    ("environment", "system", "expected"),
    [
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux", "wayland-0"),
        ({"DISPLAY": ""}, "linux", None),
        ({}, "darwin", "the desktop"),
    ],
)
def test_a_display_is_found_where_there_is_one(environment, system, expected):
    assert doctor.display(environment, system) == expected


def test_cores_are_counted_where_no_affinity_is_known(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert doctor.examine()["cores"] == 1


# --- completion -----------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_each_shell(frontsim, answer, shell):
    result = frontsim("completion", shell)
    assert "_FRONTSIM_COMPLETE" in result.stdout
    assert result.stderr.startswith("next: ")
    assert answer("completion", shell)[0]["script"].strip() == result.stdout.strip()


def test_an_unknown_shell_is_wrong_use(frontsim):
    assert frontsim("completion", "cmd").exit_code == 2


TYPED = """
eval "$(frontsim completion bash)"
compopt() {{ options+="$2 "; }}
COMP_WORDS=({words}) COMP_CWORD={place}
_frontsim_completion frontsim
echo "${{COMPREPLY[*]}}|$options"
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("frontsim run kupiansk-cr", "kupiansk-crossing-lost|default "),
        ("frontsim run two-towns -s side.", "side.west. side.east.|nospace nospace "),
        ("frontsim report runs/x", "|default "),
    ],
)
def test_bash_offers_names_beside_files_and_leaves_half_a_key_open(folder, words, offered):
    program = folder / "frontsim"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sim "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    root = str(Path(sim.__file__).parents[1])
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "PYTHONPATH": root}
    script = TYPED.format(words=words, place=len(words.split()) - 1)
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == f"{offered}\n"


def test_zsh_leaves_half_a_key_open(frontsim):
    assert "compadd -U -S '' -V unfinished" in frontsim("completion", "zsh").stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("frontsim ru", ["plain,run"]),
        ("frontsim run kupiansk-cr", ["file,kupiansk-cr", "plain,kupiansk-crossing-lost"]),
        ("frontsim run two-towns -s si", ["plain,side.west.", "plain,side.east."]),
        ("frontsim run two-towns -s side.west.rea", ["plain,side.west.reach="]),
        ("frontsim run two-towns --scale tempo.v", ["plain,tempo.variation="]),
        ("frontsim run two-towns -s tempo.variation=0", [""]),
        ("frontsim run no-such-front -s si", [""]),
        ("frontsim sweep two-towns -p tempo.v", ["plain,tempo.variation="]),
        ("frontsim sweep two-towns --measure changes.", ["plain,changes.towns", "plain,changes.times"]),
        ("frontsim compare two-towns -b tempo.v", ["plain,tempo.variation="]),
        ("frontsim why kupiansk ru", ["file,ru"]),
        ("frontsim zzz x", [""]),
    ],
)
def test_words_are_completed(words, expected):
    count = str(len(words.split()) - 1)
    environment = {
        **os.environ,
        "COMP_WORDS": words,
        "COMP_CWORD": count,
        "_FRONTSIM_COMPLETE": "bash_complete",
    }
    result = subprocess.run(
        [sys.executable, "-m", "sim"],
        cwd=Path(sim.__file__).parents[1],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (result.stdout.splitlines(), result.stderr) == (expected, "")
