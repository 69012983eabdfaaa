"""A change that was tried out, as a command line and as a scenario that extends the one it came from."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.errors import SimError
from sim.files.atomic_file import AtomicFile
from sim.scenario_file.bundled import bundled_names
from sim.scenario_file.overrides import SetNumber
from sim.scenario_file.read import changed_document, read_scenario
from sim.scenario_file.write import to_toml
from sim.view.screenshot import free_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.recording.records import Header

SUFFIX: Final = ".toml"
NAMING: Final = ("id", "from", "to")
"""Keys that say which table of a list is meant."""


def command_line(header: Header, settings: Sequence[str]) -> str:
    """Return the command that simulates a changed run, as one would type it.

    Parameters
    ----------
    settings
        What is changed, as ``--set`` takes it.
    """
    words = ["frontsim", "run", _named(header) or header.name]
    for override in header.overrides:
        option, _, value = override.partition(" ")
        words += [option, value]
    for setting in settings:
        words += ["-s", setting]
    words += ["--seed", str(header.seed)]
    if header.replication:
        words += ["--replication", str(header.replication)]
    return shlex.join(words)


def save_scenario(header: Header, settings: Sequence[str], folder: Path) -> Path:
    """Write a scenario with the change; return where. It extends the one it came from, where that is at hand.

    Parameters
    ----------
    settings
        What is changed, as ``--set`` takes it.
    folder
        Where it goes; nothing is replaced.

    Raises
    ------
    SimError
        Where it cannot be written, or the change does not fit the scenario.
    """
    scenario, changed = changed_document(header.scenario, [SetNumber(setting) for setting in settings])
    path = free_path(folder, f"{Path(header.name).stem}-what-if", SUFFIX)
    about = {"name": f"{scenario.name}, changed", "summary": f"{scenario.name}, with {', '.join(settings)}."}
    parent = _named(header)
    text = ""
    if parent is not None:
        rest = differing(read_scenario(parent).document, changed)
        text = _text(header, settings, {"schema": 1, "extends": parent, **_named_so(rest, about)})
    _write(path, text or _text(header, settings, _named_so(changed, about)))
    if parent is not None and not _is_same(path, changed):
        # What has other parts than its parent cannot be told as a difference from it: it is written whole.
        path.unlink()
        _write(path, _text(header, settings, _named_so(changed, about)))
    return path


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document says otherwise than another, in the shape of a file that extends it.

    Examples
    --------
    >>> differing({"side": {"a": {"reach": 1, "fires": 2}}}, {"side": {"a": {"reach": 1, "fires": 3}}})
    {'side': {'a': {'fires': 3}}}
    """
    found: dict[str, Any] = {}
    for key, value in other.items():
        before = one.get(key)
        if before == value:
            continue
        if isinstance(value, dict) and isinstance(before, dict) and "value" not in value:
            found[key] = differing(before, value)
        elif _is_tables(value) and _is_tables(before):
            found[key] = _differing_tables(before or [], value)
        else:
            found[key] = value
    return found


def _differing_tables(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the tables of a list that say something else, each with what names it."""
    before = {_name(table): table for table in one}
    found = []
    for table in other:
        old = before.get(_name(table))
        if old != table:
            names = {key: table[key] for key in NAMING if key in table}
            found.append(names | (table if old is None else differing(old, table)))
    return found


def _is_tables(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _name(table: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(table.get(key) for key in NAMING)


def _named(header: Header) -> str | None:
    """Return by what a run's scenario can be found from here: its name, or its file; none where neither."""
    if header.name in bundled_names():
        return header.name
    file = header.name if header.name.endswith(SUFFIX) else f"{header.name}{SUFFIX}"
    return file if Path(file).is_file() else None


def _named_so(document: Mapping[str, Any], about: Mapping[str, str]) -> dict[str, Any]:
    """Return a document under another name."""
    return {**document, "scenario": {**document.get("scenario", {}), **about}}


def _text(header: Header, settings: Sequence[str], document: Mapping[str, Any]) -> str:
    """Return a scenario's file."""
    head = [
        f"# What if {', '.join(settings) or 'nothing changed'}?",
        "#",
        f"# Tried out in the window, on {header.name}, seed {header.seed}, replication {header.replication}.",
        "# A toy model for study. Not a forecast, not for operational use.",
        "",
        "",
    ]
    return "\n".join(head) + to_toml(dict(document))


def _write(path: Path, text: str) -> None:
    with AtomicFile(path, False) as file:
        file.write(text.encode())
        file.keep()


def _is_same(path: Path, document: Mapping[str, Any]) -> bool:
    """Return whether a file says what a document does, its name aside."""
    try:
        found = dict(read_scenario(path).document)
    except SimError:
        return False
    return _nameless(found) == _nameless(document)


def _nameless(document: Mapping[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in document["scenario"].items() if key not in {"name", "summary"}}
    return {**document, "scenario": rest}
