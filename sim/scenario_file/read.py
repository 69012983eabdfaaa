"""Read a scenario: its file, the files it extends and overrides, to the model's frozen `Scenario`."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.command_line import StoredOverride, as_arguments, stored_overrides
from sim.errors import ScenarioError, SimError
from sim.model.quantities import in_days
from sim.model.scenario import route_capacity
from sim.scenario_file.addresses import DIGITS, format_number_at, resolve_key
from sim.scenario_file.bundled import is_template
from sim.scenario_file.checks.assembly import build_scenario
from sim.scenario_file.checks.dead_ends import find_dead_ends
from sim.scenario_file.diagnostics import Diagnostic, invalid_scenario
from sim.scenario_file.inheritance import find_scenario, read_files
from sim.scenario_file.layers import LayerStack, document_stack, to_document
from sim.scenario_file.names import count_of, escape_terminal
from sim.scenario_file.overrides import AssumeNumber, Override, ScaleNumber, SetFile, SetNumber, apply
from sim.scenario_file.write import format_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sim.model.scenario import Scenario
    from sim.scenario_file.syntax.toml import TomlTable


class LoadedScenario:
    """A scenario with how it came about; its name is the file's, its overrides are as they were typed."""

    def __init__(
        self,
        scenario: Scenario,
        name: str,
        path: Path,
        overrides: tuple[StoredOverride, ...],
        stack: LayerStack,
    ) -> None:
        self.scenario = scenario
        self.name = name
        self.path = path
        self.overrides = overrides
        self._stack = stack

    def _repr_html_(self) -> str:
        from sim.html_table import html_table  # noqa: PLC0415 - for notebooks alone

        scenario = self.scenario
        rows = [
            (
                side.name,
                str(sum(town.held_by == side.id for town in scenario.towns)),
                f"{sum(t.garrison.strength for t in scenario.towns if t.held_by == side.id):,}",
            )
            for side in scenario.sides
        ]
        title = f"{scenario.name}: {count_of(in_days(scenario.horizon), 'day')} from {scenario.start}"
        changed = [("changed", str(each), "") for each in self.overrides]
        return html_table(title, ("Side", "Towns", "Soldiers in them"), [*rows, *changed], scenario.summary)

    @cached_property
    def document(self) -> TomlTable:
        """The scenario in the shape of a file, as plain JSON values: parents and overrides are in it.

        What-ifs stand in a table of their own, so that it says what loss coefficients are fitted to.
        """
        return to_document(self._stack.reference, self._stack.what_ifs)

    @cached_property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What may be meant so, but rarely is, in the order of the file."""
        return tuple(self._stack.locate(self._stack.diagnostics))

    @cached_property
    def dead_ends(self) -> tuple[Diagnostic, ...]:
        """What nothing comes of, in the order of the file; `ScenarioError` for an unknown doctrine."""
        found = find_dead_ends(self.scenario)
        _refuse([each for each in found if each.severity == "error"], self._stack)
        # What an era says of all its fronts need not be of use to each.
        return tuple(each for each in self._stack.locate(found) if not is_template(each.location.file))

    @cached_property
    def origins(self) -> Mapping[str, str]:
        """Where each value comes from: a dotted key to ``file:line``, or to ``--set``."""
        return self._stack.origins()

    @cached_property
    def without_overrides(self) -> Scenario:
        """The scenario as its files have it."""
        return _checked(self._stack.only(what_ifs=True)) if self.overrides else self.scenario

    @property
    def numbers_before(self) -> dict[str, float]:
        """The numbers that overrides changed, as they are in the files."""
        return changed_numbers(self.without_overrides, self.scenario) if self.overrides else {}

    def format_number(self, key: str, value: float, digits: int = DIGITS) -> str:
        """Return a value of one of the scenario's numbers as an override takes it; see `format_number_at`."""
        return format_number_at(key, value, self._stack.tree, digits)

    def changed_by(self, option: str, table: TomlTable) -> LoadedScenario:
        """Return it with a table in the shape of a file laid over it, for the option that asks for that."""
        stack = self._stack.only(overrides=True, what_ifs=True)
        stack.add_table(option, copy.deepcopy(table), table, is_override=True)
        return LoadedScenario(
            _checked(stack), self.name, self.path, (*self.overrides, StoredOverride.of(option)), stack
        )

    def resolve_key(self, key: str) -> str:
        """Return a dotted key as the scenario has it; see `sim.scenario_file.addresses.resolve_key`."""
        return resolve_key(key, self._stack.tree)


def read_scenario(name_or_path: str | Path, overrides: Sequence[Override] = ()) -> LoadedScenario:
    """Return a scenario that was read and checked.

    `FileError` where there is no such file, or it cannot be read; `ScenarioError` with every error there is.
    """
    path = find_scenario(name_or_path)
    stack = read_files(path)
    for override in overrides:
        apply(override, stack)
    scenario = _checked(stack)
    typed = stored_overrides(overrides)
    return LoadedScenario(scenario, escape_terminal(path.stem), path, typed, stack)


def load(
    name_or_path: str | Path,
    *,
    set: Mapping[str, object] | None = None,  # noqa: A002 - called as the option is
    assume: Mapping[str, object] | None = None,
    scale: Mapping[str, float] | None = None,
    set_files: Sequence[str | Path] = (),
) -> LoadedScenario:
    """Return a scenario with changes, as the options of the command line of these names make them.

    What-ifs keep the loss coefficients: ``set`` by key, or by key and day as ``side.ru.fires@d60``, and
    ``scale``. To what is given with ``assume`` or in files they are fitted anew. Errors are those of
    `read_scenario`.
    """
    overrides: list[Override] = [SetFile(each) for each in set_files]
    overrides += [AssumeNumber(f"{key}={_typed(value)}") for key, value in (assume or {}).items()]
    overrides += [SetNumber(f"{key}={_typed(value)}") for key, value in (set or {}).items()]
    overrides += [ScaleNumber(f"{key}={factor!r}") for key, factor in (scale or {}).items()]
    with named_as_arguments():
        return read_scenario(name_or_path, overrides)


@contextmanager
def named_as_arguments() -> Iterator[None]:
    """Let errors speak of arguments of the library in place of options of the command line."""
    try:
        yield
    except ScenarioError as problem:
        rows = tuple(
            (code, as_arguments(message), as_arguments(file), line, column)
            for code, message, file, line, column in problem.mistakes
        )
        raise ScenarioError(as_arguments(problem.text), rows) from problem
    except SimError as problem:
        raise type(problem)(as_arguments(str(problem))) from problem


def _typed(value: object) -> str:
    """Return a value as it is typed on a command line."""
    return value if isinstance(value, str) else format_value(value)


def read_document(document: Mapping[str, Any], overrides: Sequence[Override] = ()) -> Scenario:
    """Return the scenario of a resolved document, as a recording stores it.

    `ScenarioError` where this version would not have written the document, or a change does not fit it.
    """
    return changed_document(document, overrides)[0]


def changed_document(
    document: Mapping[str, Any], overrides: Sequence[Override]
) -> tuple[Scenario, TomlTable]:
    """Return the scenario of a resolved document with changes laid over it, and the document it is then.

    The document that is given is not changed; errors are those of `read_document`.
    """
    stack = document_stack(document)
    for override in overrides:
        apply(override, stack)
    return _checked(stack), to_document(stack.reference, stack.what_ifs)


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


def _checked(stack: LayerStack) -> Scenario:
    """Return the scenario of a stack, whose diagnostics are then all warnings, or raise all errors."""
    scenario = build_scenario(stack.tree, stack.diagnostics, is_what_if=bool(stack.what_ifs))
    _refuse([each for each in stack.diagnostics if each.severity == "error"], stack)
    assert scenario is not None
    if not stack.what_ifs:
        return scenario
    return replace(scenario, reference=_checked(stack.only(overrides=True)))


def _refuse(errors: list[Diagnostic], stack: LayerStack) -> None:
    """Raise these errors, if there are any, with their place: the file, or what was typed."""
    if not errors:
        return
    located = stack.locate(errors)
    options = {layer.name for layer in stack.layers if layer.option is not None}
    name = next(layer.name for layer in reversed(stack.layers) if not layer.is_override)
    is_typed = all(each.location.file in options for each in located)
    raise invalid_scenario(located, "the command line" if is_typed else name)
