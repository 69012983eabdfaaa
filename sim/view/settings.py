"""What the window remembers: theme, sizes, layers, speed, keys, files opened before; in a file one may edit.

A file that is damaged costs nobody the window: what can be read is taken, the rest is told in words.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.scene.view_model import LABEL_LEVELS, LAYERS, LabelLevel, LayerName, ThemeName

if TYPE_CHECKING:
    from sim.scene.view_model import Frame

SMALLEST_SIZE: Final = (960, 540)
LARGEST_SIZE: Final = (16_384, 16_384)
SCALES: Final = (0.75, 3.0)
MOST_RECENT: Final = 6
FILE: Final = Path("frontsim") / "window.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """What is remembered."""

    theme: ThemeName = "dark"
    scale: float = 1.0
    size: tuple[int, int] = (1280, 720)
    is_calm: bool = False
    layers: frozenset[LayerName] = frozenset({"supply", "control", "pressure"})
    labels: LabelLevel = "main"
    panel: bool = True
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recent: tuple[str, ...] = ()

    def opened(self, path: str) -> Settings:
        """Return the settings with a file as the one opened last."""
        others = (each for each in self.recent if each != path)
        return replace(self, recent=(path, *others)[:MOST_RECENT])


@dataclass(frozen=True, slots=True)
class Remembered:
    """Settings as they were found, and what was wrong with their file."""

    settings: Settings
    notes: tuple[str, ...] = ()
    is_damaged: bool = False
    """Whether the file as a whole could not be read; it is then kept under another name."""


def settings_changes(frame: Frame) -> dict[str, Any]:
    """Return what is remembered of a frame, as fields of `Settings`."""
    names = ("theme", "scale", "is_calm", "layers", "labels", "panel")
    return {name: getattr(frame, name) for name in names}


def settings_path(environment: Mapping[str, str], system: str, home: Path) -> Path:
    """Return where settings are kept on a system.

    Parameters
    ----------
    system
        As `sys.platform` has it.

    Examples
    --------
    >>> settings_path({}, "linux", Path("home")).as_posix()
    'home/.config/frontsim/window.toml'
    """
    if system == "win32":
        return Path(environment.get("APPDATA") or home / "AppData" / "Roaming") / FILE
    if system == "darwin":
        return home / "Library" / "Application Support" / FILE
    return Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / FILE


def load(path: Path) -> Remembered:
    """Return what is remembered; the defaults where there is nothing, or nothing legible."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Remembered(Settings())
    except (OSError, ValueError, RecursionError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        note = f"Settings could not be read ({path}: {reason}); the usual ones are used."
        return Remembered(Settings(), (note,), is_damaged=True)
    return _read(document)


def save(path: Path, remembered: Remembered) -> str | None:
    """Write settings; return what went wrong, in words, or none.

    Parameters
    ----------
    remembered
        What to write. Where the file that is there was damaged, it is kept beside.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if remembered.is_damaged and path.exists():
            path.replace(path.with_name(f"{path.name}.damaged"))
        fresh = path.with_name(f"{path.name}.new")
        fresh.write_text(to_toml(remembered.settings), encoding="utf-8")
        fresh.replace(path)
    except OSError as problem:
        return f"Settings could not be kept ({path}: {problem.strerror or problem})."
    return None


def to_toml(settings: Settings) -> str:
    """Return settings as the text of their file.

    Examples
    --------
    >>> print(to_toml(Settings(keys={"play": ("Space", "X")})).splitlines()[-1])
    play = ["Space", "X"]
    """
    layers = [name for name in LAYERS if name in settings.layers]
    lines = [
        "# What the frontsim window remembers. Edit it while the window is closed.",
        f"theme = {_text(settings.theme)}",
        f"scale = {float(settings.scale)}",
        f"size = [{settings.size[0]}, {settings.size[1]}]",
        f"reduced_motion = {_text(settings.is_calm)}",
        f"layers = {_text(layers)}",
        f"labels = {_text(settings.labels)}",
        f"panel = {_text(settings.panel)}",
        f"recent = {_text(list(settings.recent))}",
        "",
        '# By command, as frontsim keys lists them: play = ["Space", "X"]',
        "[keys]",
    ]
    lines += [f"{command} = {_text(list(keys))}" for command, keys in settings.keys.items()]
    return "\n".join(lines) + "\n"


def _text(value: object) -> str:
    """Return a value as TOML writes it, which for texts, truths and lists of texts is as JSON does."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _read(document: Mapping[str, Any]) -> Remembered:
    """Return settings from a document, each value by itself."""
    notes: list[str] = []
    given: dict[str, Any] = {}
    for key, (name, reader) in _READERS.items():
        if key not in document:
            continue
        try:
            given[name] = reader(document[key])
        except (TypeError, ValueError, AttributeError, OverflowError):
            notes.append(f"Settings: {key} = {str(document[key])[:40]} is not understood; the usual is used.")
    return Remembered(Settings(**given), tuple(notes))


def _theme(value: Any) -> ThemeName:  # noqa: ANN401 - whatever the file says
    if value not in {"dark", "light"}:
        raise ValueError
    theme: ThemeName = "light" if value == "light" else "dark"
    return theme


def _scale(value: Any) -> float:  # noqa: ANN401 - whatever the file says
    scale = float(value)
    if math.isnan(scale):
        raise ValueError
    return min(max(scale, SCALES[0]), SCALES[1])


def _size(value: Any) -> tuple[int, int]:  # noqa: ANN401 - whatever the file says
    width, height = (int(each) for each in value)
    least, most = SMALLEST_SIZE, LARGEST_SIZE
    return min(max(width, least[0]), most[0]), min(max(height, least[1]), most[1])


def _labels(value: Any) -> LabelLevel:  # noqa: ANN401 - whatever the file says
    level = next((each for each in LABEL_LEVELS if each == value), None)
    if level is None:
        raise ValueError
    return level


def _truth(value: Any) -> bool:  # noqa: ANN401 - whatever the file says
    if not isinstance(value, bool):
        raise TypeError
    return value


def _layers(value: Any) -> frozenset[LayerName]:  # noqa: ANN401 - whatever the file says
    return frozenset(name for name in LAYERS if name in list(value))


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever the file says
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TypeError
    return tuple(value)


def _keys(value: Any) -> dict[str, tuple[str, ...]]:  # noqa: ANN401 - whatever the file says
    return {command: _texts([keys] if isinstance(keys, str) else keys) for command, keys in value.items()}


_READERS: Final[Mapping[str, tuple[str, Any]]] = {
    "theme": ("theme", _theme),
    "scale": ("scale", _scale),
    "size": ("size", _size),
    "reduced_motion": ("is_calm", _truth),
    "layers": ("layers", _layers),
    "labels": ("labels", _labels),
    "panel": ("panel", _truth),
    "recent": ("recent", lambda value: _texts(value)[:MOST_RECENT]),
    "keys": ("keys", _keys),
}
"""By key of the file: the attribute, and what reads its value or raises."""
