"""A window on a real X display, driven by the events that xdotool makes; run as a program by its test.

python -m tests.support.real_window RECORDING
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ["SDL_VIDEODRIVER"] = "x11"
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import pygame

from sim.cli.look.background_run import simulate_for_window
from sim.recording.reader import Recording
from sim.scene.view_model import Frame
from sim.view.session import LaunchOptions
from sim.view.settings import Remembered, Settings
from sim.view.window import Window, open_display

PATIENCE = 200
"""Waits of 20 ms for what an event does."""


class Driver:
    """A window and the hands at it."""

    def __init__(self, recording):
        open_display()
        options = LaunchOptions(recording, frame=Frame(size=(1280, 720)), pictures=Path(tempfile.mkdtemp()))
        self.window = Window(options, simulate_for_window, Remembered(Settings()))
        self.settle()
        self.id = self.hands("search", "--pid", str(os.getpid())).split()[-1]
        self.hands("windowfocus", self.id)
        self.settle()

    def hands(self, *words):
        return subprocess.run(["xdotool", *words], check=True, capture_output=True, text=True).stdout

    def settle(self, seconds=0.0, count=8):
        """Take in what has happened."""
        for _ in range(count):
            first = pygame.event.wait(20)
            events = [first, *pygame.event.get()] if first.type != pygame.NOEVENT else []
            self.window.step(events, seconds, pygame.time.get_ticks() / 1000)

    def until(self, is_so, what):
        for _ in range(PATIENCE):
            if is_so():
                return
            self.settle(count=1)
        raise AssertionError(what, self.frame)

    @property
    def frame(self):
        return self.window.session.frame

    def key(self, *names):
        self.hands("key", "--clearmodifiers", *names)

    def click(self, x, y):
        self.hands("mousemove", "--window", self.id, str(round(x)), str(round(y)), "click", "1")

    def middle(self, kind, name):
        areas = self.window.session.hit_areas
        each = next(each for each in areas if (each.kind, each.name) == (kind, name))
        return each.x + each.width / 2, each.y + each.height / 2


def keys(hands):
    """Letters, signs, named keys and the number block."""
    hands.key("space")
    hands.until(lambda: hands.frame.playing, "Space plays")
    hands.key("space")
    hands.until(lambda: not hands.frame.playing, "Space pauses")
    for name, field, value in (
        ("d", "theme", "light"), ("f", "follows", False), ("i", "panel", False), ("question", "card", "help"),
    ):  # fmt: skip
        hands.key(name)
        hands.until(lambda f=field, v=value: getattr(hands.frame, f) == v, name)
    hands.key("Escape")
    hands.key("KP_5")
    end = hands.window.session.run.end
    hands.until(lambda: hands.frame.t == end // 2, "5 on the number block")
    hands.key("Cyrillic_ya")  # on the key of Z
    hands.until(lambda: hands.frame.camera.zoom != 1.0, "the whole front, on a Cyrillic keyboard")


def mouse(hands):
    """Click, drag, wheel, hover."""
    hands.key("f")
    hands.until(lambda: hands.frame.follows, "follow")
    hands.click(*hands.middle("town", "kupiansk"))
    hands.until(lambda: hands.frame.selection is not None, "a click selects")
    assert hands.frame.selection.name == "kupiansk", hands.frame
    x, y = hands.middle("town", "kupiansk")
    hands.hands("mousemove", "--window", hands.id, str(round(x)), str(round(y)), "click", "4")
    hands.until(lambda: not hands.frame.follows, "the wheel zooms")
    before = hands.frame.camera
    hands.hands("mousemove", "--window", hands.id, "300", "300", "mousedown", "1")
    hands.hands("mousemove", "--window", hands.id, "340", "330")
    hands.settle()
    hands.hands("mouseup", "1")
    hands.until(lambda: hands.frame.camera != before, "dragging moves the map")


def resizing(hands):
    """A window that grows is painted at once in its new size."""
    for size in ((1000, 600), (1400, 800)):
        hands.hands("windowsize", hands.id, *map(str, size))
        hands.until(lambda s=size: hands.frame.size == s, "resized")
        surface = hands.window._window.get_surface()
        assert surface.get_size() == size
        assert surface.get_at((size[0] - 3, 3))[:3] != (0, 0, 0)


def hiding(hands):
    """Hidden it paints nothing, stands still and waits without a core; shown again it goes on."""
    hands.key("space")
    hands.until(lambda: hands.frame.playing, "plays")
    hands.hands("windowunmap", hands.id)
    hands.until(lambda: hands.window._is_away, "hidden")
    t, painted = hands.frame.t, hands.window.painted
    hands.settle(seconds=0.5)
    assert (hands.frame.t, hands.window.painted) == (t, painted)
    hands.hands("windowmap", hands.id)
    hands.until(lambda: not hands.window._is_away, "shown")
    hands.settle(seconds=0.1)
    assert hands.frame.t > t
    assert hands.window.painted > painted


def main():
    hands = Driver(Recording.open(sys.argv[1]))
    assert hands.window._window.title.endswith("frontsim")
    for check in (keys, mouse, resizing, hiding):
        check(hands)
        print(check.__name__, "ok", flush=True)  # noqa: T201 - a program's output
    hands.window.session.close()


if __name__ == "__main__":
    main()
