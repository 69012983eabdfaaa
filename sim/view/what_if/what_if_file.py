"""A what-if run kept: as a command line, and as a scenario that extends the one it came from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.command_line import command_line as _command
from sim.errors import SimError
from sim.files.atomic_file import write_file
from sim.files.folder import remove
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
"""Keys that identify a table of a list."""


def command_line(header: Header, settings: Sequence[str], *, runs: int = 1) -> str:
    """Return the command that simulates a run, or many, with settings as ``--set`` takes them."""
    options: list[object] = [word for setting in settings for word in ("-s", setting)]
    options += ["--seed", header.seed]
    if runs > 1:
        options += ["-n", runs]
    elif header.replication:
        options += ["--replication", header.replication]
    verb, name = "run" if runs == 1 else "ensemble", _source(header) or header.name
    return _command(verb, name, overrides=header.overrides, options=options)


def save_scenario(header: Header, settings: Sequence[str], folder: Path) -> Path:
    """Write a run's scenario with settings into a folder; return where."""
    scenario, changed = changed_document(header.scenario, [SetNumber(setting) for setting in settings])
    path = free_path(folder, f"{Path(header.name).stem}-what-if", SUFFIX)
    about = {"name": f"{scenario.name}, changed", "summary": f"{scenario.name}, with {', '.join(settings)}."}
    parent = _source(header)
    original = None if parent is None else _document(parent)
    if parent is not None and original is not None:
        rest = difference(original, changed)
        _write(path, header, settings, {"schema": 1, "extends": parent, **_with_about(rest, about)})
        if _is_same(path, changed):
            return path
        # a scenario with other parts than its parent is no difference from it, and is written whole
        remove(path)
    _write(path, header, settings, _with_about(changed, about))
    return path


def difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return where a document differs from another, in the shape of a file that extends it.

    Examples
    --------
    >>> difference({"side": {"a": {"reach": 1, "fires": 2}}}, {"side": {"a": {"reach": 1, "fires": 3}}})
    {'side': {'a': {'fires': 3}}}
    """
    found: dict[str, Any] = {}
    for key, value in other.items():
        before = one.get(key)
        if before == value:
            continue
        if isinstance(value, dict) and isinstance(before, dict) and "value" not in value:
            found[key] = difference(before, value)
        elif _is_tables(value) and _is_tables(before):
            found[key] = _table_differences(before or [], value)
        else:
            found[key] = value
    return found


def _table_differences(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the tables of a list that differ, each with the keys that identify it."""
    before = {_name(table): table for table in one}
    return [
        {key: table[key] for key in NAMING if key in table} | difference(before.get(_name(table), {}), table)
        for table in other
        if before.get(_name(table)) != table
    ]


def _is_tables(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _name(table: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(table.get(key) for key in NAMING)


def _source(header: Header) -> str | None:
    """Return the name or the file of a run's scenario, if it is to be found from here."""
    if header.name in bundled_names():
        return header.name
    file = header.name if header.name.endswith(SUFFIX) else f"{header.name}{SUFFIX}"
    return file if Path(file).is_file() else None


def _with_about(document: Mapping[str, Any], about: Mapping[str, str]) -> dict[str, Any]:
    return {**document, "scenario": {**document.get("scenario", {}), **about}}


def _write(path: Path, header: Header, settings: Sequence[str], document: Mapping[str, Any]) -> None:
    run = f"{header.name}, seed {header.seed}, replication {header.replication}"
    head = (
        f"# What if {', '.join(settings) or 'nothing changed'}?\n#\n"
        f"# Tried out in the window, on {run}.\n"
        "# A toy model for study. Not a forecast, not for operational use.\n\n"
    )
    write_file(path, (head + to_toml(dict(document))).encode(), force=False)


def _document(source: str | Path) -> Mapping[str, Any] | None:
    """Return what a scenario holds; none where it cannot be read, or no longer."""
    try:
        return read_scenario(source).document
    except SimError:
        return None


def _is_same(path: Path, document: Mapping[str, Any]) -> bool:
    found = _document(path)
    return found is not None and _without_about(found) == _without_about(document)


def _without_about(document: Mapping[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in document["scenario"].items() if key not in {"name", "summary"}}
    return {**document, "scenario": rest}
