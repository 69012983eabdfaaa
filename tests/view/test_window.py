"""The window without a screen: a session through every key, mouse and mishap; pictures and films."""

import json
import os
import sys
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import pygame

from sim.cli.look.background_run import simulate_for_window
from sim.errors import FileError, MissingPartError
from sim.model.quantities import DAY
from sim.recording.reader import Recording
from sim.scene.layout import layout_of
from sim.scene.view_model import Frame, Selection, View
from sim.view import film as films
from sim.view import window as windows
from sim.view.background.worker import Request, SimulatedRun, Status, Worker, serve
from sim.view.compose import compose
from sim.view.controls import mouse_input
from sim.view.film import Film, frame_pixels, png_bytes, write_film
from sim.view.screenshot import free_path, picture_name, provenance
from sim.view.session import LaunchOptions
from sim.view.settings import Remembered, Settings
from sim.view.timeline.timeline import open_until
from sim.view.window import open_display, play
from tests.support.view_recordings import made_by
from tests.support.window_input import SMALL, click, events, png_texts, press


@pytest.fixture(scope="module")
def view(made):
    return View.of(Recording.open(made))


def test_keys_do_what_the_table_says(opened):
    window = opened()
    press(window, "L", "Right", "Tab", "D", "?")
    frame = window.session.frame
    assert (frame.t, frame.theme, frame.card) == (6 * DAY, "light", "help")
    assert frame.selection.kind == "town"
    press(window, "Esc")
    assert (window.session.frame.card, window.session.frame.selection) == ("none", frame.selection)
    press(window, "Esc")
    assert window.session.frame.selection is None
    assert not window.session.is_over


def test_nothing_is_painted_while_nothing_changes(opened):
    window = opened()
    before = window.painted
    for _ in range(5):
        window.step((), 0.1, 1.0)
    assert window.painted == before
    press(window, "Space")
    window.step((), 0.05, 1.0)
    assert window.painted == before + 2


def test_playing_reaches_the_end_and_says_so(opened):
    window = opened()
    press(window, "End", "Shift+Left", "Space")
    for _ in range(200):
        window.step((), 0.1, 1.0)
    assert (window.session.frame.card, window.session.frame.playing) == ("end", False)


def test_supply_that_is_held_goes_again_and_tapped_it_stays(opened):
    window = opened()
    down, up = events("V")
    window.step([down], 0.0, 1.0)
    assert "supply" not in window.session.frame.layers
    window.step([down], 0.0, 1.3)
    window.step([up], 0.0, 1.6)
    assert "supply" in window.session.frame.layers
    window.step([down, up], 0.0, 2.0)
    assert "supply" not in window.session.frame.layers


def test_a_key_steps_once_however_slow_a_picture_is_and_repeats_only_while_it_is_held(opened):
    window = opened()
    down, up = events("Right")
    window.step([down, down, down], 0.0, 1.0)
    window.step([up], 0.0, 3.0)
    window.step((), 0.0, 6.0)
    assert window.session.frame.t == DAY
    window.step([down], 0.0, 10.0)
    for now, days in ((10.3, 2), (10.41, 3), (10.42, 3), (12.0, 4)):
        window.step((), 0.0, now)
        assert window.session.frame.t == days * DAY
    window.step([up], 0.0, 15.0)
    assert window.session.frame.t == 4 * DAY


def test_ctrl_may_be_let_go_before_its_key(opened):
    window = opened()
    down, up = events("Ctrl+0")
    press(window, "Ctrl++")
    for _ in range(2):
        window.step([down], 0.0, 1.0)
        window.step([events("0")[1]], 0.0, 1.0)
        assert window.session.frame.scale == 1.0
        press(window, "Ctrl+-")
    assert up.mod


def test_full_screen_is_left_before_anything_is_deselected(opened):
    window = opened()
    press(window, "Tab", "F11")
    assert window.is_full
    press(window, "Esc")
    assert not window.is_full
    assert window.session.frame.selection is not None
    assert window.session.frame.size == SMALL


def test_the_moment_is_shown_scrolled_copied_and_closed(opened):
    window = opened()
    press(window, "L", "Space", "T")
    frame = window.session.frame
    assert frame.card_text.startswith("Day 5, 1 February 2025")
    assert not frame.playing
    press(window, "Down", "Down", "Up")
    assert window.session.frame.card_scroll == 2
    press(window, "Ctrl+C")
    assert pygame.scrap.get_text() == frame.card_text
    press(window, "T")
    assert window.session.frame.card == "none"


def test_a_screenshot_says_what_it_shows_and_replaces_nothing(opened, tmp_path):
    window = opened()
    press(window, "L", "S", "S", "Shift+S")
    names = sorted(each.name for each in tmp_path.iterdir())
    assert names == [
        "kupiansk-seed1-d5-2.png",
        "kupiansk-seed1-d5-map.png",
        "kupiansk-seed1-d5.png",
    ]
    notes = png_texts((tmp_path / names[2]).read_bytes())
    assert notes["Disclaimer"] == "Toy model for study. Not a forecast, not for operational use."
    assert notes["Description"].startswith("Day 5, 1 February 2025")
    assert notes["Source"].startswith("kupiansk, seed 1, replication 0, 432000 s, sha256 ")
    assert pygame.image.load(tmp_path / names[0]).get_size() == SMALL


def test_a_screenshot_that_cannot_be_kept_is_told(opened, made, tmp_path):
    window = opened(LaunchOptions(Recording.open(made), frame=Frame(size=SMALL), pictures=tmp_path / "none"))
    press(window, "S")
    assert window.session.frame.toast.is_error
    window.step((), 0.0, 60.0)
    assert window.session.frame.toast is None


def test_a_bug_pauses_and_is_told_and_the_window_lives(opened, monkeypatch):
    window = opened()
    press(window, "Space")

    def broken(*_):
        raise ValueError("seven")

    with monkeypatch.context() as patched:
        patched.setattr(windows, "compose", broken)
        press(window, "Right")
        press(window, "Right")
    frame = window.session.frame
    assert "This is a bug in frontsim (seven)" in frame.toast.text
    assert not frame.playing
    press(window, "Right")
    assert not window._has_failed
    monkeypatch.setattr(mouse_input, "press", broken)
    click(window, 5, 5)
    assert window.session.frame.toast.is_error


def test_the_mouse_reaches_what_is_drawn(opened):
    window = opened()
    hit_areas = {(each.kind, each.name): each for each in reversed(window.session.hit_areas)}
    play_button = hit_areas["button", "play"]
    click(window, play_button.x + play_button.width / 2, play_button.y + play_button.height / 2)
    assert window.session.frame.playing
    track = hit_areas["timeline", "timeline"]
    click(window, track.x + track.width / 2, track.y + 4)
    assert window.session.frame.t == pytest.approx(6 * DAY, abs=600)
    # the camera has moved meanwhile
    town = next(each for each in window.session.hit_areas if (each.kind, each.name) == ("town", "kupiansk"))
    middle = (town.x + town.width / 2, town.y + town.height / 2)
    click(window, *middle)
    assert window.session.frame.selection == Selection("town", "kupiansk")
    motion = pygame.event.Event(pygame.MOUSEMOTION, {"pos": middle, "rel": (0, 0), "buttons": (0, 0, 0)})
    window.step([motion], 0.0, 2.0)
    window.step((), 0.0, 2.2)
    assert window.session.frame.hover is not None
    wheel = pygame.event.Event(pygame.MOUSEWHEEL, {"x": 0, "y": 1, "precise_y": 1.0})
    window.step([wheel], 0.0, 3.0)
    assert window.session.frame.camera.zoom == 1.25
    window.step([pygame.event.Event(pygame.WINDOWLEAVE)], 0.0, 4.0)
    assert window.session.frame.hover is None
    window.step([pygame.event.Event(pygame.WINDOWEXPOSED)], 0.0, 4.0)
    window.step([pygame.event.Event(pygame.QUIT)], 0.0, 4.0)
    assert window.session.is_over


def test_centring_puts_a_town_into_the_maps_middle(opened):
    window = opened()
    click(window, *[0.0, 0.0])
    window.session.playback = window.session.playback.showing(selection=Selection("town", "kupiansk"))
    press(window, "Enter")
    town = next(each for each in window.session.hit_areas if (each.kind, each.name) == ("town", "kupiansk"))
    region = layout_of(window.session.frame).map
    assert town.x + town.width / 2 == pytest.approx(region.x + region.width / 2, abs=2)
    assert town.y + town.height / 2 == pytest.approx(region.y + region.height / 2, abs=2)


def test_the_picture_follows_the_windows_size(opened):
    window = opened()
    window._window.size = (1100, 700)
    window.step((), 0.0, 1.0)
    assert window.session.frame.size == (1100, 700)


def test_another_replication_is_simulated_and_shown_at_the_same_moment(opened, made, tmp_path):
    window = opened()
    press(window, "L", "E")
    (request,) = window.session._background.worker.requests
    assert (request.replication, window.session.frame.progress is not None) == (1, True)
    path = made_by(request)
    window.session._background.worker.news = [Status(0.5, "day 6 of 12"), Status(run=SimulatedRun(path))]
    window.step((), 0.0, 1.0)
    assert window.session.frame.progress.detail == "day 6 of 12"
    window.step((), 0.0, 1.0)
    assert window.session.view.recording.header.replication == 1
    assert window.session.frame.t == 5 * DAY
    press(window, "Shift+E")
    assert window.session.view.recording.header.replication == 0
    press(window, "Shift+E")
    assert "the first one" in window.session.frame.toast.text
    press(window, "E")
    assert window.session.view.recording.header.replication == 1
    assert window.session._background.worker.requests == []


def test_a_simulation_that_fails_is_told_and_what_was_open_stays(opened):
    window = opened()
    press(window, "E")
    window.session._background.worker.news = [Status(problem="no room")]
    window.step((), 0.0, 1.0)
    assert (window.session.frame.toast.text, window.session.frame.progress) == ("no room", None)
    assert window.session.view is not None


def test_an_empty_window_waits_for_a_file_or_simulates_the_baseline(opened, made, tmp_path):
    window = opened(LaunchOptions(frame=Frame(size=SMALL)))
    assert window.session.frame.card == "empty"
    press(window, "Right", "D", "S", "T", "E", "Ctrl+C")
    assert (window.session.frame.card, window.session.frame.theme) == ("empty", "light")
    press(window, "Space")
    assert window.session.frame.card == "loading"
    press(window, "Esc")
    assert window.session.frame.card == "empty"
    drop = pygame.event.Event(pygame.DROPFILE, {"file": str(tmp_path / "mine.toml")})
    window.step([drop], 0.0, 1.0)
    assert window.session._background.worker.requests[0].source.endswith("mine.toml")
    window.step([pygame.event.Event(pygame.DROPFILE, {"file": str(tmp_path / "none.gz")})], 0.0, 1.0)
    assert window.session.frame.toast.is_error
    window.step([pygame.event.Event(pygame.DROPFILE, {"file": str(made)})], 0.0, 1.0)
    assert window.session.view.recording.path == made
    assert window.picture(window.session.frame, {}) != b""


def test_what_was_chosen_is_remembered(opened, made, tmp_path):
    window = opened()
    press(window, "D", "M", "I", "G", "C", "Ctrl++")
    window.session._background.worker = Worker(simulate_for_window)
    path = tmp_path / "window.toml"
    assert window.close(path) is None
    text = path.read_text(encoding="utf-8")
    for line in ('theme = "light"', "scale = 1.125", "size = [960, 540]", "panel = false", 'labels = "all"'):
        assert line in text
    assert json.dumps(str(made)) in text


def test_what_settings_say_wrongly_is_told(opened, made):
    remembered = Remembered(Settings(keys={"dance": ("X",)}), ("Settings could not be read.",))
    opening = LaunchOptions(Recording.open(made), frame=Frame(size=SMALL))
    assert "could not be read" in opened(opening, remembered).session.frame.toast.text


def test_play_opens_a_window_and_goes_until_it_is_closed(made, tmp_path):
    pygame.display.init()
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    frame = Frame(size=SMALL, playing=True)
    opening = LaunchOptions(Recording.open(made), frame=frame, prepare=lambda _, shown: shown)
    assert play(opening, simulate_for_window, tmp_path / "window.toml") is None
    assert (tmp_path / "window.toml").exists()


def test_without_a_display_it_is_said_what_to_do(made, tmp_path, monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "nosuch")
    with pytest.raises(MissingPartError, match="frontsim render"):
        play(LaunchOptions(Recording.open(made)), simulate_for_window, tmp_path / "window.toml")


@pytest.mark.parametrize("screen", ["DISPLAY", "NONE"])
def test_a_display_that_nobody_sees_is_none_unless_it_was_asked_for(monkeypatch, screen, tmp_path):
    pygame.display.init()
    for name in windows.DISPLAY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(screen, ":9")
    monkeypatch.setattr(windows, "GRAPHICS", tmp_path / "none")
    with pytest.raises(MissingPartError, match="frontsim render"):
        open_display()
    assert not pygame.display.get_init()


def refuse(_, tell):
    tell(0.5, "half")
    raise FileError("no room")


def fail(*_):
    raise ZeroDivisionError


class Requests(list):
    """Stands in for the connection of a worker: one request after the other, and what was sent back."""

    def __init__(self, *requests):
        super().__init__()
        self.requests = list(enumerate(requests))

    def recv(self):
        if not self.requests:
            raise EOFError
        return self.requests.pop(0)

    def send(self, status):
        self.append(status)

    def poll(self):
        return False


def test_a_worker_tells_how_far_it_is_and_what_went_wrong(made, tmp_path):
    refused, failed = Requests(Request("", "")), Requests(Request("", ""))
    serve(refuse, refused)
    assert refused == [(0, Status(0.5, "half")), (0, Status(problem="no room"))]
    serve(fail, failed)
    assert failed == [(0, Status(problem="ZeroDivisionError: "))]
    third = Requests(Request(str(made), str(tmp_path), replication=3))
    serve(simulate_for_window, third)
    told = [status for _, status in third[1:-1]]
    assert told
    assert all(
        status == Status(share, f"day {12 * share:.0f} of 12") for status in told if (share := status.share)
    )
    assert [status.share for status in told] == sorted(status.share for status in told)
    assert Recording.open(third[-1][1].run.path).header.replication == 3


def test_a_scenario_is_simulated_in_another_process(tmp_path):
    worker = Worker(simulate_for_window)
    worker.start(Request("two-towns", str(tmp_path), changes=(("sets", "scenario.horizon=2 d"),)))
    assert worker.is_busy
    heard = [worker.poll(60.0)]
    while not heard[-1].is_last:
        heard.append(worker.poll(60.0))
    assert Recording.open(heard[-1].run.path).end == 2 * DAY
    assert not worker.is_busy
    assert worker.poll() is None


def test_a_worker_that_dies_is_noticed(tmp_path):
    worker = Worker(simulate_for_window)
    worker.start(Request("kupiansk", str(tmp_path)))
    worker._process.kill()
    assert "Try frontsim run" in worker.poll(60.0).problem


def test_a_worker_can_be_stopped(tmp_path):
    worker = Worker(simulate_for_window)
    worker.start(Request("kupiansk", str(tmp_path)))
    worker.stop()
    assert not worker.is_busy


def test_the_same_recording_gives_the_same_frames(view, made):
    frames = list(Film(seconds=0.4, frames_per_second=10).frames(view, Frame(size=SMALL)))
    first = list(frame_pixels(view, frames))
    assert first == list(frame_pixels(View.of(Recording.open(made)), frames))
    assert len(set(first)) > 2


def test_however_many_processes_paint_the_frames_are_the_same(view, monkeypatch):
    monkeypatch.setattr(films, "GROUP", 2)
    frames = list(Film(seconds=0.9, frames_per_second=10).frames(view, Frame(size=SMALL)))
    assert list(frame_pixels(view, frames, jobs=2)) == list(frame_pixels(view, frames))


def test_a_film_shows_the_whole_run_in_equal_steps_of_the_clock_and_its_end(view):
    film = Film(seconds=10.0, frames_per_second=30)
    frames = list(film.frames(view, Frame(played=view.end)))
    times, clocks = [frame.t for frame in frames], [frame.clock for frame in frames]
    assert (len(times), times[0], times[-1], times[-20]) == (300, 0, view.end, view.end)
    assert times == sorted(times)
    steps = [after - before for before, after in pairwise(clocks[:-60])]
    assert max(steps) == pytest.approx(min(steps)) == pytest.approx(1 / 30, rel=0.01)
    assert {frame.card for frame in frames[-60:]} == {"end"}
    assert not any(frame.has_controls for frame in frames)
    assert all(open_until(view, frame) == frame.t for frame in frames)


def test_a_film_of_a_part_shows_that_part_without_the_end(view):
    frames = list(Film(seconds=4.0, begin=3 * DAY, end=6 * DAY).frames(view, Frame()))
    assert (len(frames), frames[0].t, frames[-1].t) == (120, 3 * DAY, 6 * DAY)
    assert {frame.card for frame in frames} == {"none"}
    assert all(frame.playing for frame in frames)


@pytest.mark.extra("imageio_ffmpeg")
@pytest.mark.parametrize("suffix", [".mp4", ".gif", ".webp"])
def test_a_film_is_written_whole(view, tmp_path, suffix):
    path = tmp_path / f"film{suffix}"
    told = []
    size = write_film(path, view, Frame(size=SMALL), Film(0.3, 10), progress=told.append)
    # what stands still takes no room
    assert 1000 < path.stat().st_size == size < SMALL[0] * SMALL[1]
    assert told == [1, 2, 3]
    with pytest.raises(FileError, match="exists already"):
        write_film(path, view, Frame(size=SMALL), Film(0.3, 10))


def test_without_an_encoder_it_is_said_what_to_install(view, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(MissingPartError, match="pip install imageio-ffmpeg"):
        write_film(tmp_path / "film.mp4", view, Frame(size=SMALL), Film(0.3, 10))
    assert list(tmp_path.iterdir()) == []


def test_notes_in_a_picture_keep_every_letter(view):
    surface = pygame.Surface((4, 4))
    notes = provenance(view.recording, 5 * DAY, "Куп'янськ\nday 5")
    content = png_bytes(surface, notes)
    assert png_texts(content) == notes
    assert pygame.image.load(BytesIO(content)).get_size() == (4, 4)


def test_a_pictures_name_is_one_that_every_system_takes(view, tmp_path):
    header = replace(view.recording.header, name="C:\\my fronts\\a:b.toml", replication=17)
    name = picture_name(header, 23 * DAY + 6 * 3600)
    assert name == "a-b-seed1-r17-d23-0600"
    (tmp_path / "x.png").touch()
    assert free_path(tmp_path, "x", ".png") == Path(tmp_path / "x-2.png")


def test_a_long_film_begins_with_its_title_and_no_film_has_buttons(view):
    frames = list(Film(seconds=15.0, frames_per_second=10).frames(view, Frame()))
    assert [frame.card for frame in frames[:26]] == ["title"] * 25 + ["none"]
    for frame in (frames[0], frames[80], frames[-1]):
        areas = compose(view, frame).hit_areas
        assert not [area for area in areas if area.kind in {"button", "chip"} and area.name != "veil"]
