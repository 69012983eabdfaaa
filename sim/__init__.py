"""frontsim: a wargame-style front simulation toy. Toy model for study, not a forecast.

The front door for programmes and notebooks; the command line is ``frontsim``. What is public here stays;
everything else may move. Nothing is loaded before it is asked for, and nothing inside imports this module.

``__version__``
    Which frontsim this is.
``load_scenario``
    Read and check a scenario, by a bundled name or a path, with overrides: a `Reading`.
``Reading``
    A scenario with the document it came from, the origin of each value, and what is odd about it.
``SetNumber``, ``ScaleNumber``, ``SetFile``
    Overrides: one value set, one number multiplied, a file laid over.
``Scenario``
    Everything a run needs but the seed; frozen.
``simulate``
    Simulate a scenario once: an `Outcome`, and every `Event` to a callback.
``Outcome``, ``State``, ``Event``
    How a run ended; the front at a moment; what happened.
``Recording``, ``RecordingWriter``, ``Header``
    A run in a file: read and sought; written; what it says of itself.
``SimError``
    The root of every deliberate error.

Examples
--------
>>> import sim
>>> scenario = sim.load_scenario("kupiansk", [sim.SetNumber("scenario.horizon=2 d")]).scenario
>>> outcome = sim.simulate(scenario, seed=1)
>>> outcome.ended_at == scenario.horizon == 2 * 86400
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sim.archive.lines import Header as Header
    from sim.archive.recording import Recording as Recording
    from sim.archive.writer import RecordingWriter as RecordingWriter
    from sim.domain.events import Event as Event
    from sim.domain.scenario import Scenario as Scenario
    from sim.domain.state import State as State
    from sim.engine.run import Outcome as Outcome
    from sim.engine.run import simulate as simulate
    from sim.errors import SimError as SimError
    from sim.scenario_file.overrides import ScaleNumber as ScaleNumber
    from sim.scenario_file.overrides import SetFile as SetFile
    from sim.scenario_file.overrides import SetNumber as SetNumber
    from sim.scenario_file.read import Reading as Reading
    from sim.scenario_file.read import read_scenario as load_scenario

__version__ = "0.1.0"

_HOMES: Final = {
    "load_scenario": ("sim.scenario_file.read", "read_scenario"),
    "Reading": ("sim.scenario_file.read", "Reading"),
    "SetNumber": ("sim.scenario_file.overrides", "SetNumber"),
    "ScaleNumber": ("sim.scenario_file.overrides", "ScaleNumber"),
    "SetFile": ("sim.scenario_file.overrides", "SetFile"),
    "Scenario": ("sim.domain.scenario", "Scenario"),
    "simulate": ("sim.engine.run", "simulate"),
    "Outcome": ("sim.engine.run", "Outcome"),
    "State": ("sim.domain.state", "State"),
    "Event": ("sim.domain.events", "Event"),
    "Recording": ("sim.archive.recording", "Recording"),
    "RecordingWriter": ("sim.archive.writer", "RecordingWriter"),
    "Header": ("sim.archive.lines", "Header"),
    "SimError": ("sim.errors", "SimError"),
}
"""Where each public name is at home, and what it is called there."""

__all__ = [  # noqa: RUF022 - in the order in which one needs them
    "__version__",
    "load_scenario",
    "Reading",
    "SetNumber",
    "ScaleNumber",
    "SetFile",
    "Scenario",
    "simulate",
    "Outcome",
    "State",
    "Event",
    "Recording",
    "RecordingWriter",
    "Header",
    "SimError",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - classes and functions; type checkers read the imports above
    """Load a public name when it is first asked for."""
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    home, its_name = _HOMES[name]
    found = globals()[name] = getattr(import_module(home), its_name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
