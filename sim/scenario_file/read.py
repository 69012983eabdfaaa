"""Read a scenario: its file, the files it extends and overrides, to the domain's frozen `Scenario`."""

from __future__ import annotations

import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.model.quantities import in_days
from sim.scenario_file.checks.assembly import assembled
from sim.scenario_file.diagnostics import Finding, Mistake, scenario_invalid
from sim.scenario_file.formatting import known_key, written_at
from sim.scenario_file.html_table import html_table
from sim.scenario_file.inheritance import find, layers_of
from sim.scenario_file.merge import as_document, layer_of, merged
from sim.scenario_file.overrides import Override, apply
from sim.scenario_file.syntax.write import to_toml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sim.model.scenario import Scenario
    from sim.scenario_file.syntax.layers import Layer, Table


class LoadedScenario:
    """A scenario with how it came about.

    Parameters
    ----------
    document
        The same in the shape of a file, as plain JSON values: parents and overrides are in it.
    name
        What it was asked for by, without folder and ending.
    tree
        The document with routes and events by id.
    layers
        The texts it was read from, the outermost parent first.
    """

    def __init__(
        self,
        scenario: Scenario,
        document: Table,
        name: str,
        path: Path,
        overrides: tuple[str, ...],
        tree: Table,
        layers: Sequence[Layer],
        notes: Sequence[Finding],
    ) -> None:
        self.scenario = scenario
        self.document = document
        self.name = name
        self.path = path
        self.overrides = overrides
        self._tree = tree
        self._layers = layers
        self._notes = notes

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        scenario = self.scenario
        rows = [
            (
                side.name,
                str(sum(town.held_by == side.id for town in scenario.towns)),
                f"{sum(t.garrison.strength for t in scenario.towns if t.held_by == side.id):,}",
            )
            for side in scenario.sides
        ]
        title = f"{scenario.name}: {in_days(scenario.horizon):g} days from {scenario.start}"
        changed = [("changed", each, "") for each in self.overrides]
        return html_table(title, ("Side", "Towns", "Soldiers in them"), [*rows, *changed], scenario.summary)

    @cached_property
    def warnings(self) -> tuple[Mistake, ...]:
        """What may be meant so, but rarely is, in the order of the file."""
        return tuple(located(self._notes, self._layers))

    def written(self, key: str, value: float) -> str:
        """Return a value for one of the scenario's numbers as an override takes it, in the unit it has.

        Parameters
        ----------
        key
            As `Parameter.key` has it.
        value
            In the measure used inside; whole where the number has to be.

        Raises
        ------
        UsageError
            The scenario has no such number.
        """
        return written_at(key, value, self._tree)

    def known_key(self, key: str) -> str:
        """Return a dotted key as the scenario has it: a route may be called by its towns in either order.

        Raises
        ------
        UsageError
            There is no such key.
        """
        return known_key(key, self._tree)

    @cached_property
    def origins(self) -> Mapping[str, str]:
        """Where each value comes from: a dotted key to ``file:line``, or to ``--set``."""
        return {".".join(path): _origin(path, self._layers) for path in _leaves(self._tree)}


def read_scenario(name_or_path: str | Path, overrides: Sequence[Override] = ()) -> LoadedScenario:
    """Return a scenario that was read and checked.

    Raises
    ------
    FileError
        There is no such file, or it cannot be read.
    ScenarioError
        With every mistake there is.
    """
    path = find(name_or_path)
    findings: list[Finding] = []
    layers = layers_of(path, findings)
    shown = layers[-1].name
    tree = merged(layers, findings)
    for override in overrides:
        tree = apply(override, tree, layers, findings)
    scenario, notes = _checked(tree, layers, findings, shown)
    texts = tuple(str(override) for override in overrides)
    return LoadedScenario(scenario, as_document(tree), path.stem, path, texts, tree, layers, notes)


def read_document(document: Mapping[str, Any], overrides: Sequence[Override] = ()) -> Scenario:
    """Return the scenario of a resolved document, as a recording stores it.

    Raises
    ------
    ScenarioError
        The document is not one that this version would have written, or a change does not fit it.
    """
    return changed_document(document, overrides)[0]


def changed_document(document: Mapping[str, Any], overrides: Sequence[Override]) -> tuple[Scenario, Table]:
    """Return the scenario of a resolved document with changes laid over it, and the document it is then.

    Parameters
    ----------
    document
        As plain JSON values; it is not changed.

    Raises
    ------
    ScenarioError
        As `read_document` does.
    """
    found = copy.deepcopy(dict(document))
    findings: list[Finding] = []
    # its text is for messages only: a document that is changed many times does without
    text = "" if overrides else to_toml(found)
    layers = [layer_of("scenario of the recording", text, found, (), findings)]
    tree = merged(layers, findings)
    for override in overrides:
        tree = apply(override, tree, layers, findings)
    return _checked(tree, layers, findings, layers[0].name)[0], as_document(tree)


def located(findings: Sequence[Finding], layers: Sequence[Layer]) -> list[Mistake]:
    """Return findings with where they are written: those of the file, of its parents, of overrides."""
    last_file = max((number for number, layer in enumerate(layers) if not layer.is_override), default=0)
    placed = []
    for finding in findings:
        number = _layer_number(finding, layers)
        mistake = layers[number].mistake(finding)
        rank = last_file - number if number <= last_file else number
        placed.append((rank, mistake.line, mistake.column, mistake))
    placed.sort(key=lambda each: each[:3])
    return [each[3] for each in placed]


def _layer_number(finding: Finding, layers: Sequence[Layer]) -> int:
    """Return which layer a finding is about: the last one that says something there."""
    if finding.layer is not None:
        return finding.layer
    numbers = range(len(layers) - 1, -1, -1)
    path = finding.path
    while path:
        holding = [number for number in numbers if layers[number].holds(path)]
        if holding:
            # What a table lacks is shown in the file that heads it, not beside an override inside it.
            files = [number for number in holding if not layers[number].is_override]
            is_heading = isinstance(layers[holding[0]].value(path), dict) and files
            return files[0] if is_heading else holding[0]
        path = path[:-1]
    return next(number for number in numbers if not layers[number].is_override)


def _leaves(document: Table) -> list[tuple[str, ...]]:
    """Return the path of every value in a merged tree, and of every number that has a range around it."""
    found: list[tuple[str, ...]] = []
    left: list[tuple[tuple[str, ...], Any]] = [((), document)]
    while left:
        path, value = left.pop()
        if isinstance(value, dict):
            left.extend(((*path, name), each) for name, each in reversed(value.items()))
        if not isinstance(value, dict) or "value" in value:
            found.append(path)
    return found


def _origin(path: tuple[str, ...], layers: Sequence[Layer]) -> str:
    """Return which text a value comes from; of a number with a range around it, its value."""
    # What was written short below may have become part of a table above: look one key further out too.
    candidates = ((*path, "value"), path, path[:-1])
    holding = (
        layer.origin(full)
        for full in candidates
        for layer in reversed(layers)
        if layer.holds(full) and not isinstance(layer.value(full), dict)
    )
    return next(holding, "")


def _checked(
    tree: Table, layers: Sequence[Layer], findings: list[Finding], shown: str
) -> tuple[Scenario, list[Finding]]:
    """Return the scenario of a merged tree with its warnings, or raise all mistakes."""
    scenario = assembled(tree, findings)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors or scenario is None:
        raise scenario_invalid(located(errors, layers), shown)
    return scenario, findings
