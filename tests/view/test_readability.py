"""That a picture can be read: no text over another, none clipped, none over a town, whatever is shown.

All of it is geometry of the shapes, with the widths of the fonts' own letters; nothing is painted.
"""

import itertools
import math
from dataclasses import replace

import pygame
import pytest

from sim.analysis.pressure import is_bottleneck
from sim.model.quantities import DAY
from sim.scene.layout import layout
from sim.scene.map.front import place_of_front
from sim.scene.map.geometry import geometry
from sim.scene.map.layers import map_projection
from sim.scene.text import FONT_FILES, font_path, text_width
from sim.scene.view_model import Camera, Frame, Selection, Toast, View
from sim.view.compose import compose
from tests.support.scene_reading import (
    FRAMES,
    SIZES,
    WINDOWS,
    assert_readable,
    clipped,
    read,
    seen_text,
    texts,
)

pytestmark = pytest.mark.untraced

HALF_DAY = DAY // 2
MOMENTS = [0, 4 * DAY, 17 * DAY + HALF_DAY, 22 * DAY, 24 * DAY + HALF_DAY, 29 * DAY]
STATES = [
    {"selection": Selection("town", "kupiansk")},
    {"selection": Selection("town", "dvorichna"), "hover": Selection("town", "kupiansk")},
    {"selection": Selection("route", "shevchenkove-kupiansk")},
    {"panel": False},
    {"map_only": True},
    {"labels": "all"},
    {"labels": "none"},
    {"camera": Camera(2.5, 0.0, 15.0)},
    {"camera": Camera(6.0, 4.0, 12.0), "panel": False},
    {"toast": Toast("The file is not a recording: its first line is no header. Open another one.", True)},
    {"card": "end", "replication_count": 200},
    {"playing": True, "clock": 3.3},
]


CUT = ("shevchenkove-kupiansk", "kupiansk-kupiansk-vuzlovyi")


def cut(view, t):
    """Return a view whose snapshot at a time has roads that are cut."""
    state = view.snapshot(t)
    damage = state.damage | dict.fromkeys(CUT, 1.0)
    other = View(view.recording, view.scenario, view.timeline)
    other._snapshots[t] = replace(state, damage=damage, repairs={CUT[0]: t + 3 * DAY})
    return other


@pytest.mark.parametrize(("size", "scale"), WINDOWS)
@pytest.mark.parametrize("t", MOMENTS)
def test_no_text_lies_over_another_or_a_town_at_any_moment(pressed, t, size, scale):
    assert_readable(compose(pressed, Frame(t=t, size=size, scale=scale)))


@pytest.mark.parametrize(("size", "scale"), WINDOWS[::2])
@pytest.mark.parametrize("t", MOMENTS[::2])
def test_words_of_cuts_lie_over_nothing(pressed, t, size, scale):
    scene = compose(cut(pressed, t), Frame(t=t, size=size, scale=scale))
    assert_readable(scene)


@pytest.mark.parametrize(("size", "scale"), WINDOWS[::3])
@pytest.mark.parametrize("state", STATES, ids=str)
def test_no_text_lies_over_another_or_a_town_in_any_state(pressed, state, size, scale):
    assert_readable(
        compose(pressed, Frame(**{"t": 24 * DAY + HALF_DAY, "size": size, "scale": scale} | state))
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("frame", FRAMES)
def test_no_text_leaves_its_place_or_is_too_small(view, frame, size):
    scene = compose(view, replace(frame, size=size))
    assert not clipped(scene)
    for one, other in itertools.combinations(read(scene), 2):
        assert not one.meets(other), (one, other)
    for layer in scene.layers:
        for text in texts(scene, layer.name):
            assert text.size >= 11.0 * layout(size).s - 0.01, text


def test_the_theme_changes_colours_but_no_place(pressed):
    def places(theme):
        scene = compose(pressed, Frame(t=22 * DAY, theme=theme))
        return [seen_text(layer.name, text) for layer in scene.layers for text in texts(scene, layer.name)]

    assert places("dark") == places("light")


@pytest.mark.parametrize("t", MOMENTS)
def test_names_keep_off_fronts(pressed, t):
    frame = Frame(t=t, size=(1920, 1080))
    scene = compose(pressed, frame)
    fixed = geometry(pressed.scenario, map_projection(pressed, frame))
    fronts = [
        place_of_front(pressed, fixed, pressed.route(name), at)[:2]
        for name, at in pressed.snapshot(t).fronts.items()
    ]
    for text in (seen for seen in read(scene) if seen.layer == "map-labels"):
        for x, y in fronts:
            assert not text.reaches(x, y, 3.0 * fixed.here.s), (text, x, y)


def test_what_is_looked_at_has_bottlenecks_and_fronts(pressed):
    states = [pressed.snapshot(t) for t in MOMENTS]
    assert all(state.fronts for state in states)
    assert any(is_bottleneck(state, route.id) for state in states for route in pressed.scenario.routes)


def test_names_keep_still_while_fronts_move(pressed):
    def names(t):
        scene = compose(pressed, Frame(t=t, size=(1920, 1080), playing=True))
        return {text.text: text.at for text in texts(scene, "map-labels") if text.face == "title"}

    steps = [names(20 * DAY + number * DAY // 20) for number in range(40)]
    moved = sum(one != other for one, other in itertools.pairwise(steps))
    assert moved <= len(steps) / 4


@pytest.mark.parametrize("cut", sorted(set(FONT_FILES)))
@pytest.mark.parametrize(
    "words", ["Kupiansk-Vuzlovyi", "2.4 d", "THE ROAD THAT MATTERS MOST NOW", "Куп'янськ, Ґ"]
)
def test_letters_are_as_wide_as_they_are_measured(cut, words):
    face, is_bold, is_italic = cut
    pygame.font.init()
    with font_path(face, is_bold=is_bold, is_italic=is_italic).open("rb") as file:
        font = pygame.font.Font(file, 100)
        painted = font.size(words)[0] / 100
    measured = text_width(words, 1.0, face, is_bold=is_bold, is_italic=is_italic)
    assert math.isclose(painted, measured, rel_tol=0.06)
