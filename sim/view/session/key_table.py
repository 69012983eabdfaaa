"""The one table of the window's keys: what each does, in which words, and how a press is matched to it.

The window, its help, ``frontsim keys`` and the README read this table; what a press is, stands in `presses`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sim.scene.view_model import HelpSection, KeyLine
from sim.view.session.key_input import key_words, read_key, strokes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.view.session.key_input import Press

Group: TypeAlias = Literal["Playing", "Map and panel", "File and window"]
GROUPS: Final[tuple[Group, ...]] = ("Playing", "Map and panel", "File and window")


@dataclass(frozen=True, slots=True)
class Binding:
    """One row of the table.

    Attributes
    ----------
    command
        What `sim.view.session.commands.apply`, or the window itself, is told.
    keys
        Each as it is written in settings: ``"Space"``, ``"Shift+Left"``, ``","``, ``"Ctrl++"``.
    """

    command: str
    keys: tuple[str, ...]
    words: str
    group: Group
    repeats: bool = False


def _playing(command: str, *keys: str, words: str, repeats: bool = False) -> Binding:
    return Binding(command, keys, words, "Playing", repeats)


def _seeing(command: str, *keys: str, words: str, repeats: bool = False) -> Binding:
    return Binding(command, keys, words, "Map and panel", repeats)


def _filing(command: str, *keys: str, words: str, repeats: bool = False) -> Binding:
    return Binding(command, keys, words, "File and window", repeats)


KEYS: Final[tuple[Binding, ...]] = (
    _playing("play", "Space", "K", words="play or pause; at the end, play again"),
    _playing("day_back", "Left", words="back 1 day", repeats=True),
    _playing("day_forward", "Right", words="forward 1 day", repeats=True),
    _playing("hours_back", "Shift+Left", words="back 6 hours", repeats=True),
    _playing("hours_forward", "Shift+Right", words="forward 6 hours", repeats=True),
    _playing("days_back", "J", words="back 5 days", repeats=True),
    _playing("days_forward", "L", words="forward 5 days", repeats=True),
    _playing("event_back", ",", words="previous event", repeats=True),
    _playing("event_forward", ".", words="next event", repeats=True),
    _playing("turning_back", "PageUp", words="previous turning point", repeats=True),
    _playing("turning_forward", "PageDown", words="next turning point", repeats=True),
    _playing("start", "Home", words="to the start"),
    _playing("end", "End", words="to the end"),
    *(_playing(f"tenth_{tenth}", str(tenth), words=f"to {10 * tenth} % of the run") for tenth in range(10)),
    _playing("slower", "-", "[", words="slower", repeats=True),
    _playing("faster", "+", "=", "]", words="faster", repeats=True),
    _playing("normal_speed", "Backspace", words="normal speed"),
    _playing("replication_forward", "E", words="next replication, same moment"),
    _playing("replication_back", "Shift+E", words="previous replication, same moment"),
    _seeing("supply", "V", words="supply; held down: only so long"),
    _seeing("control", "C", words="control"),
    _seeing("pressure", "P", words="pressure"),
    _seeing("ensemble", "U", words="rings: the share of replications that hold"),
    _seeing("overlay", "O", words="roads by: pressure, denied, used, spare, bottleneck"),
    _seeing("town_forward", "Tab", words="select the next town", repeats=True),
    _seeing("town_back", "Shift+Tab", words="select the previous town", repeats=True),
    _seeing("route_forward", "N", words="select the next road", repeats=True),
    _seeing("route_back", "Shift+N", words="select the previous road", repeats=True),
    _seeing("focus_forward", "F6", words="ring to the next button or chip", repeats=True),
    _seeing("focus_back", "Shift+F6", words="ring to the previous button or chip", repeats=True),
    _seeing("center", "Enter", words="press what the ring is on; else centre on what is selected"),
    _seeing("zoom_in", "Up", words="zoom in", repeats=True),
    _seeing("zoom_out", "Down", words="zoom out", repeats=True),
    _seeing("pan_left", "Ctrl+Left", words="move the map: left", repeats=True),
    _seeing("pan_right", "Ctrl+Right", words="right", repeats=True),
    _seeing("pan_up", "Ctrl+Up", words="up", repeats=True),
    _seeing("pan_down", "Ctrl+Down", words="down", repeats=True),
    _seeing("fit", "Z", words="the whole map"),
    _seeing("labels", "G", words="names of towns: those that matter, all, none"),
    _seeing("panel", "I", words="side panel"),
    _seeing("theme", "D", words="dark or light"),
    _seeing("motion", "M", words="reduced motion"),
    _seeing("compare", "X", words="beside another run: as ghosts, side by side, what differs"),
    _filing("what_if", "W", words="what if: turn the scenario's numbers, and simulate again"),
    _filing("text", "T", words="this moment as text"),
    _filing("copy", "Ctrl+C", words="copy this moment as text"),
    _filing("screenshot", "S", words="save a screenshot"),
    _filing("screenshot_map", "Shift+S", words="save the map only"),
    _filing("full_screen", "F", "F11", words="full screen"),
    _filing("larger", "Ctrl++", "Ctrl+=", words="larger text and marks", repeats=True),
    _filing("smaller", "Ctrl+-", words="smaller text and marks", repeats=True),
    _filing("usual_size", "Ctrl+0", words="usual size"),
    _filing("help", "?", "H", "F1", words="this help"),
    _filing("escape", "Esc", words="close, leave full screen, deselect"),
    _filing("quit", "Q", "Ctrl+Q", words="quit"),
)
"""Every key of the window."""


class Keyboard:
    """Which key does what, once somebody's own choice of keys is laid over the table.

    Parameters
    ----------
    chosen
        By command: the keys that call it instead of the table's. What it names wrongly is told in `notes` and
        left as it was; a key that is given to a command is taken from whichever had it.
    """

    def __init__(self, chosen: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self.notes: tuple[str, ...] = ()
        self._keys = {binding.command: binding.keys for binding in KEYS}
        given = {command: self._valid(command, keys) for command, keys in (chosen or {}).items()}
        given = {command: keys for command, keys in given.items() if keys}
        taken = {key for keys in given.values() for key in keys}
        for command, keys in self._keys.items():
            self._keys[command] = given.get(command) or tuple(key for key in keys if key not in taken)
        self._commands = {key: command for command, keys in self._keys.items() for key in keys}
        self._repeating = {binding.command for binding in KEYS if binding.repeats}

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """The table as it is now."""
        return tuple(
            Binding(each.command, self._keys[each.command], each.words, each.group, each.repeats)
            for each in KEYS
        )

    def command(self, press: Press) -> str | None:
        """Return what a press calls; none where it calls nothing."""
        for key in strokes(press):
            if key in self._commands:
                return self._commands[key]
        return None

    def repeats(self, command: str) -> bool:
        """Return whether holding the key down calls it again."""
        return command in self._repeating

    def _valid(self, command: str, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Return the keys that are keys, as the table writes them."""
        if command not in self._keys:
            self.notes += (f"Settings: there is no command {command!r} to give a key to.",)
            return ()
        read = {key: read_key(key) for key in keys}
        self.notes += tuple(f"Settings: {key!r} is no key." for key, found in read.items() if found is None)
        return tuple(found for found in read.values() if found is not None)


def help_sections(bindings: tuple[Binding, ...] = KEYS) -> tuple[HelpSection, ...]:
    """Return the table for the help, keys that belong together in one line."""
    by_command = {binding.command: binding for binding in bindings}
    lines: dict[str, list[KeyLine]] = {group: [] for group in GROUPS}
    for commands, words in _ROWS:
        caps = _caps([by_command[command] for command in commands])
        if caps:
            lines[by_command[commands[0]].group].append(KeyLine(caps, words))
    return tuple(HelpSection(title, tuple(found)) for title, found in lines.items())


def footer_lines(bindings: tuple[Binding, ...] = KEYS) -> tuple[KeyLine, ...]:
    """Return the five keys that are used most, for the footer."""
    by_command = {binding.command: binding for binding in bindings}
    lines = (
        KeyLine(_caps([by_command[command] for command in commands])[:_FOOTER_CAPS], words)
        for commands, words in _FOOTER
    )
    return tuple(line for line in lines if line.keys)


def key_caps(bindings: tuple[Binding, ...] = KEYS) -> dict[str, str]:
    """Return by command its first key as it is shown; commands that lost their keys are left out."""
    found = {each.command: key_words(each.keys[0]) for each in bindings if each.keys}
    pairs = {"events": ("event_back", "event_forward")}
    for name, commands in pairs.items():
        found[name] = " ".join(found[command] for command in commands if command in found)
    return found | ({"road_mode": found["overlay"]} if "overlay" in found else {})


def _caps(bindings: list[Binding]) -> tuple[str, ...]:
    """Return the caps of commands that share a line; a modifier that all have is said once."""
    if len(bindings) == len(_TENTHS):
        bindings = [bindings[0], bindings[-1]]
    keys = [key for binding in bindings for key in binding.keys[: None if len(bindings) == 1 else 1]]
    words = [key_words(key) for key in keys]
    first, blank, _ = words[0].partition(" ") if words else ("", "", "")
    if blank and len(words) > 1 and all(word.startswith(f"{first} ") for word in words):
        return (words[0], *(word.removeprefix(f"{first} ") for word in words[1:]))
    return tuple(words)


_TENTHS: Final = tuple(f"tenth_{tenth}" for tenth in range(10))
_ROWS: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("play",), "play or pause; at the end, again"),
    (("day_back", "day_forward"), "a day back, on"),
    (("hours_back", "hours_forward"), "6 hours"),
    (("days_back", "days_forward"), "5 days"),
    (("event_back", "event_forward"), "event before, after"),
    (("turning_back", "turning_forward"), "turning points"),
    (("start", "end"), "start, end"),
    (_TENTHS, "first to last tenth"),
    (("slower", "faster"), "slower, faster"),
    (("normal_speed",), "normal speed"),
    (("replication_forward", "replication_back"), "next, last replication"),
    (("supply",), "supply (hold: only so long)"),
    (("control", "pressure"), "control, pressure"),
    (("ensemble",), "share of runs that hold"),
    (("overlay",), "denied, used, spare, limits"),
    (("town_forward", "town_back"), "towns in turn"),
    (("route_forward", "route_back"), "roads in turn"),
    (("focus_forward", "focus_back"), "ring round buttons in turn"),
    (("center",), "press the ringed, or centre"),
    (("zoom_in", "zoom_out"), "zoom, as the wheel does"),
    (("pan_left", "pan_right", "pan_up", "pan_down"), "move the map"),
    (("fit",), "the whole map"),
    (("labels", "panel"), "names, side panel"),
    (("theme", "motion"), "light or dark, less motion"),
    (("compare",), "two runs: in three ways"),
    (("what_if",), "what if: turn numbers"),
    (("text",), "this moment as text"),
    (("copy",), "copy it"),
    (("screenshot", "screenshot_map"), "save a picture, the map only"),
    (("full_screen",), "full screen"),
    (("larger", "smaller", "usual_size"), "size of text"),
    (("help",), "this help"),
    (("escape",), "close, deselect"),
    (("quit",), "quit"),
)
"""Which commands share a line of the help."""
_FOOTER: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("play",), "play"),
    (("day_back", "day_forward"), "1 day"),
    (("event_back", "event_forward"), "event"),
    (("town_forward",), "town"),
    (("help",), "help"),
)
_FOOTER_CAPS: Final = 2
