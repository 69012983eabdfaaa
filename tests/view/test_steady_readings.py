"""What is read stands still for a while, in all of the picture alike, while the run plays."""

from dataclasses import replace

from sim.model.quantities import DAY
from sim.scene.view_model import Frame
from sim.view.compose import compose


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
    first, then = (compose(view, replace(frame, t=frame.t + more)).layers for more in (0, 1800))
    differing = {one.name for one, other in zip(first, then, strict=True) if one.shapes != other.shapes}
    assert "playhead" in differing
    assert differing <= {"map-flow", "map-halo", "playhead", "veil"}
