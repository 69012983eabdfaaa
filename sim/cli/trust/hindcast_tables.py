"""The scores of a hindcast as CSV: each town at each date, and every score in rows of the same shape."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sim.experiments.hindcast.hindcast import Hindcast


def cases_table(found: Hindcast) -> str:
    """Return each town at each date: the chances that it is occupied, and whether it was."""
    readings = [f"{reading.source}, grey as {reading.grey}" for reading in found.readings]
    heading = ["date", "town", "neighbourhood", *(f"chance_{name}" for name in found.forecasts), *readings]
    rows = []
    for number, day in enumerate(found.period.dates):
        for town, name in enumerate(found.towns):
            chances = [f"{chances[number, town]:.4g}" for chances in found.forecasts.values()]
            happened = [f"{reading.happened[number, town]:.0f}" for reading in found.readings]
            rows.append([day.isoformat(), name, found.neighbourhoods[town], *chances, *happened])
    return _csv(heading, rows)


def scores_table(found: Hindcast) -> str:
    """Return every score, one a row."""
    rows: list[list[object]] = []
    for reading in found.readings:
        of = f"{reading.source}, grey as {reading.grey}"
        for score in ("brier", "log", "skill"):
            rows += [[score, name, of, "", *value, ""] for name, value in getattr(reading, score).items()]
        rows.append(["auc", "model", of, "", *reading.auc, ""])
        for each in reading.reliability:
            head = ["reliability", each.count, of, f"{each.low:g} to {each.high:g}"]
            rows.append([*head, each.mean, each.usual.low, each.usual.high, each.happened.value])
    for amount in found.amounts.each:
        what, when = f"{amount.what} ({amount.measure})", [amount.name, "", amount.when]
        rows.append([what, *when, *amount.forecast, amount.happened])
        rows.append([f"crps of {what}", *when, *amount.crps_interval, ""])
    for name, mean in found.amounts.losses.items():
        rows.append(["mean crps of losses (a day)", name, "", "", *mean, ""])
    rows.append(["mean crps of towns (towns)", "", "", "", *found.amounts.towns, ""])
    return _csv(["score", "of", "reading", "when", "value", "low", "high", "happened"], rows)


def _csv(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(heading)
    for row in rows:
        writer.writerow([f"{cell:.6g}" if isinstance(cell, float) else cell for cell in row])
    return page.getvalue()
