"""Files of sweeps and hindcasts that somebody changed: a page comes of them, or a problem in words."""

import copy
import json
import re
import shutil

import pytest
from click.testing import CliRunner

from sim.cli.main import frontsim as front_door

TRUTH = "# advance: 0.05 km/d\ndate,town,from,to,basis\n2025-02-03,Lypa,not occupied,occupied,A\n"
GONE = object()
VALUES = [
    GONE,
    None,
    0,
    -1,
    1e308,
    -1e308,
    2**70,
    True,
    "",
    "<script>alert(1)</script>",
    "\u202e\x07",
    [],
    {},
    [None],
    {"a": 1},
]


def call(*words):
    result = CliRunner().invoke(front_door, [str(each) for each in words])
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a folder with a tornado, a grid and a hindcast of two towns."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "truth.csv").write_text(TRUTH, encoding="utf-8")
    few = ("--seed", 1, "-d", 4, "-n", 2, "-j", 1, "-q")
    number = "side.east.attrition_coefficient=0.0005..0.004 /d"
    call("sweep", "two-towns", *few, "--tornado", "-p", number, "-o", folder / "tornado")
    call("sweep", "two-towns", *few, "-p", "tempo.variation=0,0.2,0.4", "-o", folder / "grid")
    scored = ("--observations", folder / "truth.csv", "-n", 4, "-j", 1, "-q", "--seed", 1)
    call("hindcast", "two-towns", *scored, "-o", folder / "scored")
    return folder


def places(value, way=()):
    """Yield the way to every value inside a value."""
    if way:
        yield way
    for step in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[step], (*way, step))


def changed(told, way, what):
    """Return plain values with the one at the end of a way replaced, or taken away."""
    told = copy.deepcopy(told)
    *before, last = way
    inside = told
    for step in before:
        inside = inside[step]
    if what is GONE:
        del inside[last]
    else:
        inside[last] = what
    return told


@pytest.mark.untraced
@pytest.mark.parametrize(
    ("name", "file", "every"),
    [
        ("tornado", "findings.json", 1),
        ("tornado", "sweep.json", 1),
        ("grid", "findings.json", 1),
        ("scored", "hindcast.json", 8),
        pytest.param("scored", "hindcast.json", 1, marks=pytest.mark.slow),
    ],
)
def test_whatever_was_changed_makes_a_page_or_is_said_in_words(made, tmp_path, name, file, every):
    shutil.copytree(made / name, tmp_path / "it")
    told = json.loads((made / name / file).read_text("utf-8"))
    pages = 0
    ways = list(places(told))[::every]
    for number, way in enumerate(ways):
        hostile = changed(told, way, VALUES[number % len(VALUES)])
        (tmp_path / "it" / file).write_text(json.dumps(hostile), encoding="utf-8")
        page = tmp_path / f"{number}.html"
        result = CliRunner().invoke(front_door, ["report", str(tmp_path / "it"), "-o", str(page)])
        assert result.exit_code in {0, 2, 3, 4}, f"{way}: {result.output}"
        assert page.exists() == (result.exit_code == 0)
        if page.exists():
            pages += 1
            content = page.read_text("utf-8")
            assert "<script" not in content
            assert not re.search(r'="[^"]*\b(nan|inf)\b[^"]*"', content)
    assert 0 < pages < len(ways)
