"""The keyboard: how a key press is written, the table of all keys, and the command that a press calls.

The window, its help, ``frontsim keys`` and the README read this table. Letters and punctuation are matched by
the character that was typed, since [ and ] stand elsewhere on other keyboards; on a keyboard without Latin
letters, by the letter that stands in the key's place.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from sim.scene.view_model import HelpSection, KeyLine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


NAMED: Final = (
    "Space", "Left", "Right", "Up", "Down", "Home", "End", "PageUp", "PageDown", "Backspace", "Delete",
    "Insert", "Tab", "Enter", "Esc", *(f"F{number}" for number in range(1, 13)),
)  # fmt: skip
"""Keys that are matched by name."""
SIGNS: Final = {
    "Left": "←", "Right": "→", "Up": "↑", "Down": "↓", "PageUp": "PgUp", "PageDown": "PgDn", "-": "−",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyPress:
    """A key that went down."""

    name: str = ""
    """One of `NAMED`; empty for a key that types a character."""
    character: str = ""
    """What it typed, or would type without Ctrl; may be empty."""
    position: str = ""
    """The Latin letter or sign in this place on most keyboards, if there is one."""
    is_shift: bool = False
    is_ctrl: bool = False


def key_texts(press: KeyPress) -> tuple[str, ...]:
    """Return the ways in which a key press may be written, likeliest first.

    Examples
    --------
    >>> key_texts(KeyPress(name="Left", is_shift=True))
    ('Shift+Left',)
    >>> key_texts(KeyPress(character="?", is_shift=True))
    ('?',)
    >>> key_texts(KeyPress(character="с", position="C", is_ctrl=True))
    ('Ctrl+С', 'Ctrl+C')
    """
    ctrl, shift = "Ctrl+" * press.is_ctrl, "Shift+" * press.is_shift
    if press.name:
        return (f"{ctrl}{shift}{press.name}",)
    found = []
    if press.character.isalpha():
        found.append(f"{ctrl}{shift}{press.character.upper()}")
    elif press.character.isprintable() and press.character:
        found.append(f"{ctrl}{press.character}")
    # punctuation of a Latin keyboard stays what it is; other alphabets go by position
    if press.position and not press.character.isascii():
        found.append(f"{ctrl}{shift * press.position.isalpha()}{press.position}")
    return tuple(found)


def read_key(text: str) -> str | None:
    """Return a key as the table writes it; None where it is no key.

    Examples
    --------
    >>> read_key("ctrl+shift+s"), read_key("pageup"), read_key("Ctrl++"), read_key("Hyper+X"), read_key("")
    ('Ctrl+Shift+S', 'PageUp', 'Ctrl++', None, None)
    """
    rest, found = text.strip(), []
    for modifier in ("Ctrl", "Shift"):
        if rest.lower().startswith(f"{modifier.lower()}+") and len(rest) > len(modifier) + 1:
            found.append(modifier)
            rest = rest[len(modifier) + 1 :]
    named = {name.lower(): name for name in NAMED}
    last = named.get(rest.lower()) or (rest.upper() if len(rest) == 1 and rest.isprintable() else None)
    return None if last is None or not last.strip() else "+".join((*found, last))


def key_label(key: str) -> str:
    """Return a key as it is displayed: Shift ←, Ctrl +, PgDn, K."""
    head, plus, last = key[:-1].rpartition("+")
    last += key[-1]
    return f"{head.replace('+', ' ')} {SIGNS.get(last, last)}" if plus else SIGNS.get(key, key)


_PYGAME_NAMES: Final = {
    **{name.lower(): name for name in NAMED},
    "page up": "PageUp",
    "page down": "PageDown",
    "return": "Enter",
    "escape": "Esc",
}
_POSITIONS: Final = {
    **{4 + number: chr(ord("A") + number) for number in range(26)},
    **dict(zip((45, 46, 47, 48, 54, 55), "-=[],.", strict=True)),
}
"""By scancode (USB's usage tables): what stands there on most keyboards."""
_NUMBER_BLOCK: Final = {
    "[4]": "Left", "[6]": "Right", "[8]": "Up", "[2]": "Down", "[7]": "Home", "[1]": "End",
    "[9]": "PageUp", "[3]": "PageDown", "[0]": "Insert", "[.]": "Delete",
}  # fmt: skip
"""What keys of the number block mean while Num Lock is off."""


def key_press(
    name: str,
    typed: str,
    scancode: int,
    *,
    is_shift: bool = False,
    is_ctrl: bool = False,
    is_alt: bool = False,
    is_num_lock: bool = True,
) -> KeyPress | None:
    """Return a key press from what pygame says of it; None for a key that calls nothing.

    Alt is no modifier: with AltGr it types characters, and other combinations belong to the desktop.
    """
    if name in _PYGAME_NAMES and not is_alt:
        return KeyPress(name=_PYGAME_NAMES[name], is_shift=is_shift, is_ctrl=is_ctrl)
    if name in _NUMBER_BLOCK and not is_num_lock and not typed:
        return KeyPress(name=_NUMBER_BLOCK[name], is_shift=is_shift, is_ctrl=is_ctrl)
    character = typed if len(typed) == 1 and typed.isprintable() else ""
    if is_alt:
        return KeyPress(character=typed) if character and not typed.isalnum() else None
    if not character and (name in {"[", "]"} or len(name.strip("[]")) == 1):
        # keys of the number block are called [+] and the like
        character = name.strip("[]") or name
    position = _POSITIONS.get(scancode, "")
    return KeyPress(character=character, position=position, is_shift=is_shift, is_ctrl=is_ctrl)


REPEAT_AFTER: Final = 0.4
REPEAT_EVERY: Final = 0.045
"""Seconds until a held key repeats, and between repeats."""
HELD: Final = 0.35
"""Seconds from which a key is held and not tapped."""
WHILE_HELD: Final = frozenset({"supply"})
"""Commands that are undone when their key is released after it was held."""


class HeldKeys:
    """The keys that are down, and when what they call is due again.

    The desktop's own repeats are not used: on a slow machine they pile up between two pictures, and a key
    that was tapped would step several times.
    """

    def __init__(self) -> None:
        self._down: dict[int, tuple[str, float]] = {}
        self._due: dict[int, float] = {}

    def press(self, key: int, command: str, now: float) -> bool:
        """Record a key press with its command; return whether it is new."""
        is_new = self._down.get(key, ("", 0.0))[0] != command
        if is_new:
            self._down[key] = (command, now)
            self._due.pop(key, None)
            if command in REPEATING:
                self._due[key] = now + REPEAT_AFTER
        return is_new

    def repeated(self, now: float) -> list[str]:
        """Return the commands that are due again, each once however long ago that was."""
        due = [key for key, at in self._due.items() if at <= now]
        self._due.update((key, now + REPEAT_EVERY) for key in due)
        return [self._down[key][0] for key in due]

    @property
    def has_repeating(self) -> bool:
        """Whether a key is down that repeats."""
        return bool(self._due)

    def release(self, key: int, now: float) -> str | None:
        """Record a key release; return the command to run again if the key was held."""
        self._due.pop(key, None)
        command, since = self._down.pop(key, ("", now))
        return command if command in WHILE_HELD and now - since >= HELD else None


MAX_CAPS: Final = 5
"""Of commands in a line of the help; more are shown by the first and the last."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One row of the table: a command, and the keys that call it, as settings write them."""

    command: str
    keys: tuple[str, ...]
    words: str
    group: str
    help: str
    """Begins a line of the help; empty shares that of the row above."""


_TABLE: Final[Mapping[str, tuple[tuple[str, tuple[str, ...], str, str], ...]]] = {
    "Playing": (
        ("play", ("Space", "K"), "play, pause, play again",
         "play, pause, play again"),
        ("day_back", ("Left",), "back 1 day", "a day back, on"),
        ("day_forward", ("Right",), "forward 1 day", ""),
        ("hours_back", ("Shift+Left",), "back 6 hours", "6 hours"),
        ("hours_forward", ("Shift+Right",), "forward 6 hours", ""),
        ("days_back", ("J",), "back 5 days", "5 days"),
        ("days_forward", ("L",), "forward 5 days", ""),
        ("event_back", (",",), "previous event", "previous, next event"),
        ("event_forward", (".",), "next event", ""),
        ("turning_back", ("PageUp",), "previous turning point", "turning points"),
        ("turning_forward", ("PageDown",), "next turning point", ""),
        ("start", ("Home",), "to the start", "start, end"),
        ("end", ("End",), "to the end", ""),
        ("tenth_0", ("0",), "to 0 % of the run", "jump to 0–90 %"),
        *((f"tenth_{each}", (str(each),), f"to {10 * each} % of the run", "") for each in range(1, 10)),
        ("slower", ("-", "["), "slower", "slower, faster"),
        ("faster", ("+", "=", "]"), "faster", ""),
        ("normal_speed", ("Backspace",), "normal speed", "normal speed"),
        ("replication_forward", ("E",), "next replication, same moment", "next, previous replication"),
        ("replication_back", ("Shift+E",), "previous replication, same moment", ""),
    ),
    "Map and panel": (
        ("supply", ("V",), "supply; hold down to peek", "supply; hold to peek"),
        ("control", ("C",), "control", "control"),
        ("ensemble", ("U",), "rings: the share of replications that hold", "share of runs that hold"),
        ("town_forward", ("Tab",), "select the next town", "towns in turn"),
        ("town_back", ("Shift+Tab",), "select the previous town", ""),
        ("route_forward", ("N",), "select the next road", "roads in turn"),
        ("route_back", ("Shift+N",), "select the previous road", ""),
        ("focus_forward", ("F6",), "focus the next button or chip", "ring round buttons in turn"),
        ("focus_back", ("Shift+F6",), "focus the previous button or chip", ""),
        ("center", ("Enter",), "press the button in focus; else centre on the selection",
         "press the button, or centre"),
        ("zoom_in", ("Up",), "zoom in", "zoom, as the wheel does"),
        ("zoom_out", ("Down",), "zoom out", ""),
        ("pan_left", ("Ctrl+Left",), "move the map: left", "move the map"),
        ("pan_right", ("Ctrl+Right",), "right", ""),
        ("pan_up", ("Ctrl+Up",), "up", ""),
        ("pan_down", ("Ctrl+Down",), "down", ""),
        ("fit", ("Z",), "the whole front", "whole front, follow"),
        ("follow", ("F",), "let the map follow what happens, or stay", ""),
        ("labels", ("G",), "names of towns: those that matter, all, none", "names, side panel"),
        ("panel", ("I",), "side panel", ""),
        ("theme", ("D",), "dark or light", "light or dark, less motion"),
        ("motion", ("M",), "reduced motion", ""),
        ("veil", ("Y",), "veil what was not played yet, or show it", "veil what comes"),
        ("compare", ("X",), "two runs: as ghosts, behind a curtain, what differs", "two runs: in three ways"),
        ("curtain_left", ("<",), "draw the curtain to the left", "draw the curtain"),
        ("curtain_right", (">",), "draw the curtain to the right", ""),
    ),
    "What if": (
        ("what_if", ("W",), "what if: change numbers, simulate again", "change numbers, close"),
        ("cut", ("Delete",), "what if: cut the selected road from here on", "cut the road, halve it"),
        ("halve", ("Shift+Delete",), "what if: halve the selected road from here on", ""),
        ("adjust", ("Insert",), "what if: set what the selected road carries", "set what it carries"),
        ("what_if_from", ("B",), "from this day on, or from the start", "from here, from the start"),
        ("what_if_view", ("Shift+W",), "what differs, or the numbers", "what differs, numbers"),
    ),
    "File and window": (
        ("text", ("T",), "this moment as text", "this moment as text"),
        ("copy", ("Ctrl+C",), "copy this moment as text", "copy it"),
        ("screenshot", ("S",), "save a screenshot", "save a picture, the map only"),
        ("screenshot_map", ("Shift+S",), "save the map only", ""),
        ("full_screen", ("F11",), "full screen", "full screen"),
        ("larger", ("Ctrl++", "Ctrl+="), "larger text and marks", "size of text"),
        ("smaller", ("Ctrl+-",), "smaller text and marks", ""),
        ("usual_size", ("Ctrl+0",), "usual size", ""),
        ("help", ("?", "H", "F1"), "this help", "this help"),
        ("escape", ("Esc",), "close, leave full screen, deselect", "close, deselect"),
        ("quit", ("Q", "Ctrl+Q"), "quit", "quit"),
    ),
}  # fmt: skip
"""By group: commands with their keys, what they do, and the line of the help that they begin, if they do."""
REPEATING: Final = frozenset({
    "day_back", "day_forward", "hours_back", "hours_forward", "days_back", "days_forward", "event_back",
    "event_forward", "turning_back", "turning_forward", "slower", "faster", "town_forward", "town_back",
    "route_forward", "route_back", "focus_forward", "focus_back", "zoom_in", "zoom_out", "pan_left",
    "pan_right", "pan_up", "pan_down", "larger", "smaller", "curtain_left", "curtain_right",
})  # fmt: skip
"""Commands that holding the key down calls again and again."""
KEYS: Final[tuple[Binding, ...]] = tuple(
    Binding(command, keys, words, group, line)
    for group, rows in _TABLE.items()
    for command, keys, words, line in rows
)
"""Every key of the window."""


class Keyboard:
    """Which key calls which command, with the user's own keys instead of the table's.

    A key given to a command is taken from any other. Mistakes go to `notes` and leave a command as it was.
    """

    def __init__(self, chosen: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> None:
        self.notes: tuple[str, ...] = ()
        self._keys = {binding.command: binding.keys for binding in KEYS}
        given = {command: valid for command, keys in chosen.items() if (valid := self._valid(command, keys))}
        taken = {key for keys in given.values() for key in keys}
        for command, keys in self._keys.items():
            self._keys[command] = given.get(command) or tuple(key for key in keys if key not in taken)
        self._commands = {key: command for command, keys in self._keys.items() for key in keys}

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """The table as it is now."""
        return tuple(replace(each, keys=self._keys[each.command]) for each in KEYS)

    def command(self, press: KeyPress) -> str | None:
        """Return the command that a key press calls, if it calls one."""
        return next((self._commands[key] for key in key_texts(press) if key in self._commands), None)

    def _valid(self, command: str, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Return those texts that are keys, as the table writes them."""
        if command not in self._keys:
            self.notes += (f"Settings: there is no command {command!r} to give a key to.",)
            return ()
        read = {key: read_key(key) for key in keys}
        self.notes += tuple(f"Settings: {key!r} is no key." for key, found in read.items() if found is None)
        return tuple(found for found in read.values() if found is not None)


def help_sections(bindings: tuple[Binding, ...] = KEYS) -> tuple[HelpSection, ...]:
    """Return the lines of the help, with keys that belong together in one line."""
    sections: dict[str, list[tuple[str, list[Binding]]]] = {group: [] for group in _TABLE}
    for each in bindings:
        if each.help:
            sections[each.group].append((each.help, []))
        sections[each.group][-1][1].append(each)
    return tuple(HelpSection(group, _key_lines(lines)) for group, lines in sections.items())


FOOTER: Final = (
    (("play",), "play"),
    (("day_back", "day_forward"), "1 day"),
    (("turning_back", "turning_forward"), "turning point"),
    (("town_forward",), "town"),
    (("help",), "help"),
)


@functools.lru_cache(maxsize=2)
def footer_lines(bindings: tuple[Binding, ...] = KEYS) -> tuple[KeyLine, ...]:
    """Return the five keys that are used most, for the footer."""
    by_command = {each.command: each for each in bindings}
    lines = _key_lines([(words, [by_command[each] for each in commands]) for commands, words in FOOTER])
    # two keys of one command beside each other would look like a chord
    return tuple(KeyLine(line.keys[: len(set(line.commands))], line.words) for line in lines)


def _key_lines(lines: Sequence[tuple[str, list[Binding]]]) -> tuple[KeyLine, ...]:
    found = []
    for words, bindings in lines:
        if len(bindings) > MAX_CAPS:
            bindings = [bindings[0], bindings[-1]]
        keys = [(key, each) for each in bindings for key in each.keys[: None if len(bindings) == 1 else 1]]
        if keys:
            caps = _caps([key_label(key) for key, _ in keys])
            commands, tips = tuple(each.command for _, each in keys), tuple(each.words for _, each in keys)
            found.append(KeyLine(caps, words, commands, tips))
    return tuple(found)


def key_caps(bindings: tuple[Binding, ...] = KEYS) -> dict[str, str]:
    """Return by command its first key as it is displayed."""
    found = {each.command: key_label(each.keys[0]) for each in bindings if each.keys}
    found["events"] = " ".join(found[each] for each in ("event_back", "event_forward") if each in found)
    return found


def _caps(words: list[str]) -> tuple[str, ...]:
    """Return the key caps of a line; a modifier that all have stands once."""
    first, blank, _ = words[0].partition(" ")
    if blank and len(words) > 1 and all(word.startswith(f"{first} ") for word in words):
        return (words[0], *(word.removeprefix(f"{first} ") for word in words[1:]))
    return tuple(words)
