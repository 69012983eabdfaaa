"""What a report is of: one run or an ensemble, under the same names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.analysis.ensemble import Summary, summary
from sim.command_line import StoredOverride
from sim.model.quantities import Days, PerDay, Share, in_days
from sim.model.reported_losses import reported_rates
from sim.model.scenario import Scenario
from sim.report.run_summary import RunSummary, summarize_run
from sim.results.hindcast_scores import HindcastScores
from sim.results.reader import Results
from sim.results.sweep_findings import SweepFindings
from sim.scenario_file.read import read_document

if TYPE_CHECKING:
    from sim.recording.reader import Recording
    from sim.recording.records import Header
    from sim.results.meta import Meta
    from sim.results.sweep_findings import SweepMeta
    from sim.statistics.differences import Difference


class ComparisonRow(NamedTuple):
    """How one measure differs between two ensembles; between two runs, without an interval."""

    group: str
    what: str
    unit: str
    """In words; ``%`` for shares, whose values are from 0 to 1."""
    found: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedComparison:
    """Two ensembles or two runs beside each other."""

    first: str
    second: str
    changes: tuple[tuple[str, str, str], ...]
    """What differs between their scenarios: a number's key, and what it is in each."""
    differences: tuple[ComparisonRow, ...]
    pairs: int
    """How many replications met the same random numbers in both; 0 where their numbers differ."""
    replications: tuple[int, int]
    level: Share


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Many runs, and what is known of them."""

    results: Results
    summary: Summary

    @property
    def count(self) -> int:
        """How many replications there are."""
        return len(self.results.numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a report is of."""

    scenario: Scenario
    name: str
    """The scenario's file name or path, as it was asked for."""
    title: str
    seed: int
    overrides: tuple[StoredOverride, ...]
    made_with: Mapping[str, str]
    digest: str
    """What tells it from all others: of the run's events, or of the ensemble's scenario and seed."""
    run: RunSummary | None = None
    """One run in full; of an ensemble, the replication that stands for all, where it was recorded."""
    ensemble: Ensemble | None = None
    """None where the report is of one run."""
    comparison: ReportedComparison | None = None
    sweep: SweepFindings | None = None
    hindcast: HindcastScores | None = None
    """What was found by changing its numbers, and beside what happened."""
    first_day: tuple[str, ...] = ()
    """What its changes do to the losses expected on day 0, a sentence or two each."""

    @property
    def has_runs(self) -> bool:
        """Whether it is of a run or of many, and not of a sweep or a hindcast alone."""
        return self.run is not None or self.ensemble is not None

    @property
    def is_one_run(self) -> bool:
        """Whether it is of a single run."""
        return self.run is not None and self.ensemble is None

    def is_of_another(self, digest: str) -> bool:
        """Return whether a sweep or a hindcast is of another scenario or seed than the ensemble here."""
        return self.ensemble is not None and digest != self.digest

    @property
    def days(self) -> Days:
        """The length of a run that no condition ends early."""
        return in_days(self.scenario.horizon)

    @property
    def reported(self) -> tuple[tuple[PerDay, ...], ...] | None:
        """By side and category: losses a day as reported; none where nothing is."""
        return None if self.scenario.reported_losses is None else reported_rates(self.scenario)

    def town(self, name: str) -> str:
        """Return a town's name."""
        return next(town.name for town in self.scenario.towns if town.id == name)

    def side(self, name: str) -> str:
        """Return a side's name."""
        return self.scenario.sides[self.scenario.side_index(name)].name

    def first_holder(self, town: str) -> str:
        """Return the side that holds a town at the start."""
        return next(each.held_by for each in self.scenario.towns if each.id == town)


def _subject(origin: Header | Meta | SweepMeta | HindcastScores, scenario: Scenario, **parts: Any) -> Subject:  # noqa: ANN401 - the fields of `Subject`
    """Return a subject with all that every result says of its origin."""
    return Subject(
        scenario=scenario,
        title=origin.title,
        seed=origin.seed,
        overrides=origin.overrides,
        made_with=origin.made_with,
        **parts,
    )


def of_recording(recording: Recording, comparison: ReportedComparison | None = None) -> Subject:
    """Return one run as a subject."""
    header = recording.header
    parts = {"name": header.name, "digest": recording.digest, "run": summarize_run(recording)}
    return _subject(header, recording.scenario, comparison=comparison, **parts)


def of_ensemble(
    results: Results, run: Recording | None, comparison: ReportedComparison | None = None
) -> Subject:
    """Return an ensemble as a subject, with the replication that is shown in full, where one was recorded."""
    meta, shown = results.meta, None if run is None else summarize_run(run)
    parts = {"name": meta.name, "digest": meta.hash, "ensemble": Ensemble(results, summary(results))}
    return _subject(meta, read_document(meta.scenario), run=shown, comparison=comparison, **parts)


def of_sweep(meta: SweepMeta, findings: SweepFindings) -> Subject:
    """Return a sweep as a subject."""
    parts = {"name": meta.name, "digest": meta.hash, "sweep": findings}
    return _subject(meta, read_document(meta.scenario), **parts)


def of_hindcast(found: HindcastScores) -> Subject:
    """Return a hindcast as a subject."""
    parts = {"name": found.scenario, "digest": found.hash, "hindcast": found}
    return _subject(found, read_document(found.document), **parts)


def focus_town(subject: Subject) -> str:
    """Return the town that the report is about first: the scenario's focus, else one that is fought for."""
    scenario = subject.scenario
    if scenario.focus:
        return scenario.focus[0]
    first = {town.id: town.held_by for town in scenario.towns}
    contacts = [route for route in scenario.routes if first[route.start] != first[route.end]]
    return contacts[0].start if contacts else scenario.towns[0].id
