"""Read a scenario: its file, the files it extends and overrides, to the model's frozen `Scenario`."""

from __future__ import annotations

import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.html_table import html_table
from sim.model.quantities import in_days
from sim.model.scenario import route_capacity
from sim.scenario_file.checks.assembly import build_scenario
from sim.scenario_file.diagnostics import Diagnostic, invalid_scenario
from sim.scenario_file.formatting import format_number_at, resolve_key
from sim.scenario_file.inheritance import find_scenario, read_layers
from sim.scenario_file.layers import locate, make_layer, merge_layers, origins, to_document
from sim.scenario_file.overrides import Override, apply
from sim.scenario_file.write import to_toml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sim.model.scenario import Scenario
    from sim.scenario_file.layers import Layer, Table


class LoadedScenario:
    """A scenario with how it came about.

    Attributes
    ----------
    name
        What it was asked for by, without folder and ending.
    overrides
        As they were typed.
    """

    def __init__(
        self,
        scenario: Scenario,
        name: str,
        path: Path,
        overrides: tuple[str, ...],
        tree: Table,
        layers: Sequence[Layer],
        notes: Sequence[Diagnostic],
    ) -> None:
        self.scenario = scenario
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
    def document(self) -> Table:
        """The scenario in the shape of a file, as plain JSON values: parents and overrides are in it."""
        return to_document(self._tree)

    @cached_property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What may be meant so, but rarely is, in the order of the file."""
        return tuple(locate(self._notes, self._layers))

    @cached_property
    def origins(self) -> Mapping[str, str]:
        """Where each value comes from: a dotted key to ``file:line``, or to ``--set``."""
        return origins(self._tree, self._layers)

    @cached_property
    def without_overrides(self) -> Scenario:
        """The scenario as its files have it."""
        if not self.overrides:
            return self.scenario
        files = [layer for layer in self._layers if not layer.is_override]
        return _checked(merge_layers(files, []), files, [], files[-1].name)[0]

    @property
    def numbers_before(self) -> dict[str, float]:
        """The numbers that overrides changed, as they are in the files."""
        return changed_numbers(self.without_overrides, self.scenario) if self.overrides else {}

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
        return format_number_at(key, value, self._tree)

    def resolve_key(self, key: str) -> str:
        """Return a dotted key as the scenario has it: a route may be called by its towns in either order.

        Raises
        ------
        UsageError
            There is no such key.
        """
        return resolve_key(key, self._tree)


def read_scenario(name_or_path: str | Path, overrides: Sequence[Override] = ()) -> LoadedScenario:
    """Return a scenario that was read and checked.

    Raises
    ------
    FileError
        There is no such file, or it cannot be read.
    ScenarioError
        With every error there is.
    """
    path = find_scenario(name_or_path)
    diagnostics: list[Diagnostic] = []
    layers = read_layers(path, diagnostics)
    shown = layers[-1].name
    tree = merge_layers(layers, diagnostics)
    for override in overrides:
        tree = apply(override, tree, layers, diagnostics)
    scenario, notes = _checked(tree, layers, diagnostics, shown)
    texts = tuple(str(override) for override in overrides)
    return LoadedScenario(scenario, path.stem, path, texts, tree, layers, notes)


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
    diagnostics: list[Diagnostic] = []
    # its text is for messages only: a document that is changed many times does without
    text = "" if overrides else to_toml(found)
    layers = [make_layer("scenario of the recording", text, found, (), diagnostics)]
    tree = merge_layers(layers, diagnostics)
    for override in overrides:
        tree = apply(override, tree, layers, diagnostics)
    return _checked(tree, layers, diagnostics, layers[0].name)[0], to_document(tree)


def changed_numbers(before: Scenario, after: Scenario) -> dict[str, float]:
    """Return the numbers that differ between two scenarios, as the first has them."""
    values = {each.key: each.value for each in before.parameters}
    for route in before.routes:
        values.setdefault(f"route.{route.id}.capacity", route_capacity(route, before.transport))
    return {
        each.key: values[each.key]
        for each in after.parameters
        if values.get(each.key, each.value) != each.value
    }


def _checked(
    tree: Table, layers: Sequence[Layer], diagnostics: list[Diagnostic], shown: str
) -> tuple[Scenario, list[Diagnostic]]:
    """Return the scenario of a merged tree with its warnings, or raise all errors."""
    scenario = build_scenario(tree, diagnostics)
    errors = [each for each in diagnostics if each.severity == "error"]
    if errors or scenario is None:
        raise invalid_scenario(locate(errors, layers), shown)
    return scenario, diagnostics
