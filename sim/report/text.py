"""Numbers and shares as a report writes them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sim.model.quantities import Share
    from sim.statistics.intervals import Interval

MINUS: Final = "−"
SMALL: Final = 0.1
"""Below it, two digits of a difference are told wherever they stand."""


def share_text(share: Share) -> str:
    """Return a share in whole hundredths, never more certain than it is.

    Examples
    --------
    >>> share_text(0.934), share_text(0.999), share_text(0.001), share_text(1.0)
    ('93 %', '>99 %', '<1 %', '100 %')
    >>> share_text(math.nan)
    '–'
    """
    if not math.isfinite(100 * share):
        return "–"
    whole = round(100 * share)
    if share not in {0.0, 1.0} and whole in {0, 100}:
        return "<1 %" if whole == 0 else ">99 %"
    return f"{whole} %"


def range_text(found: Interval, scale: float = 100.0) -> str:
    """Return the ends of an interval in whole numbers; nothing where there is none.

    Examples
    --------
    >>> from sim.statistics.intervals import Interval
    >>> range_text(Interval(0.93, 0.886, 0.958))
    '89 to 96'
    """
    if math.isnan(found.low):
        return ""
    return f"{found.low * scale:.0f} to {found.high * scale:.0f}"


def amount_text(amount: float) -> str:
    """Return an amount to three digits or to the whole.

    Examples
    --------
    >>> [amount_text(each) for each in (7310.4, 12.34, 0.256, 0.0, -3.0)]
    ['7,310', '12.3', '0.26', '0', '−3']
    """
    size = abs(amount)
    sign = MINUS if amount < 0 else ""
    if not math.isfinite(size):
        return "–"
    if size >= 100 or size == int(size):
        return f"{sign}{size:,.0f}"
    return f"{sign}{size:.1f}" if size >= 10 else f"{sign}{size:.2f}"


def signed_text(amount: float) -> str:
    """Return a difference with its sign; a small one to two digits wherever they stand.

    Examples
    --------
    >>> [signed_text(each) for each in (12.34, -0.00432, 0.0, float("nan"))]
    ['+12.3', '−0.0043', '0', '–']
    """
    if not math.isfinite(amount):
        return "–"
    words = f"{abs(amount):.2g}" if 0.0 < abs(amount) < SMALL else amount_text(abs(amount))
    if float(words.replace(",", "")) == 0.0:
        return "0"
    return f"{MINUS if amount < 0 else '+'}{words}"


def median_text(median: float, end: float) -> str:
    """Return a median time in days, also where more than half never saw it.

    Examples
    --------
    >>> median_text(71.4, 180.0), median_text(math.inf, 180.0)
    ('day 71', 'after day 180')
    """
    return f"after day {end:.0f}" if math.isinf(median) else f"day {median:.0f}"


def days_word(days: float) -> str:
    """Return a number of days in words.

    Examples
    --------
    >>> days_word(1.0), days_word(2.44)
    ('1.0 day', '2.4 days')
    """
    return f"{days:.1f} {'day' if f'{days:.1f}' == '1.0' else 'days'}"
