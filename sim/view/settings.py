"""What the window remembers: theme, sizes, layers, keys, recent files; in a file that may be edited.

Of a damaged file the window takes what can be read and says what cannot.
"""

from __future__ import annotations

import codecs
import json
import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.errors import FileError
from sim.files.atomic_file import write_file
from sim.files.regular import read_regular
from sim.scene.view_model import LABEL_LEVELS, LAYERS, LabelLevel, LayerName, ThemeName

if TYPE_CHECKING:
    from sim.scene.view_model import Frame

MAX_SIZE: Final = 1 << 20
SMALLEST_SIZE: Final = (960, 540)
LARGEST_SIZE: Final = (16_384, 16_384)
SCALES: Final = (0.75, 3.0)
MAX_RECENT: Final = 6
FILE: Final = Path("frontsim") / "window.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """What is remembered."""

    theme: ThemeName = "dark"
    scale: float = 1.0
    size: tuple[int, int] = (1280, 720)
    reduced_motion: bool = False
    layers: frozenset[LayerName] = frozenset({"supply", "control"})
    labels: LabelLevel = "main"
    panel: bool = True
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recent: tuple[str, ...] = ()

    def opened(self, path: str) -> Settings:
        """Return the settings with a file as the most recent one."""
        others = (each for each in self.recent if each != path)
        return replace(self, recent=(path, *others)[:MAX_RECENT])


@dataclass(frozen=True, slots=True)
class Remembered:
    """Settings as read, and what was wrong with their file."""

    settings: Settings
    notes: tuple[str, ...] = ()
    is_damaged: bool = False
    """Whether the file could not be read at all; it is then kept under another name."""


def settings_changes(frame: Frame, launched: Frame) -> dict[str, Any]:
    """Return what was changed since the window opened and is remembered, as fields of `Settings`.

    What a command's options asked for once is not, nor the rings that come with an ensemble.
    """
    rings = launched.layers & {"ensemble"}
    now = replace(frame, layers=(frame.layers - {"ensemble"}) | rings)
    names = ("theme", "scale", "reduced_motion", "layers", "labels", "panel")
    return {name: getattr(now, name) for name in names if getattr(now, name) != getattr(launched, name)}


def settings_path(environment: Mapping[str, str], system: str, home: Path) -> Path:
    """Return the settings file of a system, as `sys.platform` names it."""
    if system == "win32":
        return Path(environment.get("APPDATA") or home / "AppData" / "Roaming") / FILE
    if system == "darwin":
        return home / "Library" / "Application Support" / FILE
    given = Path(environment.get("XDG_CONFIG_HOME") or "")  # one that is relative is not to be used
    return (given if given.is_absolute() else home / ".config") / FILE


def load(path: Path) -> Remembered:
    """Read settings; the defaults where there is no file, or no legible one."""
    try:
        document = tomllib.loads(_decoded(read_regular(path, MAX_SIZE, is_named=True)))
    except FileNotFoundError:
        return Remembered(Settings())
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        note = f"Settings could not be read ({path}: {reason}); the defaults are used."
        return Remembered(Settings(), (note,), is_damaged=True)
    return _read(document)


def _decoded(content: bytes) -> str:
    """Return a text as editors save it, with or without a mark of its encoding."""
    is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_utf_16 else "utf-8-sig")


def save(path: Path, remembered: Remembered) -> str | None:
    """Write settings; return what went wrong, if anything did. A damaged file is kept beside."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if remembered.is_damaged and path.exists():
            path.replace(path.with_name(f"{path.name}.damaged"))
        write_file(path, to_toml(remembered.settings).encode(), force=True)
    except (OSError, FileError, UnicodeError) as error:  # a path may be no Unicode
        return f"Settings could not be saved ({path}: {getattr(error, 'strerror', None) or error})."
    return None


def to_toml(settings: Settings) -> str:
    """Return the text of the settings file."""
    values = {name: getattr(settings, name) for name in _READERS if name != "keys"}
    values |= {
        "scale": float(settings.scale),
        "layers": [name for name in LAYERS if name in settings.layers],
    }
    lines = [
        "# What the frontsim window remembers. Edit it while the window is closed.",
        *(f"{name} = {_text(value)}" for name, value in values.items()),
        "",
        '# By command, as frontsim keys lists them: play = ["Space", "X"]',
        "[keys]",
    ]
    lines += [f"{_text(command)} = {_text(list(keys))}" for command, keys in settings.keys.items()]
    return "\n".join(lines) + "\n"


def _text(value: object) -> str:
    """Return a text, a number, a bool or a list as TOML, which is as JSON has it."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _read(document: Mapping[str, Any]) -> Remembered:
    notes: list[str] = []
    given: dict[str, Any] = {}
    for key in [each for each in _READERS if each in document]:
        try:
            given[key] = _READERS[key](document[key])
        except (TypeError, ValueError, AttributeError, OverflowError):
            notes.append(f"Settings: {key} = {str(document[key])[:40]} is not valid; the default is used.")
    return Remembered(Settings(**given), tuple(notes))


def _one_of(choices: tuple[object, ...]) -> Callable[[Any], Any]:
    """Return a reader that accepts some values only, of their very type."""

    def read(value: object) -> object:
        if not any(value == each and type(value) is type(each) for each in choices):
            raise ValueError
        return value

    return read


def _scale(value: Any) -> float:  # noqa: ANN401 - whatever the file says
    scale = float(value)
    if math.isnan(scale):
        raise ValueError
    return min(max(scale, SCALES[0]), SCALES[1])


def _size(value: Any) -> tuple[int, ...]:  # noqa: ANN401 - whatever the file says
    pairs = zip(map(int, value), SMALLEST_SIZE, LARGEST_SIZE, strict=True)
    return tuple(min(max(each, least), most) for each, least, most in pairs)


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever the file says
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TypeError
    return tuple(value)


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "theme": _one_of(("dark", "light")),
    "scale": _scale,
    "size": _size,
    "reduced_motion": _one_of((True, False)),
    "layers": lambda value: frozenset(name for name in LAYERS if name in list(value)),
    "labels": _one_of(LABEL_LEVELS),
    "panel": _one_of((True, False)),
    "recent": lambda value: _texts(value)[:MAX_RECENT],
    "keys": lambda value: {
        command: _texts([keys] if isinstance(keys, str) else keys) for command, keys in value.items()
    },
}
"""By attribute, as which it stands in the file: what reads its value or raises."""
