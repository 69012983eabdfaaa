"""What a folder of results says it is of: enough to read its tables, and to know if it can be resumed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sim.command_line import StoredOverride, check_overrides
from sim.files.versioned_json import Description
from sim.model.quantities import CATEGORIES, DAY, DISCLAIMER, Seconds
from sim.model.reported_losses import reported_until
from sim.recording.records import made_with
from sim.results.tables import Names

if TYPE_CHECKING:
    from typing import Self

    from sim.model.scenario import Scenario

FORMAT: Final = "frontsim ensemble"
VERSION: Final = 2
FILE: Final = "meta.json"
DEPENDS_ON: Final = ("frontsim", "numpy")
"""Packages of which another version can give other rows."""
LONGEST: Final = 10_000 * DAY
"""No run goes on longer; a folder that says so is damaged."""
DIGITS: Final = 16
"""Bytes of a hash."""


@dataclass(frozen=True, kw_only=True)
class Meta:
    """What the rows of a folder are of, and what made them."""

    format: str
    version: int
    disclaimer: str = DISCLAIMER
    name: str
    """The scenario's file name or path, as it was asked for."""
    title: str
    seed: int
    overrides: tuple[StoredOverride, ...] = ()
    """Changes to the scenario, as given on the command line and in this order."""
    hash: str
    """Of the resolved scenario and the seed: the same hash, the same rows."""
    made_with: Mapping[str, str] = field(default_factory=dict)
    """Versions of Python and of the packages a run depends on."""
    scenario: dict[str, Any]
    """The scenario with everything merged, as plain values."""

    def __post_init__(self) -> None:
        """Raise where a change that it keeps is none."""
        check_overrides(self.overrides)

    def other_than(self, there: Self) -> str:
        """Return in words what a folder's rows are of, if not of this; empty where they are."""
        if there.hash == self.hash:
            return ""
        return f"seed {there.seed}, not {self.seed}" if there.seed != self.seed else "another scenario"


@dataclass(frozen=True, kw_only=True)
class EnsembleMeta(Meta):
    """What an ensemble is of."""

    format: str = FORMAT
    version: int = VERSION
    replications: int
    """How many were last asked for; the folder holds as many or fewer."""
    before: Mapping[str, float] = field(default_factory=dict)
    """Numbers that the overrides changed, by key, as they were without."""
    start: str
    """First day, as ISO text."""
    horizon: Seconds
    categories: tuple[str, ...]
    sides: Mapping[str, str]
    towns: Mapping[str, str]
    """Names by id."""
    first_holders: Mapping[str, str]
    """By town: the side that holds it at the start."""
    focus: tuple[str, ...]
    reported_losses: Mapping[str, Mapping[str, float]] | None = None
    """By side: losses a day by category as reported; none where the scenario reports nothing."""

    def __post_init__(self) -> None:
        """Raise where its parts do not fit together."""
        super().__post_init__()
        date.fromisoformat(self.start)
        fits = (
            len(self.sides) == 2
            and list(self.first_holders) == list(self.towns)
            and set(self.first_holders.values()) <= set(self.sides)
            and set(self.focus) <= set(self.towns)
            and set(self.reported_losses or self.sides) <= set(self.sides)
            and 0 <= self.horizon <= LONGEST
        )
        if not fits:
            raise ValueError("its sides, towns, holders and horizon do not fit together")

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        document: Mapping[str, Any],
        *,
        seed: int,
        replications: int,
        name: str | None = None,
        overrides: tuple[StoredOverride, ...] = (),
        before: Mapping[str, float] | None = None,
    ) -> EnsembleMeta:
        """Return what the folder of an ensemble that is about to begin says of itself.

        `name`: the scenario's file name or path, as it was asked for; else its title.
        """
        return cls(
            name=scenario.name if name is None else name,
            title=scenario.name,
            seed=seed,
            replications=replications,
            overrides=tuple(overrides),
            before=dict(before or {}),
            hash=hash_of(document, seed),
            start=scenario.start.isoformat(),
            horizon=scenario.horizon,
            made_with=made_with(),
            categories=CATEGORIES,
            sides={side.id: side.name for side in scenario.sides},
            towns={town.id: town.name for town in scenario.towns},
            first_holders={town.id: town.held_by for town in scenario.towns},
            focus=tuple(scenario.focus),
            reported_losses=_reported(scenario),
            scenario=dict(document),
        )

    @property
    def names(self) -> Names:
        """What the numbers in columns of names stand for."""
        return Names(tuple(self.sides), tuple(self.towns))


def _reported(scenario: Scenario) -> dict[str, dict[str, float]] | None:
    """Return by side and category the losses a day as reported, if any are."""
    if scenario.reported_losses is None:
        return None
    days, totals = scenario.horizon / DAY, reported_until(scenario, scenario.horizon)
    return {
        side.id: {str(category): loss / days for category, loss in zip(CATEGORIES, of_side, strict=True)}
        for side, of_side in zip(scenario.sides, totals, strict=True)
    }


def hash_of(document: Mapping[str, Any], seed: int) -> str:
    """Return what tells a scenario under a seed from all others.

    Examples
    --------
    >>> hash_of({"scenario": {"name": "Two towns"}}, 1) == hash_of({"scenario": {"name": "Two towns"}}, 2)
    False
    """
    text = json.dumps([document, seed], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=DIGITS).hexdigest()


def differing_versions(made_with: Mapping[str, str], here: Mapping[str, str]) -> str | None:
    """Return, in words, the first package whose version can change rows, or None if none differs.

    Examples
    --------
    >>> differing_versions({"frontsim": "0.1", "numpy": "2.3"}, {"frontsim": "0.1", "numpy": "2.4"})
    'numpy 2.3, and this is 2.4'
    """
    for package in DEPENDS_ON:
        if made_with.get(package) != here.get(package):
            return f"{package} {made_with.get(package)}, and this is {here.get(package)}"
    return None


ENSEMBLE: Final = Description(
    EnsembleMeta,
    FORMAT,
    VERSION,
    "an ensemble",
    "Name another folder.",
    "Make the ensemble again with --force.",
)
