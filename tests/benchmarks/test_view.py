"""What a picture of the playing baseline takes, beside bare fills of the same size; no time is asserted."""

import os
import sys
import time
from dataclasses import replace
from functools import partial
from statistics import median, quantiles

import pytest

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import pygame

from sim.cli.record import header_of, record
from sim.model.quantities import DAY
from sim.recording.reader import Recording
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import read_scenario
from sim.scene.beats.direction import directed
from sim.scene.view_model import Frame, Selection, View
from sim.view.compose import compose
from sim.view.controls.playback import advance, index_run, start_playback
from sim.view.paint.canvas import Canvas
from sim.view.paint.painter import Painter

SIZE = (1920, 1080)
FRAMES_PER_SECOND = 60
START, COUNT, SETTLED = 60 * DAY, 300, 50
MOST_BARE = 9
"""How many bare pictures a playing one may cost; it is about five, and four with a town selected."""
MOST_KEPT = 160_000_000
"""Bytes of kept pictures; it is up to 150 million while the camera moves, else about 80."""
MOST_RUNS = 6
"""How many pictures of one run one of two may cost; it is about two."""


@pytest.fixture(scope="module")
def view(tmp_path_factory):
    path = tmp_path_factory.mktemp("recording") / "run.jsonl.gz"
    reading = read_scenario("kupiansk")
    record(header_of(reading, 1), reading.scenario, path)
    return View.of(Recording.open(path))


def playing(view, selection=None):
    """Return frames as a playing window shows them, at its normal speed."""
    run = index_run(view)
    shown = start_playback(run, Frame(size=SIZE, selection=selection, t=START)).showing(playing=True)
    frames = []
    for _ in range(COUNT):
        shown = advance(shown, run, 1 / FRAMES_PER_SECOND)
        frames.append(directed(view, shown.frame))
    return frames


def painted(view, painter, surface, frame):
    painter.paint(surface, compose(view, frame))


def milliseconds(action):
    begin = time.process_time()
    action()
    return (time.process_time() - begin) * 1000


@pytest.fixture(scope="module")
def pair(view, tmp_path_factory):
    """Return the run beside another, with less on one road."""
    changes = [SetNumber("route.shevchenkove-kupiansk.capacity=100 t/d")]
    path = tmp_path_factory.mktemp("other") / "run.jsonl.gz"
    reading = read_scenario("kupiansk", changes)
    record(header_of(reading, 1), reading.scenario, path)
    return view.with_beside(View.of(Recording.open(path)))


@pytest.mark.parametrize("comparing", ["ghost", "curtain", "difference"])
def test_a_playing_picture_of_two_runs_costs_few_of_one(view, pair, comparing, capsys):
    took = {}
    for name, shown in (("one run", view), (comparing, pair)):
        painter, surface = Painter("dark"), pygame.Surface(SIZE, depth=32)
        frames = [replace(frame, comparing=comparing) for frame in playing(shown)]
        made = [milliseconds(partial(painted, shown, painter, surface, frame)) for frame in frames]
        took[name] = median(made[SETTLED:])
    words = ", ".join(f"{name}: median {each:.1f} ms" for name, each in took.items())
    with capsys.disabled():
        sys.stdout.write(f"\na playing picture, {words}\n")
    assert took[comparing] < MOST_RUNS * took["one run"]


@pytest.mark.parametrize("town", [None, "kupiansk"])
def test_a_playing_picture_costs_few_bare_ones(view, town, capsys):
    frames = playing(view, Selection("town", town) if town else None)
    surface, other, ground = (pygame.Surface(SIZE, depth=32) for _ in range(3))
    painter = Painter("dark")
    made, bare = [], []
    for frame in frames:
        made.append(milliseconds(partial(painted, view, painter, surface, frame)))
        bare.append(milliseconds(lambda: (other.fill((9, 9, 9)), other.blit(ground, (0, 0)))))
    usual, least, most = median(made[SETTLED:]), median(bare), quantiles(made[SETTLED:], n=20)[-1]
    with capsys.disabled():
        sys.stdout.write(
            f"\na playing picture, {town or 'nothing'} selected: median {usual:.1f} ms, "
            f"95 % below {most:.1f} ms, a bare one {least:.2f} ms, ratio {usual / least:.1f}\n"
        )
    assert usual < MOST_BARE * least


def test_few_layers_are_drawn_in_most_pictures_while_it_plays(view, monkeypatch):
    drawn = []
    draw = Canvas.draw
    monkeypatch.setattr(Canvas, "draw", lambda canvas, *shapes: (drawn.append(canvas), draw(canvas, *shapes)))
    painter, surface, counts = Painter("dark"), pygame.Surface(SIZE, depth=32), []
    for frame in playing(view):
        drawn.clear()
        painted(view, painter, surface, frame)
        counts.append(len(drawn))
    # what runs along the roads, rings that open, and where we are
    assert median(counts[SETTLED:]) <= 4


def test_what_is_kept_of_pictures_stays_as_large_as_it_is(view):
    """A run is shown three times, a picture in ten days; after the first time no more is kept."""
    painter, surface, run = Painter("dark"), pygame.Surface(SIZE, depth=32), index_run(view)
    most = []
    for _ in range(3):
        shown = start_playback(run, Frame(size=SIZE)).showing(playing=True)
        kept = []
        for day in range(0, view.end // DAY, 10):
            frame = shown.at(day * DAY, run).frame
            painted(view, painter, surface, directed(view, frame))
            kept.append(painter.kept_bytes)
        most.append(max(kept))
    assert max(most) < MOST_KEPT
    assert most[2] <= 1.1 * most[1]


def test_a_picture_as_the_one_before_draws_nothing(view, monkeypatch):
    painter, surface = Painter("dark"), pygame.Surface(SIZE, depth=32)
    frame = replace(playing(view)[0], playing=False)
    for _ in range(8):
        painted(view, painter, surface, frame)
    drawn = []
    draw = Canvas.draw
    monkeypatch.setattr(Canvas, "draw", lambda canvas, *shapes: (drawn.append(canvas), draw(canvas, *shapes)))
    painted(view, painter, surface, frame)
    assert not drawn


def test_painting_a_playing_picture(benchmark, view):
    frames, painter, surface = iter(playing(view)), Painter("dark"), pygame.Surface(SIZE, depth=32)
    for _ in range(SETTLED):
        painted(view, painter, surface, next(frames))
    rounds = COUNT - SETTLED - 1
    benchmark.pedantic(lambda: painted(view, painter, surface, next(frames)), rounds=rounds, warmup_rounds=1)
    assert surface.get_at((0, 0)) != pygame.Color(0, 0, 0)


def test_a_bare_picture(benchmark):
    surface, ground = pygame.Surface(SIZE, depth=32), pygame.Surface(SIZE, depth=32)
    benchmark(lambda: (surface.fill((9, 9, 9)), surface.blit(ground, (0, 0))))
    assert surface.get_size() == SIZE


def test_opening_a_view(benchmark, view):
    made = benchmark.pedantic(View.of, (view.recording,), rounds=4)
    assert made.timeline.end == view.end
