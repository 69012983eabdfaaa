"""Towns by date: the chance that each is occupied, as simulated, beside whether it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sim.analysis.text import MONTHS, date_text, listing
from sim.report.markup import (
    WIDTH,
    axis,
    element,
    joined,
    key,
    rect_sample,
    row,
    sample,
    shades,
    short,
    stretched,
)
from sim.report.page import Block, Figure, Prose, Table
from sim.report.text import share_text
from sim.results.hindcast_scores import MODEL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from markupsafe import Markup

    from sim.report.subject import Subject
    from sim.results.hindcast_scores import HindcastScores

OPENING: Final = "persistence"
"""The forecast that nothing changes, which has towns as they are at the start."""
WORTH: Final = 0.05
"""A chance of change from which a town is shown, whether it changed or not."""
GRADES: Final = (0.05, 0.2, 0.4, 0.6, 0.8, 0.95)
"""Chances at which the shade of a cell changes."""
SMALL: Final = 0.2
LARGE: Final = 0.8
CELL: Final = 22.0
GAP: Final = 3.0


class _Case(NamedTuple):
    """A town over all dates."""

    town: str
    opening: int
    """1 where it is occupied at the start."""
    chances: tuple[float, ...]
    happened: tuple[float, ...]
    """By date: the chance that it is occupied, and 1 where it was."""

    @property
    def changes(self) -> list[tuple[float, bool]]:
        """By date: the chance that it is not as at the start, and whether it was not."""
        pairs = zip(self.chances, self.happened, strict=True)
        return [(abs(chance - self.opening), was != self.opening) for chance, was in pairs]

    @property
    def first_change(self) -> int:
        """The index of its first changed date, or the number of dates if it never changes."""
        changed = [did for _, did in self.changes]
        return changed.index(True) if True in changed else len(changed)


def blocks(subject: Subject, found: HindcastScores) -> list[Block]:
    """Return the towns that changed hands, or might have, by date."""
    dates = found.window.dates
    cases = [
        case
        for case in _cases(subject, found)
        if case.first_change < len(dates) or max(chance for chance, _ in case.changes) >= WORTH
    ]
    if not cases:
        words = "No town changed hands, and no forecast gave one a notable chance of it."
        return [Prose(paragraphs=(words,))]
    cases.sort(key=lambda case: (case.first_change, -case.changes[-1][0]))
    side, number = subject.side(found.occupier), subject.scenario.side_index(found.occupier)
    words = f"Towns that changed hands, and those that did in {share_text(WORTH)} of runs or more."
    caption = (
        f"Shade: the share of runs in which {side} holds the town at that date. A filled dot: it did; a "
        "ring: it did not."
    )
    rows = [row(subject.town(case.town), _strip(case, number)) for case in cases]
    table = Table(
        caption=f"Share of runs in which {side} holds the town; whether it did",
        headings=("Town", *(date_text(on, 0) for on in dates)),
        rows=[
            (
                subject.town(case.town),
                *(
                    f"{share_text(chance)}; {'yes' if was else 'no'}"
                    for chance, was in zip(case.chances, case.happened, strict=True)
                ),
            )
            for case in cases
        ],
    )
    drawing = element("div", *rows, _axis(dates, cases, side), class_="strips cases")
    heading = Prose(heading="Who held what", paragraphs=(words,))
    return [heading, Figure(drawing=drawing, key=_key(number), table=table, caption=caption)]


def wrong(subject: Subject, found: HindcastScores) -> list[str]:
    """Return which changes were hardly expected, and which were expected and did not come, in words."""
    missed: list[str] = []
    early: list[str] = []
    for case in _cases(subject, found):
        low = [(at, chance) for at, (chance, did) in enumerate(case.changes) if did and chance < SMALL]
        high = [(at, chance) for at, (chance, did) in enumerate(case.changes) if not did and chance >= LARGE]
        for named, off in ((missed, low[:1]), (early, high[:1])):
            for at, chance in off:
                on = found.window.dates[at]
                when = f"{on.day} {MONTHS[on.month - 1]}"
                named.append(f"{subject.town(case.town)} ({when}, {share_text(chance)})")
    kinds = {
        f"Changed hands despite a forecast below {share_text(SMALL)}": missed,
        f"Given {share_text(LARGE)} or more, and had not changed hands by then": early,
    }
    return [f"{words}: {listing(towns)}." for words, towns in kinds.items() if towns]


def _cases(subject: Subject, found: HindcastScores) -> list[_Case]:
    """Return all towns that the scenario has and that are scored."""
    known = {town.id for town in subject.scenario.towns}.difference(not_scored(found))
    tables = (found.cases.chances[MODEL], found.cases.happened)
    columns = zip(
        found.cases.towns, _opening(found), *(zip(*rows, strict=True) for rows in tables), strict=True
    )
    return [_Case(*column) for column in columns if column[0] in known]


def not_scored(found: HindcastScores) -> list[str]:
    """Return the towns that the first reading has otherwise from the start: nothing is learnt from them."""
    elsewhere = found.opens_otherwise.get(found.first.source, {})
    opening = dict(zip(found.cases.towns, _opening(found), strict=True))
    stood = {town: found.first.grey if state == "grey" else state for town, state in elsewhere.items()}
    return [town for town, state in stood.items() if (state == "occupied") != bool(opening.get(town))]


def _opening(found: HindcastScores) -> list[int]:
    """Return by town: 1 where it is occupied as the scenario opens."""
    return [round(each) for each in found.cases.chances.get(OPENING, found.cases.happened)[0]]


def _strip(case: _Case, number: int) -> Markup:
    """Return a town's cells, a dot on each; one with a hole where it was not occupied."""
    step = WIDTH / len(case.chances)
    dots = [f"M{short((at + 0.5) * step - GAP / 2)} {short(CELL / 2)}h.01" for at in range(len(case.chances))]
    holes = [dot for dot, was in zip(dots, case.happened, strict=True) if not was]
    looks = {"dot edge": dots, "dot did": dots, "dot hole": holes}
    grades = [sum(chance >= each for each in GRADES) for chance in case.chances]
    over = [element("path", d="".join(d), class_=look) for look, d in looks.items() if d]
    return stretched(shades(grades, f"fill{number} c", CELL, gap=GAP), *over, height=CELL)


def _axis(dates: Sequence[date], cases: Sequence[_Case], side: str) -> Markup:
    """Return the dates below the towns, and what the rows are for those who do not see them.

    A date is its month alone where no other date lies in that.
    """
    step, texts = 100.0 / len(dates), []
    months = [(on.year, on.month) for on in dates]
    for at, on in enumerate(dates):
        month = MONTHS[on.month - 1][:3]
        words = month if months.count(months[at]) == 1 else f"{on.day} {month}"
        texts.append(element("text", words, x=f"{short((at + 0.5) * step)}%", y="12", class_="tick mid"))
    changed = sum(case.first_change < len(dates) for case in cases)
    title = f"Share of runs in which {side} holds a town, and whether it did, by date"
    words = f"Of {len(cases)} shown, {changed} changed hands by the last of {len(dates)} dates."
    return row("", axis(texts, title, f"{words} The table has each."))


def _key(number: int) -> Markup:
    names = ("under 5 %", "5 to 20", "20 to 40", "40 to 60", "60 to 80", "80 to 95", "95 % or more")
    cells = [rect_sample(f"fill{number} c{grade}", name) for grade, name in enumerate(names)]
    filled = element("path", d="M10 6h.01", class_="dot did")
    ring = joined([filled, element("path", d="M10 6h.01", class_="dot hole")])
    return key([*cells, sample(filled, "it did"), sample(ring, "it did not")])
