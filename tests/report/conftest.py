"""Runs and ensembles to print, made once: twelve days of the baseline, and two towns many times."""

import dataclasses
import re
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

from sim.analysis.ensemble import middle
from sim.cli.main import frontsim
from sim.recording.reader import Recording
from sim.report.report import report
from sim.report.subject import of_ensemble, of_hindcast, of_recording
from sim.results.hindcast_scores import read_hindcast
from sim.results.reader import Results
from tests.support import sweep_findings

TRUTH = """# advance: 0.05 km/d
date,town,from,to,basis
2025-02-03,Lypa,not occupied,occupied,A
2025-02-05,Elsewhere,not occupied,occupied,A
2025-02-20,Lypa,occupied,grey,A
2025-02-04,Lypa,not occupied,occupied,B
"""
VOID = {"meta", "br", "path", "rect", "circle", "use", "line", "stop"}


class Read(HTMLParser):
    """A page taken apart: its elements in order, and whether each is closed where it should be."""

    def __init__(self, content):
        super().__init__()
        self.elements, self.open, self.words = [], [], []
        self.feed(content.decode())
        assert self.open == []

    def handle_starttag(self, name, found):
        self.elements.append((name, dict(found)))
        if name not in VOID:
            self.open.append(name)

    def handle_startendtag(self, name, found):
        self.elements.append((name, dict(found)))

    def handle_endtag(self, name):
        assert self.open.pop() == name

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))

    def count(self, name):
        return sum(each == name for each, _ in self.elements)

    def sections(self):
        return [found["id"] for name, found in self.elements if name == "section" and "id" in found]


def call(*arguments):
    result = CliRunner().invoke(frontsim, [str(each) for each in arguments])
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="session")
def printed(tmp_path_factory):
    """Return a folder with runs of the baseline and of two towns, and three ensembles of two towns."""
    folder = tmp_path_factory.mktemp("printed")
    call("run", "kupiansk", "--seed", 1, "--days", 12, "-o", folder / "run.jsonl.gz")
    tight = ("-s", "route.shevchenkove-kupiansk.capacity=30 t/d", "-s", "side.ru.strikes=20 /d")
    call("run", "kupiansk", "--seed", 1, "--days", 12, *tight, "-o", folder / "tight.jsonl.gz")
    call("run", "two-towns", "--seed", 1, "-o", folder / "small.jsonl.gz")
    changed = ("-s", "side.west.replacements=0 soldiers/d")
    call("run", "two-towns", "--seed", 1, *changed, "-o", folder / "changed.jsonl.gz")
    many = ("ensemble", "two-towns", "-n", 12, "-j", 1, "-q")
    call(*many, "--seed", 1, "--record", "median", "-o", folder / "many")
    call(*many, "--seed", 1, *changed, "-o", folder / "fewer")
    call(*many, "--seed", 2, "-o", folder / "other-luck")
    (folder / "truth.csv").write_text(TRUTH, encoding="utf-8")
    scored = (
        "hindcast",
        "two-towns",
        "--observations",
        folder / "truth.csv",
        "-n",
        6,
        "-j",
        1,
        "-q",
        "--seed",
        1,
    )
    call(*scored, "-o", folder / "scored")
    return folder


@pytest.fixture(scope="session")
def run(printed):
    return of_recording(Recording.open(printed / "run.jsonl.gz"))


@pytest.fixture(scope="session")
def tight(printed):
    """Return a run in which a road is narrow and many are struck."""
    return of_recording(Recording.open(printed / "tight.jsonl.gz"))


@pytest.fixture(scope="session")
def small(printed):
    return of_recording(Recording.open(printed / "small.jsonl.gz"))


@pytest.fixture(scope="session")
def many(printed):
    results = Results.open(printed / "many")
    return of_ensemble(results, Recording.open(results.recordings[middle(results)]))


@pytest.fixture(scope="session")
def hindcast(printed):
    return of_hindcast(read_hindcast(printed / "scored"))


@pytest.fixture(scope="session")
def swept_with(small):
    """Return what makes a page of a sweep of two towns alone."""
    return lambda found: dataclasses.replace(small, run=None, sweep=found)


@pytest.fixture(scope="session")
def pages(run, small, many, hindcast, swept_with):
    """Return pages as bytes, by what they are of."""
    whole = dataclasses.replace(many, sweep=sweep_findings.tornado(), hindcast=hindcast.hindcast)
    grid = sweep_findings.grid(
        *(sweep_findings.point({"tempo.variation": f"0.{each}"}, each) for each in range(3))
    )
    return {
        "run": report(run),
        "small": report(small),
        "many": report(many),
        "whole": report(whole),
        "hindcast": report(hindcast),
        "tornado": report(swept_with(sweep_findings.tornado())),
        "grid": report(swept_with(grid)),
    }


@pytest.fixture
def read():
    return Read
