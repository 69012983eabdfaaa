"""The camera on its way: from one picture of the map to another, the same however the moment is reached."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.recording.reader import Recording
from sim.scene.beats.beats import beats_of
from sim.scene.beats.direction import Move, directed, move_at
from sim.scene.beats.pacing import pacing_of
from sim.scene.map.layers import map_projection
from sim.scene.shapes import Text
from sim.scene.view_model import Camera, Frame, View
from sim.view.camera_move import AHEAD, BLENDED, SLIDES, camera_move_layer, pictures_ahead
from sim.view.compose import compose
from sim.view.film import paint_frame
from sim.view.paint.painter import Painter
from tests.support.window_input import pygame

ROUNDING = 6
"""Of 255."""
FRAME = Frame(seconds_per_day=0.75, playing=True, size=(960, 540))


@pytest.fixture
def view(pressed):
    return pressed


def at(view, clock):
    return directed(view, replace(FRAME, t=pacing_of(view, FRAME).time_at(clock), clock=clock))


def pixels(view, clock, painter):
    picture = paint_frame(view, at(view, clock), painter)
    return pygame.surfarray.array3d(picture).astype(np.int16)


def first_move(view):
    """Return the move in at the first fall."""
    fall = beats_of(view, FRAME).falls[0]
    return next(move for n in range(100) if (move := move_at(view, at(view, fall.at - 2.5 + n / 40))))


def test_on_its_way_the_map_is_two_pictures_that_meet_where_the_camera_looks(view):
    move = first_move(view)
    for share in (0.4, 0.5, 0.9):
        frame = at(view, move.begin + share * (move.end - move.begin))
        below, above = camera_move_layer(view, frame).stills
        region = camera_move_layer(view, frame).shapes[0]
        assert below.width > region.width  # it comes nearer, so that the wider picture is stretched
        assert above.width < region.width + 1e-6
        assert below.alpha == 255
        assert above.alpha == pytest.approx(
            255 * min(1.0, (share - BLENDED[0]) / (BLENDED[1] - BLENDED[0])), abs=1
        )


def test_from_one_place_to_another_no_part_of_the_map_stays_empty(view, monkeypatch):
    aside = Move(1.0, 2.0, Camera(4.0, -6.0, 2.0), Camera(4.4, 5.0, -3.0))
    monkeypatch.setattr("sim.view.camera_move.move_at", lambda *_: aside)
    for share in (0.1, 0.5, 0.9):
        frame = replace(at(view, 1.0 + share), camera=aside.at(1.0 + share))
        layer = camera_move_layer(view, frame)
        region, below = layer.shapes[0], layer.stills[0]
        assert len(layer.stills) == 3
        assert below.x <= region.x
        assert below.y <= region.y
        assert below.x + below.width >= region.x + region.width
        assert below.y + below.height >= region.y + region.height


def test_names_stay_with_their_towns_on_the_way(view):
    move = first_move(view)
    first = view.scenario.focus[0]
    towns = {each.name.upper() if each.id == first else each.name: each for each in view.scenario.towns}

    def offsets(share):
        frame = at(view, move.begin + share * (move.end - move.begin))
        here = map_projection(view, frame)
        found = next(each for each in compose(view, frame).layers if each.name in {"map-labels", "map-move"})
        names = [each for each in found.shapes if isinstance(each, Text) and each.face == "title"]
        return [
            (each.text, np.subtract(each.at, here.point(towns[each.text].at)), each.alpha)
            for each in names
            if each.text in towns
        ]

    begin, end = ({name: off for name, off, _ in offsets(share)} for share in (0.0, 1.0))
    assert set(begin) & set(end)
    for share in (0.01, 0.3, 0.5, 0.8, 0.99):
        on_the_way = offsets(share)
        assert on_the_way, share
        for name, off, alpha in on_the_way:
            ends = [found[name] for found in (begin, end) if name in found]
            assert ends, name
            assert min(math.dist(off, each) for each in ends) <= SLIDES / 2, (name, share)
            assert alpha == 255 or len(ends) == 1 or math.dist(*ends) > SLIDES, (name, share)
        shown = [name for name, _, _ in on_the_way]
        assert len(shown) == len(set(shown)), share
    assert {name for name, _, _ in offsets(0.01)} == set(begin)
    assert {name for name, _, _ in offsets(0.99)} == set(end)


def test_what_a_move_needs_is_painted_before_it_begins_one_layer_a_picture(view, monkeypatch):
    move = first_move(view)
    painter, surface, counts = Painter("dark"), pygame.Surface(FRAME.size, 0, 32), []
    fresh = Painter._painted_ahead
    monkeypatch.setattr(Painter, "_painted_ahead", lambda *given: (counts.append(1), fresh(*given))[1])
    most = 0
    for n in range(1, round(AHEAD * 30)):
        counts.clear()
        painter.paint(surface, compose(view, at(view, move.begin - AHEAD + n / 30)))
        most = max(most, len(counts)) if len(painter._pictures) == 0 else most
    end = pictures_ahead(view, at(view, move.begin - 0.01))[-1]
    assert most == 1
    assert [picture.layers for picture in painter._pictures][-1] is end
    assert len(end) > 10


def test_at_rest_the_map_is_drawn_itself(view):
    move = first_move(view)
    for clock in (move.begin, move.end):
        assert camera_move_layer(view, at(view, clock)) is None
        assert any(layer.name == "map-roads" for layer in compose(view, at(view, clock)).layers)


@pytest.mark.untraced
def test_seeking_any_moment_and_playing_up_to_it_give_the_same_picture(view):
    move = first_move(view)
    moments = [move.begin + 0.5 + 0.3 * (n - 2) for n in range(10)]  # before the move, on it, and the fall
    painter = Painter("dark")
    played = [(compose(view, at(view, clock)).layers, pixels(view, clock, painter)) for clock in moments]
    for clock, (layers, picture) in list(zip(moments, played, strict=True))[::-2]:
        fresh = View.of(Recording.open(view.recording.path))
        sought = compose(fresh, at(fresh, clock)).layers
        assert [(each.name, each.shapes, each.stills) for each in sought] == [
            (each.name, each.shapes, each.stills) for each in layers
        ]
        # what was painted before is rounded otherwise where it is blended
        assert np.abs(pixels(fresh, clock, Painter("dark")) - picture).max() <= ROUNDING, clock


def test_who_does_not_follow_sees_no_move(view):
    move = first_move(view)
    mine = replace(at(view, move.begin + 0.4), follows=False)
    assert camera_move_layer(view, mine) is None
