"""What changes do to the losses expected on the first day, in words: coefficients stay, or are fitted.

Exact and without a run, from the engine's own reference state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.text import date_text
from sim.engine.simulation import expected_losses
from sim.model.quantities import PERSONNEL, in_days
from sim.scenario_file.layers import ASSUMED
from sim.scenario_file.names import join_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sim.command_line import StoredOverride
    from sim.model.scenario import Scenario

DIGITS: Final = 1
FITTED_DIGITS: Final = 3
NOTHING_REPORTED: Final = "No losses are reported here, so they are fitted to attrition coefficients instead"


def first_day_lines(
    scenario: Scenario, overrides: Sequence[StoredOverride], files: Scenario | None = None
) -> list[str]:
    """Return what changes do to the first day's losses of soldiers, a sentence or two a line.

    Parameters
    ----------
    overrides
        As they were typed.
    files
        The scenario without assumptions, where it is known.
    """
    lines = []
    fixed = [key for option, key in _typed(overrides) if option in {"--set", "--scale"} and _is_assumed(key)]
    if fixed:
        verb = "is" if len(fixed) == 1 else "are"
        lines.append(f"{join_words(fixed, 'and')} {verb} always an assumption.")
    fitted = scenario.fitted
    before = _soldiers(fitted)
    if not any(before):
        return lines
    claim = fitted.reported_losses
    options = {option for option, _ in _typed(overrides)}
    if fixed or options & {"--assume", "--set-file", "--draw-parameters"}:
        was = _soldiers(files.fitted) if files is not None else before
        is_same = _rounded(was) == _rounded(before)
        expected = _both(fitted, before) + ("" if is_same else f", not {_numbers(was)}")
        how = "Fitted anew to what is reported" if claim else NOTHING_REPORTED
        lines.append(f"{how}: expected losses on day 0 are {'still ' * is_same}{expected}.")
    if scenario.reference is not None:
        lines += _what_if_lines(scenario, before)
    return lines


def _what_if_lines(scenario: Scenario, before: Sequence[float]) -> list[str]:
    after = _soldiers(scenario)
    claim = scenario.fitted.reported_losses
    of = f"those of {date_text(scenario.fitted.start, 0)}" if claim else "as they are given"
    stay = f"Loss coefficients stay {of}."
    if _rounded(after) != _rounded(before):
        change = f"{_both(scenario, after)}, not {_numbers(before)}"
        return [f"{stay} With this change, expected losses on day 0 are {change}."]
    known = {event.id for event in scenario.fitted.events}
    later = [event.at for event in scenario.events if event.id not in known and event.at > 0]
    if later and min(later) >= scenario.horizon:
        return [
            f"{stay} The run ends on day {in_days(scenario.horizon):g}, before that change: nothing changes."
        ]
    if later:
        return [f"{stay} Until day {in_days(min(later)):g} nothing changes."]
    expected = _both(scenario, after)
    return [f"{stay} Expected losses on day 0 are still {expected}; what follows may differ."]


def _both(scenario: Scenario, soldiers: Sequence[float]) -> str:
    first, second = scenario.sides
    amounts = [f"{each:.{DIGITS}f}" for each in soldiers]
    return f"{amounts[0]} soldiers of {first.name} and {amounts[1]} of {second.name}"


def _numbers(soldiers: Sequence[float]) -> str:
    return " and ".join(f"{each:.{DIGITS}f}" for each in soldiers)


def _soldiers(scenario: Scenario) -> list[float]:
    # to what is reported they are fitted to a few digits only
    return [round(losses[PERSONNEL], FITTED_DIGITS) for losses in expected_losses(scenario)]


def _rounded(soldiers: Iterable[float]) -> list[float]:
    return [round(each, DIGITS) for each in soldiers]


def _typed(overrides: Sequence[StoredOverride]) -> list[tuple[str, str]]:
    """Return the option and the key of each override."""
    return [(each.kind, each.key.partition("@")[0].strip()) for each in overrides]


def _is_assumed(key: str) -> bool:
    section = key.partition(".")[0]
    return section in ASSUMED and section != "scenario"
