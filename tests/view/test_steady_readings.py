"""What is read stands still for a while, in all of the picture alike, while the run plays."""

import math
from dataclasses import replace

from sim.model.quantities import DAY
from sim.scene.map.geometry import geometry
from sim.scene.map.layers import map_projection
from sim.scene.map.notes import leading_road
from sim.scene.view_model import Frame
from sim.view.compose import compose
from sim.view.film import Film
from sim.view.panel.panel import PANEL_DELAY, TEXT_STEP, panel_time


def test_the_map_marks_the_road_that_the_panel_tells_of_all_through_a_film(view):
    marked = set()
    frames = (each for each in Film(seconds=5.0).frames(view, Frame(size=(1280, 720))) if each.playing)
    for frame in list(frames)[::7]:
        badge = next(layer for layer in compose(view, frame).layers if layer.name == "map-badges")
        road = leading_road(view, frame.stepped(TEXT_STEP, PANEL_DELAY))
        notes = [note for note in badge.key[2] if note[0].startswith("leading")]
        later = replace(frame, t=frame.t + round(DAY * PANEL_DELAY / frame.seconds_per_day))
        assert panel_time(later) == frame.stepped(TEXT_STEP, PANEL_DELAY).t
        if road is not None and notes:
            fixed = geometry(view.scenario, map_projection(view, frame))
            path = fixed.paths[road.route]
            near = min(math.dist(notes[0][1], path.at(path.length * n / 200)[:2]) for n in range(201))
            assert near < 3.0
            marked.add(road.route)
    assert marked


def test_a_frame_stands_only_while_the_run_plays():
    frame = Frame(t=5 * DAY + 1234, seconds_per_day=2.0)
    assert frame.stepped(0.5) is frame
    playing = replace(frame, playing=True)
    assert playing.stepped(0.5).t == 5 * DAY
    assert playing.stepped(0.5).stepped(0.5) == playing.stepped(0.5)
    later = replace(playing, t=5 * DAY + 4319)
    assert later.stepped(0.5, 0.1).t == 5 * DAY - DAY // 4
    assert replace(later, t=later.t + 1).stepped(0.5, 0.1).t == 5 * DAY


def test_between_its_steps_only_what_moves_differs_on_the_map(view):
    frame = Frame(t=5 * DAY, playing=True, seconds_per_day=2.0)
    first, then = (compose(view, replace(frame, t=frame.t + more)).layers for more in (0, 900))
    differing = {one.name for one, other in zip(first, then, strict=True) if one.shapes != other.shapes}
    assert "playhead" in differing
    assert differing <= {"map-flow", "map-pulses", "playhead"}
