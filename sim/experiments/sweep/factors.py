"""What a sweep can change: numbers with a range, one by one or many alike together, and all of one source.

A scenario of some size has hundreds of assumed numbers. Those of one kind and side, such as the depths of
all towns that Ukraine holds, are first moved together; what shows there is looked at number by number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from sim.errors import UsageError
from sim.model.scenario import Source
from sim.scenario_file.names import nearest
from sim.scenario_file.overrides import AssumeNumber, SetNumber
from sim.scenario_file.read import read_scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.experiments.sweep.design_points import DesignPoint
    from sim.model.scenario import Parameter, Scenario
    from sim.scenario_file.overrides import Override
    from sim.scenario_file.read import LoadedScenario

Change: TypeAlias = type[AssumeNumber] | type[SetNumber]
HALF: Final = 0.5
"""What all numbers of a source are multiplied by, to see what hangs on it."""
OPEN: Final = "*"
"""Stands for any id in the name of numbers that move together."""


@dataclass(frozen=True, slots=True)
class Member:
    """One number that is moved."""

    key: str
    """As `--set` takes it."""
    value: str
    low: str
    high: str
    """As the scenario would write them; the value is empty where the scenario leaves it to the model."""
    source: str = ""
    status: str = ""
    """Of the number; empty where it says none."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One number, or several that move together from their low to their high ends."""

    name: str
    """Its key, or a pattern of keys: ``town.*.depth (ua)``."""
    label: str
    members: tuple[Member, ...]
    part_of: str = ""
    """The name of the several that it was taken out of; empty where it stands for itself."""
    change: Change = AssumeNumber
    """What moving it is: an assumption, or a what-if."""
    source: Source | None = None
    """That all of it rests on, where it is only halved, and has no high end."""

    @classmethod
    def of(cls, member: Member, part_of: str = "", change: Change = AssumeNumber) -> Factor:
        """Return one number as a factor, called by its key."""
        return cls(member.key, member.key, (member,), part_of, change)

    @property
    def is_several(self) -> bool:
        """Whether more than one number moves."""
        return len(self.members) > 1

    @property
    def low(self) -> DesignPoint:
        """The changes that put all of it at the low end."""
        return tuple(self.change(f"{each.key}={each.low}") for each in self.members)

    @property
    def high(self) -> DesignPoint:
        """The changes that put all of it at the high end; none where it has none."""
        if self.source is not None:
            return ()
        return tuple(self.change(f"{each.key}={each.high}") for each in self.members)

    def alone(self) -> tuple[Factor, ...]:
        """Return its numbers as factors of their own."""
        return tuple(Factor.of(each, self.name, self.change) for each in self.members)


def factors_of(reading: LoadedScenario, change: Change = AssumeNumber) -> tuple[Factor, ...]:
    """Return every number with a range that the scenario assumes, those alike of towns and roads together.

    The weather's shares are left out: those of a month sum to 1, so none can move alone.
    """
    owners = _owners(reading.scenario)
    sides = {side.id: side.name for side in reading.scenario.sides}
    groups: dict[tuple[str, str], list[Member]] = {}
    for each in reading.scenario.parameters:
        if each.low is None or each.high is None or each.low == each.high:
            continue
        if each.key.startswith(("event.", "weather.shares.")):
            continue
        group = groups.setdefault(_group(each.key, owners, sides), [])
        group.append(_member(reading, each.key, each.low, each.high))
    return tuple(
        Factor.of(members[0], change=change)
        if len(members) == 1
        else Factor(name, label, tuple(members), change=change)
        for (name, label), members in groups.items()
    )


def named_factors(
    reading: LoadedScenario, ranges: Sequence[tuple[str, str, str]], change: Change = AssumeNumber
) -> tuple[Factor, ...]:
    """Return factors for numbers that were named.

    `ranges`: key, low and high of each; both empty for the range that the scenario gives. Raises UsageError
    where there is no such number, or it has no range. Raises ScenarioError where an end does not fit the
    number.
    """
    return tuple(replace(_named(reading, *each), change=change) for each in ranges)


def claims_of(reading: LoadedScenario) -> tuple[Factor, ...]:
    """Return each source as a factor that halves all numbers that rest on it.

    The table of reported losses names its source once for all its rates.
    """
    found: dict[str, list[Parameter]] = {}
    for each in reading.scenario.parameters:
        if each.source is not None and each.value != 0.0:
            found.setdefault(each.source, []).append(each)
    return tuple(
        Factor(
            source.id,
            source.title,
            tuple(_member(reading, each.key, HALF * each.value, each.value) for each in found[source.id]),
            source=source,
        )
        for source in reading.scenario.sources
        if source.id in found
    )


def _member(reading: LoadedScenario, key: str, *ends: float | str) -> Member:
    """Return a number with its range, its ends as typed or as the scenario would write them."""
    low, high = (each if isinstance(each, str) else reading.format_number(key, each) for each in ends)
    known = next((each for each in reading.scenario.parameters if each.key == key), None)
    if known is None:
        return Member(key, "", low, high)
    return Member(key, known.text, low, high, known.source or "", known.status or "")


def _owners(scenario: Scenario) -> dict[str, str]:
    """Return the side of each town and route by id; ``contact`` for a route between the sides."""
    holders = {town.id: town.held_by for town in scenario.towns}
    found = {f"town.{town}": side for town, side in holders.items()}
    for route in scenario.routes:
        sides = {holders.get(route.start, ""), holders.get(route.end, "")}
        found[f"route.{route.id}"] = sides.pop() if len(sides) == 1 else "contact"
    return found


def _group(key: str, owners: dict[str, str], sides: dict[str, str]) -> tuple[str, str]:
    """Return with which others a number moves, as a pattern and in words; with none it is its own key."""
    parts = key.split(".")
    owner = owners.get(".".join(parts[:2]))
    if owner is None:
        return key, key
    what = ".".join(parts[2:])
    whose = "between both sides" if owner == "contact" else f"of {sides[owner]}"
    return f"{parts[0]}.{OPEN}.{what} ({owner})", f"{what.replace('.', ' ')}, all {parts[0]}s {whose}"


def _named(reading: LoadedScenario, key: str, low: str, high: str) -> Factor:
    known = {each.key: each for each in reading.scenario.parameters}
    key = reading.resolve_key(key)
    if low and high:
        for end in (low, high):
            _refuse_no_number(reading, key, end)
        return Factor.of(_member(reading, key, low, high))
    if key not in known:
        alike = nearest(key, known)
        advice = f" Did you mean {alike[0]}?" if alike else ""
        raise UsageError(
            f"-p {key}: the scenario gives no such number.{advice} Or give a range: {key}=LO..HI"
        )
    found = known[key]
    if found.low is None or found.high is None:
        raise UsageError(f"-p {key}: the scenario gives it no range. Give one: -p {key}=LO..HI")
    return Factor.of(_member(reading, key, found.low, found.high))


def _refuse_no_number(reading: LoadedScenario, key: str, text: str) -> None:
    """Raise where a value as typed is none of a number's."""
    changed: Sequence[Override] = (SetNumber(f"{key}={text}"),)
    if all(each.key != key for each in read_scenario(reading.path, changed).scenario.parameters):
        raise UsageError(f"-p {key}: only numbers have a range from low to high.")
