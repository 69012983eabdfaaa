"""Towns by date: the chance that each is occupied, as simulated, beside whether it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sim.analysis.text import MONTHS, date_text, listing
from sim.report.markup import WIDTH, axis, element, joined, key, rect_sample, row, sample, short, stretched
from sim.report.page import Block, Figure, Prose, Table
from sim.report.text import share_text
from sim.results.hindcast_scores import MODEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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

    def first_change(self) -> int:
        """Return the index of its first changed date, or the number of dates if it never changes."""
        return next((at for at, was in enumerate(self.happened) if was != self.opening), len(self.happened))

    def change_chance(self, at: int) -> float:
        """Return the forecast probability that its state differs from the start."""
        return abs(self.chances[at] - self.opening)


def blocks(subject: Subject, found: HindcastScores) -> list[Block]:
    """Return the towns that changed hands, or might have, by date."""
    cases = [each for each in _cases(subject, found) if _is_shown(each)]
    if not cases:
        words = "No town changed hands, and no forecast gave one a notable chance of it."
        return [Prose(paragraphs=(words,))]
    cases.sort(key=lambda each: (each.first_change(), -each.change_chance(-1)))
    side = subject.side(found.occupier)
    words = (
        f"Shade: the share of runs in which {side} holds the town at that date. A filled dot: it did; a "
        "ring: it did not. Shown are towns that changed hands, and those that did in "
        f"{share_text(WORTH)} of runs or more."
    )
    number = subject.scenario.side_index(found.occupier)
    dates, rows = found.window.dates, [_row(subject, each, number) for each in cases]
    drawing = element("div", _dots(dates), *rows, _axis(dates, cases, side), class_="strips cases")
    figure = Figure(drawing=drawing, key=_key(number), table=_table(subject, found, cases, side))
    return [Prose(heading="Who held what", paragraphs=(words,)), figure]


def wrong(subject: Subject, found: HindcastScores) -> list[str]:
    """Return which changes were hardly expected, and which were expected and did not come, in words."""
    missed, early = [], []
    for each in _cases(subject, found):
        changed = [was != each.opening for was in each.happened]
        low = [at for at, did in enumerate(changed) if did and each.change_chance(at) < SMALL]
        high = [at for at, did in enumerate(changed) if not did and each.change_chance(at) >= LARGE]
        missed += [_case_text(subject, found, each, low[0])] if low else []
        early += [_case_text(subject, found, each, high[0])] if high else []
    kinds = {
        f"Changed hands despite a forecast below {share_text(SMALL)}": missed,
        f"Given {share_text(LARGE)} or more, and had not changed hands by then": early,
    }
    return [f"{words}: {listing(towns)}." for words, towns in kinds.items() if towns]


def _case_text(subject: Subject, found: HindcastScores, case: _Case, at: int) -> str:
    on, chance = found.window.dates[at], share_text(case.change_chance(at))
    return f"{subject.town(case.town)} ({on.day} {MONTHS[on.month - 1]}, {chance})"


def _cases(subject: Subject, found: HindcastScores) -> list[_Case]:
    """Return all towns that the scenario has and that are scored."""
    known = {town.id for town in subject.scenario.towns}.difference(not_scored(found))
    chances, happened = (
        zip(*rows, strict=True) for rows in (found.cases.chances[MODEL], found.cases.happened)
    )
    columns = zip(found.cases.towns, _opening(found), chances, happened, strict=True)
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


def _is_shown(case: _Case) -> bool:
    dates = range(len(case.happened))
    return case.first_change() < len(dates) or max(case.change_chance(at) for at in dates) >= WORTH


def _row(subject: Subject, case: _Case, number: int) -> Markup:
    """Return a town's cells."""
    step = WIDTH / len(case.chances)
    wide = short(step - GAP)
    cells: dict[int, list[str]] = {}
    holes = []
    for place, (chance, was) in enumerate(zip(case.chances, case.happened, strict=True)):
        left = short(place * step)
        cells.setdefault(grade_of(chance), []).append(f"M{left} 0h{wide}v{CELL:.0f}h-{wide}z")
        if not was:
            holes.append(_dot(place, step))
    drawn = [element("path", d="".join(d), class_=f"fill{number} c{grade}") for grade, d in cells.items()]
    drawn.append(element("use", href="#dots"))
    if holes:
        drawn.append(element("path", d="".join(holes), class_="dot hole"))
    return row(subject.town(case.town), stretched(*drawn, height=CELL))


def _dot(place: int, step: float) -> str:
    return f"M{short((place + 0.5) * step - GAP / 2)} {short(CELL / 2)}h.01"


def _dots(dates: Sequence[date]) -> Markup:
    d = "".join(_dot(place, WIDTH / len(dates)) for place in range(len(dates)))
    both = (element("path", d=d, class_=f"dot {look}") for look in ("edge", "did"))
    dots = element("defs", element("g", *both, id="dots"))
    return element("svg", dots, class_="store", width="0", height="0", aria_hidden="true", focusable="false")


def grade_of(chance: float) -> int:
    """Return which shade a chance has.

    Examples
    --------
    >>> grade_of(0.0), grade_of(0.05), grade_of(1.0)
    (0, 1, 6)
    """
    return sum(chance >= each for each in GRADES)


def _date(on: date, dates: Iterable[date]) -> str:
    """Return a date in a few letters: its month, where no other date is in that.

    Examples
    --------
    >>> from datetime import date
    >>> ends = [date(2025, 1, 31), date(2025, 2, 28)]
    >>> _date(ends[0], ends), _date(date(2025, 1, 5), [date(2025, 1, 5), *ends])
    ('Jan', '5 Jan')
    """
    month = MONTHS[on.month - 1][:3]
    others = sum((each.year, each.month) == (on.year, on.month) for each in dates)
    return month if others == 1 else f"{on.day} {month}"


def _axis(dates: Sequence[date], cases: Sequence[_Case], side: str) -> Markup:
    """Return the dates below the towns, and what the rows are for those who do not see them."""
    step = 100.0 / len(dates)
    texts = [
        element("text", _date(on, dates), x=f"{short((at + 0.5) * step)}%", y="12", class_="tick mid")
        for at, on in enumerate(dates)
    ]
    changed = sum(case.first_change() < len(dates) for case in cases)
    title = f"Share of runs in which {side} holds a town, and whether it did, by date"
    words = f"Of {len(cases)} shown, {changed} changed hands by the last of {len(dates)} dates."
    return row("", axis(texts, title, f"{words} The table has each."))


def _key(number: int) -> Markup:
    names = ("under 5 %", "5 to 20", "20 to 40", "40 to 60", "60 to 80", "80 to 95", "95 % or more")
    shades = [rect_sample(f"fill{number} c{grade}", name) for grade, name in enumerate(names)]
    filled = element("path", d="M10 6h.01", class_="dot did")
    ring = joined([filled, element("path", d="M10 6h.01", class_="dot hole")])
    return key([*shades, sample(filled, "it did"), sample(ring, "it did not")])


def _table(subject: Subject, found: HindcastScores, cases: Sequence[_Case], side: str) -> Table:
    rows = []
    for case in cases:
        pairs = zip(case.chances, case.happened, strict=True)
        cells = (f"{share_text(chance)}; {'yes' if was else 'no'}" for chance, was in pairs)
        rows.append((subject.town(case.town), *cells))
    return Table(
        caption=f"Share of runs in which {side} holds the town; whether it did",
        headings=("Town", *(date_text(on, 0) for on in found.window.dates)),
        rows=rows,
    )
