"""The model under the headings of STRESS-DES, written from the scenario that was run.

References
----------
T. Monks and others (2019), Strengthening the reporting of empirical simulation studies: introducing the
STRESS guidelines, Journal of Simulation 13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.text import date_text, duration_text, listing
from sim.model.attrition import LAWS
from sim.report.page import Prose, Section
from sim.report.text import amount_text
from sim.scenario_file.names import count_of

if TYPE_CHECKING:
    from sim.model.scenario import Scenario, ScheduledEvent, Side
    from sim.report.subject import Subject

COUNTS: Final = {"negative_binomial": "negative binomial", "poisson": "Poisson", "single": "one at a time"}
MOST_EVENTS: Final = 12


def section(subject: Subject) -> Section:
    """Return the part on the model."""
    access = (
        "The programme is open source under the MIT licence; the scenario is a text file that it reads, and "
        "every number in it is listed above. The command that repeats this is in the next part."
    )
    parts = (_objectives(subject), _logic(subject.scenario), _data(subject), _experimentation(subject))
    blocks = (*parts, _implementation(subject), Prose(heading="6. Code access", paragraphs=(access,)))
    lead = "Under the headings of STRESS-DES (Monks and others, 2019), from the scenario that was run."
    return Section("model", "The model", blocks, lead)


def _objectives(subject: Subject) -> Prose:
    scenario = subject.scenario
    focus = [subject.town(town) for town in scenario.focus]
    about = f"{scenario.summary} " if scenario.summary else ""
    watched = f" It looks at {listing(focus)} first." if focus else ""
    return Prose(
        heading="1. Objectives",
        paragraphs=(
            f"{about}A toy for study: how losses, replacements and roads interact.{watched}",
            "Outputs: who holds each town and when it changes hands, days of supply, losses by category, and "
            "where the capacity of each road goes.",
        ),
    )


def _logic(scenario: Scenario) -> Prose:
    """Return what happens in the model, in order."""
    attrition, assaults, supply = scenario.attrition, scenario.assaults, scenario.supply
    items = [
        f"Graph: {count_of(len(scenario.towns), 'town')} and {count_of(len(scenario.routes), 'route')}. "
        "A route between the two sides is a contact, with a front that stands somewhere along it.",
        f"Losses: {LAWS[attrition.assault_law].text} in assaults, {LAWS[attrition.fires_law].text} "
        f"under fires; counts are {COUNTS[attrition.counts]}. Every day has a tempo common to both sides "
        f"(standard deviation {scenario.tempo.variation:g}, correlation with the day before "
        f"{scenario.tempo.lag_1:g}).",
        f"Assaults take {duration_text(assaults.duration)}; the odds decide (exponent {assaults.kappa:g}), "
        f"and one that succeeds moves the front by {assaults.advance:g} km on average. At the far end the "
        "town falls, and new contacts open; it can be retaken.",
        f"Supply: a soldier uses {supply.consumption_fighting:g} kg a day at the front and "
        f"{supply.consumption_idle:g} away from it; a linear programme for each side says who gets how "
        f"much by which road. Convoys of {supply.convoy_load:g} t drive it leg by leg, may be attacked, "
        f"wait where a road is cut, or take another way. Below {supply.effect_full_at:g} days of supply a "
        "garrison fights at less than its full value.",
        f"Strikes put {100 * scenario.strikes.damage:g} % of a road out of use on average; crews repair in "
        f"{duration_text(scenario.repairs.time)} (median), first where most is held back.",
        *(_side(side) for side in scenario.sides),
    ]
    if scenario.weather.is_on:
        items.append(
            "Weather: clear, rain, mud and frost, day by day; it acts on speed, roads, reach and tempo."
        )
    items += [_event(scenario, event) for event in scenario.events[:MOST_EVENTS]]
    if len(scenario.events) > MOST_EVENTS:
        items.append(f"{len(scenario.events) - MOST_EVENTS} more scheduled events.")
    return Prose(heading="2. Logic", items=tuple(items))


def _side(side: Side) -> str:
    return (
        f"{side.name}: doctrine {side.doctrine.name.replace('_', ' ')}, {amount_text(side.replacements)} "
        f"replacements a day and {amount_text(float(side.reserve))} in reserve; in the reference state "
        f"{side.assaults:g} assaults, {side.fires:g} fire missions and {side.strikes:g} strikes a day; reach "
        f"{side.reach:g} km, {side.repair_crews} repair crews."
    )


def _event(scenario: Scenario, event: ScheduledEvent) -> str:
    names = {town.id: town.name for town in scenario.towns} | {side.id: side.name for side in scenario.sides}
    where = event.route or names.get(event.town or event.side or "", event.key or "")
    what = {
        "damage": "damage to",
        "repair": "repair of",
        "reinforce": "reinforcements for",
        "set": "a new number for",
    }
    note = f" ({event.note})" if event.note else ""
    return f"On {date_text(scenario.start, event.at)}: {what[event.do]} {where}{note}."


def _data(subject: Subject) -> Prose:
    """Return where the numbers come from."""
    scenario = subject.scenario
    total = len(scenario.parameters)
    assumed = [each for each in scenario.parameters if each.status == "assumed"]
    sourced = sum(bool(each.source) for each in assumed)
    after = f" ({sourced} of these after a source)" if sourced else ""
    items = [
        f"Inputs: {total} numbers, {len(assumed)} of them assumed{after}, with {len(scenario.sources)} "
        "sources; listed above with range, source, grade and status."
    ]
    reported = scenario.reported_losses
    if reported is not None:
        of = subject.side(reported.of)
        items.append(
            f"Calibration: losses of {of} as reported for {date_text(reported.date, 0)}, times "
            f"{reported.sector_share:g} for this front and {reported.reporting_factor:g} for reporting; the "
            f"other side's are those divided by {reported.loss_exchange_ratio:g}. The coefficients follow in "
            "closed form, so that expected losses in the opening state are these rates."
        )
    items.append("Assumptions: strengths, stocks and capacities are those of the scenario, exact and known.")
    return Prose(heading="3. Data", items=tuple(items))


def _experimentation(subject: Subject) -> Prose:
    """Return how long and how often it was run."""
    end = f"Each run lasts {count_of(subject.days, 'day')}"
    if subject.scenario.ends:
        towns = listing([subject.town(each.town) for each in subject.scenario.ends])
        end += f", or until a condition on {towns} is met"
    items = [
        "Initialisation: the scenario's opening state, with stocks filled and convoys on the road; no "
        "warm-up.",
        f"{end}.",
    ]
    if subject.ensemble is not None:
        items.append(
            f"Estimation: {subject.ensemble.count:,} independent replications under one seed; shares with "
            "Wilson's intervals, times to a loss by Kaplan and Meier with Greenwood's."
        )
    else:
        items.append("One run: nothing is estimated from it.")
    if subject.comparison is not None and subject.comparison.pairs:
        items.append("Comparison: common random numbers; each pair of runs meets the same random numbers.")
    return Prose(heading="4. Experimentation", items=tuple(items))


def _implementation(subject: Subject) -> Prose:
    versions = subject.made_with
    named = listing([f"{name} {version}" for name, version in versions.items()])
    return Prose(
        heading="5. Implementation",
        items=(
            f"Software: {named}. Discrete events run on SimPy, supply plans are solved by HiGHS.",
            "Chance: one named stream of random numbers for each concern, keyed by seed, replication and "
            "name only (NumPy's PCG64); two scenarios under one seed meet the same random numbers.",
        ),
    )
