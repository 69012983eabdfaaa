"""Keys and mouse, posted to a window on a display that nobody sees."""

import os
import struct

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import pygame

SMALL = (960, 540)

CODES = {
    "Space": (pygame.K_SPACE, " "), "Left": (pygame.K_LEFT, ""), "Right": (pygame.K_RIGHT, ""),
    "Up": (pygame.K_UP, ""), "Down": (pygame.K_DOWN, ""), "Home": (pygame.K_HOME, ""),
    "End": (pygame.K_END, ""), "PageUp": (pygame.K_PAGEUP, ""), "PageDown": (pygame.K_PAGEDOWN, ""),
    "Backspace": (pygame.K_BACKSPACE, "\b"), "Tab": (pygame.K_TAB, "\t"), "Enter": (pygame.K_RETURN, "\r"),
    "Esc": (pygame.K_ESCAPE, "\x1b"), "F1": (pygame.K_F1, ""), "F6": (pygame.K_F6, ""),
    "F11": (pygame.K_F11, ""), "Delete": (pygame.K_DELETE, "\x7f"), "Insert": (pygame.K_INSERT, ""),
}  # fmt: skip


def events(key):
    """Return what pygame tells of a key of the table going down and up."""
    mod = 0
    if key.startswith("Ctrl+"):
        mod, key = mod | pygame.KMOD_CTRL, key[5:]
    if key.startswith("Shift+"):
        mod, key = mod | pygame.KMOD_SHIFT, key[6:]
    code, typed = CODES.get(key) or (ord(key.lower()), key if mod & pygame.KMOD_SHIFT else key.lower())
    place = 4 + ord(key) - ord("A") if key.isalpha() and len(key) == 1 else 0
    typed = "" if mod & pygame.KMOD_CTRL else typed
    there = {"key": code, "mod": mod, "unicode": typed, "scancode": place}
    return pygame.event.Event(pygame.KEYDOWN, there), pygame.event.Event(pygame.KEYUP, there)


def press(window, *keys, now=1.0):
    for key in keys:
        window.step(events(key), 0.02, now)


def click(window, x, y, now=1.0):
    at = {"pos": (x, y), "button": 1}
    window.step(
        [
            pygame.event.Event(pygame.MOUSEBUTTONDOWN, at),
            pygame.event.Event(pygame.MOUSEBUTTONUP, at),
        ],
        0.0,
        now,
    )


def drag(window, begin, *ways, now=1.0):
    """Press at a point, move through others, and let go at the last one."""
    window.step([pygame.event.Event(pygame.MOUSEBUTTONDOWN, {"pos": begin, "button": 1})], 0.0, now)
    for at in ways:
        moved = {"pos": at, "rel": (0, 0), "buttons": (1, 0, 0)}
        window.step([pygame.event.Event(pygame.MOUSEMOTION, moved)], 0.0, now)
    window.step([pygame.event.Event(pygame.MOUSEBUTTONUP, {"pos": ways[-1], "button": 1})], 0.0, now)


def rest(window, at, now):
    """Move the mouse somewhere and let it rest there for a second."""
    moved = {"pos": at, "rel": (0, 0), "buttons": (0, 0, 0)}
    window.step([pygame.event.Event(pygame.MOUSEMOTION, moved)], 0.0, now)
    window.step((), 0.0, now + 1.0)


def wheel(window, turns, now=1.0):
    there = {"x": 0, "y": turns, "precise_y": float(turns)}
    window.step([pygame.event.Event(pygame.MOUSEWHEEL, there)], 0.0, now)


def drop(window, path, now=1.0):
    window.step([pygame.event.Event(pygame.DROPFILE, {"file": str(path)})], 0.0, now)


def middle(window, kind, name):
    """Return the middle of what is drawn."""
    each = next(each for each in window.session.hit_areas if (each.kind, each.name) == (kind, name))
    return each.x + each.width / 2, each.y + each.height / 2


def png_texts(png):
    """Return the texts in a PNG."""
    found, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        content = png[at + 8 : at + 8 + length]
        if png[at + 4 : at + 8] == b"iTXt":
            key, _, rest = content.partition(b"\0")
            found[key.decode("latin-1")] = rest.lstrip(b"\0").decode()
        at += 12 + length
    return found
