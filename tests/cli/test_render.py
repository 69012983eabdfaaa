"""``frontsim render``: pictures and films without a display."""

from dataclasses import replace

import pytest

from sim.model.quantities import DAY, HOUR
from sim.recording.reader import Recording
from sim.scene.beats.direction import move_at
from sim.scene.beats.pacing import pacing_of
from sim.scene.view_model import Frame, View
from sim.view import film
from sim.view.compose import compose
from sim.view.controls.playback import index_run, start_playback
from sim.view.film import paint_frame
from tests.support.window_input import png_texts


@pytest.fixture(autouse=True)
def headless(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")


def test_a_picture_of_a_moment_has_a_name_that_says_which(frontsim, kupiansk, folder):
    result = frontsim("render", kupiansk, "--at", "d6 06:00", "--size", "960x540")
    assert result.exit_code == 0, result.stderr
    path = folder / "kupiansk-seed1-d6-0600.png"
    assert result.stdout.startswith(f"saved {path.name} (")
    assert png_texts(path.read_bytes())["Title"].endswith(", day 6")


def test_the_same_recording_gives_the_same_picture_with_words_beside(frontsim, kupiansk, folder):
    for name in ("a", "b"):
        arguments = ("-o", f"{name}.png", "--theme", "light", "--select", "kupiansk")
        assert frontsim("render", kupiansk, "--size", "960x540", *arguments).exit_code == 0
    assert (folder / "a.png").read_bytes() == (folder / "b.png").read_bytes()
    words = png_texts((folder / "a.png").read_bytes())["Description"]
    assert words.startswith("Day 12, 8 February 2025")


def test_a_picture_of_a_moment_in_which_the_camera_moves_is_drawn_as_it_is(
    frontsim, kupiansk, folder, monkeypatch
):
    view = View.of(Recording.open(kupiansk))
    playback = start_playback(index_run(view), Frame(size=(960, 540)))
    clock = pacing_of(view, playback.frame)
    hours = [t for t in range(0, view.end, HOUR) if _is_moving(view, playback.frame, t, clock.clock_at(t))]
    assert hours
    seen = []

    def painted(view, frame):
        seen.extend(layer.name for layer in compose(view, frame).layers)
        return paint_frame(view, frame)

    monkeypatch.setattr(film, "paint_frame", painted)
    result = frontsim("render", kupiansk, "--at", f"{hours[0] / DAY}", "--size", "960x540", "-o", "a.png")
    assert result.exit_code == 0, result.stderr
    assert "map-labels" in seen
    assert "map-move" not in seen


def _is_moving(view, frame, t, clock):
    return move_at(view, replace(frame, t=t, clock=clock)) is not None


@pytest.mark.extra("imageio_ffmpeg")
def test_a_film_is_made_and_told(frontsim, answer, kupiansk, folder):
    size = ("--size", "960x540", "--fps", "10", "--seconds", "1")
    found, code = answer("render", kupiansk, "-o", "film.mp4", *size)
    assert (code, found["frames"], found["seconds"]) == (0, 10, 1.0)
    assert (folder / "film.mp4").stat().st_size == found["bytes"]
    again = frontsim("render", kupiansk, "-o", "film.mp4", "--force", "--progress", "always", *size)
    assert "10 of 10 frames" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("-o", "a.jpg"), 2, "has no known format"),
        (("-o", "a.mp4", "--at", "d3"), 2, "a film has --from and --to"),
        (("-o", "a.mp4", "--from", "d3", "--to", "d2"), 2, "must end after it begins"),
        (("--size", "wide"), 2, "Write it like 1280x720"),
        (("--size", "100x100"), 2, "out of range"),
        (("--at", "d99"), 2, "after the run"),
        (("--select", "nowhere"), 2, "has no town"),
        (("-o", "there.png", "--size", "960x540"), 4, "exists already"),
    ],
)
def test_what_cannot_be_made_is_said(frontsim, kupiansk, folder, arguments, code, words):
    (folder / "there.png").touch()
    result = frontsim("render", kupiansk, *arguments)
    assert result.exit_code == code
    assert words in result.stderr


def test_a_picture_shows_the_heart_and_all_of_the_front_where_it_is_wanted(
    frontsim, kupiansk, folder, monkeypatch
):
    cameras = []

    def painted(view, frame):
        cameras.append(frame.camera)
        return paint_frame(view, frame)

    monkeypatch.setattr(film, "paint_frame", painted)
    for more in ((), ("--whole",)):
        result = frontsim("render", kupiansk, "--at", "d6", "--size", "960x540", "--force", *more)
        assert result.exit_code == 0, result.stderr
    assert cameras[0] == Frame().camera
    assert cameras[1].zoom < 0.7
