"""The one table of the window's keys: what each does, in which words, and how a press is matched to it.

The window, its help, ``frontsim keys`` and the README read this table; what a press is, stands in `presses`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sim.scene.view_model import HelpSection, KeyLine

if TYPE_CHECKING:
    from collections.abc import Mapping


NAMED: Final = (
    "Space", "Left", "Right", "Up", "Down", "Home", "End", "PageUp", "PageDown", "Backspace", "Delete",
    "Insert", "Tab", "Enter", "Esc", *(f"F{number}" for number in range(1, 13)),
)  # fmt: skip
"""Keys that have a name and type no character of their own."""
SIGNS: Final = {
    "Left": "←", "Right": "→", "Up": "↑", "Down": "↓", "PageUp": "PgUp", "PageDown": "PgDn", "-": "−",
}  # fmt: skip
_MODIFIERS: Final = ("Ctrl", "Shift")


@dataclass(frozen=True, slots=True)
class Press:
    """A key that went down.

    Attributes
    ----------
    name
        One of `NAMED`; empty for a key that types a character.
    character
        What it typed, or would type without Ctrl; may be empty.
    position
        The Latin letter that stands in this place on most keyboards; empty elsewhere.
    """

    name: str = ""
    character: str = ""
    position: str = ""
    is_shift: bool = False
    is_ctrl: bool = False


def strokes(press: Press) -> tuple[str, ...]:
    """Return the ways in which a press may be written, likeliest first.

    Examples
    --------
    >>> strokes(Press(name="Left", is_shift=True))
    ('Shift+Left',)
    >>> strokes(Press(character="?", is_shift=True))
    ('?',)
    >>> strokes(Press(character="с", position="C", is_ctrl=True))
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
    # Punctuation that a Latin keyboard types stays what it is; other alphabets go by place.
    if press.position and not press.character.isascii():
        found.append(f"{ctrl}{shift}{press.position}")
    return tuple(found)


def read_key(text: str) -> str | None:
    """Return a key as the table writes it; none where it is no key.

    Examples
    --------
    >>> read_key("ctrl+shift+s"), read_key("pageup"), read_key("Ctrl++"), read_key("Hyper+X"), read_key("")
    ('Ctrl+Shift+S', 'PageUp', 'Ctrl++', None, None)
    """
    rest, found = text.strip(), []
    for modifier in _MODIFIERS:
        if rest.lower().startswith(f"{modifier.lower()}+") and len(rest) > len(modifier) + 1:
            found.append(modifier)
            rest = rest[len(modifier) + 1 :]
    named = {name.lower(): name for name in NAMED}
    last = named.get(rest.lower()) or (rest.upper() if len(rest) == 1 and rest.isprintable() else None)
    return None if last is None or not last.strip() else "+".join((*found, last))


def key_words(key: str) -> str:
    """Return a key as it is shown to people.

    Examples
    --------
    >>> key_words("Shift+Left"), key_words("Ctrl++"), key_words("PageDown"), key_words("K")
    ('Shift ←', 'Ctrl +', 'PgDn', 'K')
    """
    head, plus, last = key[:-1].rpartition("+")
    last += key[-1]
    return f"{head.replace('+', ' ')} {SIGNS.get(last, last)}" if plus else SIGNS.get(key, key)


_NAMES: Final = {
    "space": "Space",
    "left": "Left",
    "right": "Right",
    "up": "Up",
    "down": "Down",
    "home": "Home",
    "end": "End",
    "page up": "PageUp",
    "page down": "PageDown",
    "backspace": "Backspace",
    "delete": "Delete",
    "insert": "Insert",
    "tab": "Tab",
    "return": "Enter",
    "enter": "Enter",
    "escape": "Esc",
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
}
"""By the name that the window's library has for a key: ours."""
_FIRST_LETTER: Final = 4
"""Number of the place of A on a keyboard, from which all letters follow (USB's usage tables)."""


def press_of(
    name: str, typed: str, place: int, *, is_shift: bool = False, is_ctrl: bool = False, is_alt: bool = False
) -> Press | None:
    """Return a press from what a window is told of it; none for what is no key of a table.

    Parameters
    ----------
    typed
        What it typed; with Ctrl mostly nothing legible.
    is_shift, is_ctrl, is_alt
        What was held. Alt counts for nothing of its own: AltGr types characters, which are matched as they
        are, and what else is called with Alt belongs to the desktop.
    """
    if name in _NAMES and not is_alt:
        return Press(name=_NAMES[name], is_shift=is_shift, is_ctrl=is_ctrl)
    letter = chr(ord("A") + place - _FIRST_LETTER) if _FIRST_LETTER <= place < _FIRST_LETTER + 26 else ""
    if is_alt:
        is_sign = len(typed) == 1 and typed.isprintable() and not typed.isalnum()
        return Press(character=typed) if is_sign else None
    character = typed if len(typed) == 1 and typed.isprintable() else ""
    if not character and len(name.strip("[]")) == 1:
        # Keys of the number block are called [+] and the like.
        character = name.strip("[]")
    if not character and name in {"[", "]"}:
        character = name
    return Press(character=character, position=letter, is_shift=is_shift, is_ctrl=is_ctrl)


HELD: Final = 0.35
"""Seconds from which a key was held, not tapped."""
WHILE_HELD: Final = frozenset({"supply"})
"""Commands that are taken back when their key was held, and is let go."""


class HeldKeys:
    """The keys that are down."""

    def __init__(self) -> None:
        self._down: dict[int, tuple[str, float]] = {}

    def went_down(self, key: int, command: str, now: float) -> bool:
        """Note that a key calls a command; return whether it is only its repetition.

        Parameters
        ----------
        key
            Which key: what is held with it may be let go before it.
        """
        is_repeated = self._down.get(key, ("", 0.0))[0] == command
        if not is_repeated:
            self._down[key] = (command, now)
        return is_repeated

    def went_up(self, key: int, now: float) -> str | None:
        """Note that a key went up; return a command that is to be given once more."""
        command, since = self._down.pop(key, ("", now))
        return command if command in WHILE_HELD and now - since >= HELD else None


Group: TypeAlias = Literal["Playing", "Map and panel", "File and window"]
GROUPS: Final[tuple[Group, ...]] = ("Playing", "Map and panel", "File and window")


@dataclass(frozen=True, slots=True)
class Binding:
    """One row of the table.

    Attributes
    ----------
    command
        What `sim.view.controls.commands.apply`, or the window itself, is told.
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
