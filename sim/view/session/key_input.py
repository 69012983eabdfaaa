"""A key that went down, and how keys are written: in settings, on caps, and as a window is told of them.

Letters and punctuation are matched by the character that was typed, since [ and ] stand elsewhere on other
keyboards; where a keyboard types no Latin letters, the key in the place of the letter counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

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
