"""A scenario's file and the files it extends, found by name or path."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from sim.errors import FileError
from sim.scenario_file.bundled import bundled_names, bundled_path
from sim.scenario_file.diagnostics import Diagnostic, invalid_scenario
from sim.scenario_file.layers import Layer, LayerStack
from sim.scenario_file.names import did_you_mean, escape_terminal, join_words, nearest
from sim.scenario_file.syntax.toml import parse, read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scenario_file.syntax.toml import TomlTable


def find_scenario(name_or_path: str | Path) -> Path:
    """Return the file of a scenario.

    Raises
    ------
    FileError
        There is neither.
    """
    text = str(name_or_path)
    path = bundled_path(text) or Path(text)
    try:
        if path.exists():
            return path
    except (OSError, ValueError):
        shown = escape_terminal(text[:200])
        raise FileError(f"{shown} cannot be a file. Name a scenario, or a .toml file.") from None
    names = bundled_names()
    known = f"Bundled are {join_words(names, 'and')}; a file is named by its path."
    # by their stems: of a short name the suffix would be the larger part that is alike
    near = nearest(path.stem, [each.stem for each in sorted(path.parent.glob("*.toml"))])
    there = f'did you mean "{path.with_name(near[0])}.toml"?' if near else None
    advice = there or did_you_mean(path.stem, names) or known
    raise FileError(f'There is no scenario "{escape_terminal(text[:200])}". {advice[0].upper()}{advice[1:]}')


def display_path(path: Path) -> str:
    """Return how a file is called in messages: from here, where it is below here."""
    try:
        return str(path.relative_to(Path.cwd())) if path.is_absolute() else str(path)
    except ValueError:
        return str(path)


def read_files(path: Path) -> LayerStack:
    """Return the layers of a scenario's file and of those it extends, the outermost parent first.

    Raises
    ------
    FileError
        A file cannot be read.
    ScenarioError
        A text is no TOML, or the chain of parents has no end.
    """
    chain: list[tuple[Path, str, TomlTable]] = []
    here: Path | None = path
    while here is not None:
        name = display_path(here)
        text = read_text(here, name)
        chain.append((here, text, parse(text, name)))
        here = _parent(chain)
    stack = LayerStack()
    for each, text, found in reversed(chain):
        stack.add_table(display_path(each), text, found)
    return stack


def _parent(chain: Sequence[tuple[Path, str, TomlTable]]) -> Path | None:
    """Return the file that the last of these extends, if it extends one."""
    path, text, found = chain[-1]
    if "extends" not in found:
        return None

    def refuse(code: str, message: str, label: str) -> NoReturn:
        error = Layer(display_path(path), text, found).locate(Diagnostic(code, ("extends",), message, label))
        raise invalid_scenario([error], display_path(chain[0][0]))

    name = found["extends"]
    if not isinstance(name, str) or not name.strip():
        refuse("E104", '"extends" is not a text', 'write a scenario\'s name or a file: "kupiansk"')
    parent = _file_of(name, path.parent)
    if parent is None:
        label = did_you_mean(name, bundled_names()) or "name a bundled scenario, or a file beside this one"
        refuse("E012", f'there is no scenario "{name[:200]}" to extend', label)
    seen = [each.resolve() for each, _, _ in chain]
    if parent.resolve() in seen:
        ring = [each.name for each, _, _ in chain[seen.index(parent.resolve()) :]]
        message = f"scenarios extend each other: {' -> '.join([*ring, ring[0]])}"
        refuse("E011", message, "break the cycle here")
    return parent


def _file_of(name: str, folder: Path) -> Path | None:
    with contextlib.suppress(OSError, ValueError):
        candidates = (bundled_path(name), folder / name, folder / f"{name}.toml")
        return next((each for each in candidates if each and each.is_file()), None)
    return None
