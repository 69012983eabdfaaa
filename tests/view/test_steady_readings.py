"""What is read stands still for a while, in all of the picture alike, while the run plays."""

from dataclasses import replace

from sim.model.quantities import DAY
from sim.scene.beats.pacing import frame_at, last_step, pacing_of
from sim.scene.view_model import Frame
from sim.view.compose import compose


def test_what_is_read_stands_still_for_steps_of_the_screens_clock_only_while_the_run_plays(view):
    paused = frame_at(view, Frame(seconds_per_day=2.0), 5 * DAY + 1234)
    assert last_step(view, paused, 0.5) == 5 * DAY + 1234
    clock = pacing_of(view, paused)

    def step(at, late=0.0):
        return last_step(view, replace(paused, playing=True, t=clock.time_at(at), clock=at), 0.5, late)

    assert step(10.0) == step(10.2) == step(10.499) == clock.time_at(10.0)
    assert step(10.5) == clock.time_at(10.5)
    assert step(10.55, 0.1) == clock.time_at(10.0)
    assert step(10.6, 0.1) == clock.time_at(10.5)
    assert step(0.0, 0.1) == 0


def test_in_slow_motion_days_are_told_as_they_pass(view):
    """A fall stretches a day over seconds: bar, panel and names would else stand days behind it."""
    frame = Frame(playing=True, seconds_per_day=0.05, fall_seconds=2.0)
    clock = pacing_of(view, frame)
    for number in range(round(clock.length * 30)):
        at = number / 30
        shown = replace(frame, t=clock.time_at(at), clock=at)
        for seconds, late in ((0.25, 0.0), (0.25, 0.25), (0.5, 0.1)):
            since = at - clock.clock_at(last_step(view, shown, seconds, late))
            assert since < seconds + late + 0.01, at


def test_between_its_steps_only_what_moves_differs_on_the_map(view):
    frame = Frame(playing=True, seconds_per_day=2.0)
    clock = pacing_of(view, frame)
    shown = [replace(frame, t=clock.time_at(at), clock=at) for at in (10.0, 10.04)]
    first, then = (compose(view, each).layers for each in shown)
    differing = {one.name for one, other in zip(first, then, strict=True) if one.shapes != other.shapes}
    assert "playhead" in differing
    assert differing <= {"map-flow", "map-halo", "map-marks", "map-tags", "playhead", "veil"}
