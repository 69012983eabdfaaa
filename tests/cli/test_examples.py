"""Every example of every command's help: read as it is typed, and run where that takes moments."""

import shlex
import shutil

import click
import pytest
from click.testing import CliRunner

from sim.cli.main import frontsim as front_door

ROOT = click.Context(front_door)
EXAMPLES = [
    line
    for name in front_door.list_commands(ROOT)
    for line, _ in front_door.get_command(ROOT, name).examples
    if line.startswith("frontsim ")
]
TRUTH = "date,town,from,to,basis\n2025-05-03,Topoli,not occupied,occupied,A\n"
TOWNS = """{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"name": "Verba"},
  "geometry": {"type": "Point", "coordinates": [37.0, 49.7]}},
 {"type": "Feature", "properties": {"name": "Lypa"},
  "geometry": {"type": "Point", "coordinates": [37.2, 49.7]}},
 {"type": "Feature", "properties": {"name": "a road"},
  "geometry": {"type": "LineString", "coordinates": [[37.0, 49.7], [37.2, 49.7]]}}]}
"""
SLOW = {"play", "calibrate", "hindcast", "verify"}
"""Commands that take long or open a window; the README's test and their own run them."""
SLOW_OPTIONS = ("--play", "--open", "--scheduler", "--until-halfwidth", "film.mp4", ">")
SHORTER = {
    "run": ["-d", "2"],
    "ensemble": ["-n", "2", "-d", "2", "-j", "1"],
    "compare": ["-n", "2", "-d", "2", "-j", "1"],
    "sweep": ["-n", "2", "-d", "2", "-j", "1"],
}
"""What is typed after an example, so that it does the same with fewer and shorter runs."""


def is_run(line):
    return shlex.split(line)[1] not in SLOW and not any(option in line for option in SLOW_OPTIONS)


def shortened(line):
    words = shlex.split(line)[1:]
    more = list(SHORTER.get(words[0], ()))
    if words[0] == "render" and ".png" not in line and "--at" not in line:
        return [*words, "--to", "d20", "--fps", "2", "--size", "960x540"]
    if "runs/" in line:
        return words
    if "--tornado" in words:
        more += ["-p", "assaults.advance", "-p", "assaults.kappa"]
    return words + more


def call(*words):
    result = CliRunner().invoke(front_door, [str(each) for each in words])
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a folder with all that examples name."""
    folder = tmp_path_factory.mktemp("examples")
    runs = folder / "runs"
    runs.mkdir()
    call("run", "kupiansk", "-d", 61, "-q", "-o", runs / "kupiansk-seed1.jsonl.gz")
    many = ("ensemble", "kupiansk", "-n", 2, "-d", 2, "-j", 1, "-q")
    call(*many, "-o", runs / "kupiansk-b71e")
    call(*many, "-s", "tempo.variation=0", "-o", runs / "kupiansk-02aa")
    shutil.copytree(runs / "kupiansk-02aa", runs / "kupiansk-4f2a")
    small = ("-n", 2, "-d", 2, "-j", 1, "-q", "-p", "tempo.variation=0,0.3")
    call("sweep", "kupiansk", *small, "-o", runs / "kupiansk-sweep-b71e")
    scored = ("--observations", "kupiansk-control-2025", "-n", 2, "-j", 1, "-q", "--to", "2025-01-31")
    call("hindcast", "kupiansk", *scored, "-o", runs / "scored")
    call("new", folder / "my-front")
    (folder / "mine.csv").write_text(TRUTH, encoding="utf-8")
    (folder / "towns.geojson").write_text(TOWNS, encoding="utf-8")
    call("export", "kupiansk", "-o", folder / "kupiansk.geojson")
    call("export", "kupiansk", "-o", folder / "roads.graphml")
    return folder


def test_every_command_has_examples():
    assert {shlex.split(line)[1] for line in EXAMPLES} == set(front_door.list_commands(ROOT))


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_is_read_as_it_is_typed(line):
    words = shlex.split(line.partition(" > ")[0])[1:]
    command = front_door.get_command(ROOT, words[0])
    context = command.make_context(words[0], words[1:], parent=front_door.make_context("frontsim", words))
    assert context.params is not None


@pytest.mark.untraced
@pytest.mark.parametrize(
    "line",
    [
        pytest.param(line, marks=[pytest.mark.extra("imageio_ffmpeg")] if "film" in line else [])
        for line in EXAMPLES
        if is_run(line)
    ],
)
def test_an_example_does_what_it_says(line, made, tmp_path, monkeypatch):
    shutil.copytree(made, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    words = shortened(line)
    written = words[words.index("-o") + 1] if "-o" in words else ""
    if words[0] == "new" or written in {"kupiansk.geojson", "my-front.toml"}:
        (tmp_path / "here" / (written or "my-front.toml")).unlink()
    result = CliRunner().invoke(front_door, words)
    assert result.exit_code in ({0, 7} if "--fail-if" in words else {0}), result.output
