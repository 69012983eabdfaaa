"""What the report does not say, under which terms it may be used, and what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.text import listing
from sim.model.quantities import DISCLAIMER
from sim.report.page import Prose, Section
from sim.scenario_file.sources import SourceCount

if TYPE_CHECKING:
    from sim.report.subject import Subject


RECENT: Final = 2014
"""Wars of scenarios that begin earlier are over."""


def first_words(subject: Subject) -> tuple[str, ...]:
    """Return what is to be read before anything else."""
    unknown = "it leaves out what the model does not know."
    if subject.ensemble is not None:
        lead = f"The spread below is the spread of the model, given its inputs; {unknown}"
    elif subject.run is not None:
        lead = "This is one run of many that were possible; only many runs can show how typical it is."
    elif subject.sweep is not None:
        ends = "between ends that somebody assumed"
        lead = f"What moves the result below is what moves this model {ends}; {unknown}"
    else:
        lead = "Scores say how the model did on months that are past and known. "
        lead += "They promise nothing for other months."
    return (f"{DISCLAIMER} {lead}",)


def section(subject: Subject) -> Section:
    """Return the last part."""
    items = [
        "Fronts are points on roads between towns, not lines on a map; villages and fields between are not "
        "there.",
        "Intervals say how well so many runs know what this model gives. They say nothing of what happened "
        "or will.",
    ]
    if subject.scenario.parameters:
        counted = SourceCount.of(subject.scenario).text()
        items.insert(1, f"{counted} Other assumptions may reverse an answer.")
    if subject.reported is not None:
        items.append(
            "Losses meet the reported rates in the opening state only, and drift as the front moves."
        )
        items.append(
            "Reported losses are a belligerent's claim about the other side, shown as a claim; the other "
            "side's own follow from an assumed exchange ratio."
        )
    publishers = list(dict.fromkeys(source.publisher for source in subject.scenario.sources))
    licence = "The programme is under the MIT licence. "
    if publishers:
        licence += f"Figures in the scenario come from {listing(publishers)}; their own terms apply."
    dies = "die" if subject.scenario.start.year >= RECENT else "died"
    return Section(
        "limits",
        "Limits, licence and ethics",
        (
            Prose(heading="What it cannot say", items=tuple(items)),
            Prose(heading="Licence", paragraphs=(licence,)),
            Prose(
                heading="Ethics",
                paragraphs=(
                    f"People {dies} in this war. Figures here are public, dated and aggregated; there are no "
                    "live data, no military formations, no targets, and nobody wins. Use it to learn how "
                    "losses, replacements and roads interact, not to plan or to predict.",
                ),
            ),
        ),
    )
