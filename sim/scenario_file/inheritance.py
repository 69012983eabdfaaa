"""A scenario's file and the files it extends, found by name or path."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from sim.errors import FileError
from sim.scenario_file.bundled import bundled_names, scenario_folder, verification_names
from sim.scenario_file.diagnostics import Diagnostic, invalid_scenario
from sim.scenario_file.layers import Layer, Table, make_layer
from sim.scenario_file.names import did_you_mean, escape_terminal, join_words
from sim.scenario_file.syntax.toml import parse, read_text, to_plain

if TYPE_CHECKING:
    from collections.abc import Sequence


def find_scenario(name_or_path: str | Path) -> Path:
    """Return the file of a scenario.

    Raises
    ------
    FileError
        There is neither.
    """
    text = str(name_or_path)
    if text in bundled_names() or text in verification_names():
        return scenario_folder() / f"{text}.toml"
    path = Path(text)
    try:
        if path.exists():
            return path
    except (OSError, ValueError):
        raise FileError(
            f"{escape_terminal(text[:200])} cannot be a file. Name a scenario, or a .toml file."
        ) from None
    names = bundled_names()
    advice = (
        did_you_mean(path.stem, names)
        or f"Bundled are {join_words(names, 'and')}; a file is named by its path."
    )
    raise FileError(f'there is no scenario "{escape_terminal(text[:200])}". {advice[0].upper()}{advice[1:]}')


def display_path(path: Path) -> str:
    """Return how a file is called in messages: from here, where it is below here."""
    try:
        return str(path.relative_to(Path.cwd())) if path.is_absolute() else str(path)
    except ValueError:
        return str(path)


def read_layers(path: Path, diagnostics: list[Diagnostic]) -> list[Layer]:
    """Return the layers of a scenario, the outermost parent first.

    Parameters
    ----------
    diagnostics
        What is wrong with lists of routes and events is added here.

    Raises
    ------
    FileError
        The file cannot be read.
    ScenarioError
        A text is no TOML, or the chain of parents has no end.
    """
    chain: list[tuple[Path, str, Table]] = []
    here: Path | None = path
    while here is not None:
        name = display_path(here)
        text = read_text(here, name)
        found = to_plain(parse(text, name))
        chain.append((here, text, found))
        here = _parent(chain)
    layers: list[Layer] = []
    for each, text, found in reversed(chain):
        layers.append(make_layer(display_path(each), text, found, layers, diagnostics))
    return layers


def _parent(chain: Sequence[tuple[Path, str, Table]]) -> Path | None:
    """Return the file that the last of these extends, if it extends one."""
    path, _, found = chain[-1]
    if "extends" not in found:
        return None
    name = found["extends"]
    if not isinstance(name, str) or not name.strip():
        _refuse(chain, "E104", '"extends" is not a text', 'write a scenario\'s name or a file: "kupiansk"')
    parent = _file_of(name, path.parent)
    if parent is None:
        label = did_you_mean(name, bundled_names()) or "name a bundled scenario, or a file beside this one"
        _refuse(chain, "E012", f'there is no scenario "{name[:200]}" to extend', label)
    seen = [each.resolve() for each, _, _ in chain]
    if parent.resolve() in seen:
        names = [each.name for each, _, _ in chain[seen.index(parent.resolve()) :]]
        _refuse(
            chain,
            "E011",
            f"scenarios extend each other: {' -> '.join([*names, names[0]])}",
            "break the ring here",
        )
    return parent


def _file_of(name: str, folder: Path) -> Path | None:
    """Return the file that a name or a relative path leads to."""
    if name in bundled_names() or name in verification_names():
        return scenario_folder() / f"{name}.toml"
    for candidate in (folder / name, folder / f"{name}.toml"):
        try:
            if candidate.is_file():
                return candidate
        except (OSError, ValueError):
            return None
    return None


def _refuse(chain: Sequence[tuple[Path, str, Table]], code: str, message: str, label: str) -> NoReturn:
    """Raise the one mistake that keeps the parents from being read."""
    path, text, found = chain[-1]
    error = Layer(display_path(path), text, found).locate(Diagnostic(code, ("extends",), message, label))
    raise invalid_scenario([error], display_path(chain[0][0]))
