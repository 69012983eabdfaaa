"""frontsim: a wargame-style front simulation toy. Toy model for study, not a forecast.

The front door for programmes and notebooks; the command line is ``frontsim``. What is public here stays;
everything else may move. Nothing is loaded before it is asked for, and nothing inside imports this module.

``__version__``
    Which frontsim this is.
``load_scenario``
    Read and check a scenario, by a bundled name or a path, with overrides: a `LoadedScenario`.
``LoadedScenario``
    A scenario with the document it came from, the origin of each value, and what is odd about it.
``SetNumber``, ``ScaleNumber``, ``SetFile``
    Overrides: one value set, one number multiplied, a file laid over.
``Scenario``
    Everything a run needs but the seed; frozen.
``simulate``
    Simulate a scenario once: an `Outcome`, and every `Event` to a callback.
``Outcome``, ``Event``
    How a run ended; what happened.
``ensemble``, ``Results``
    Simulate a scenario many times; what came of it, as columns or data frames.
``compare``
    How one ensemble differs from another, replication by replication.
``Recording``
    A run in a file: read and sought.
``SimError``
    The root of every deliberate error.

In a notebook a `LoadedScenario`, an `Outcome`, `Results` and what `compare` returns are shown as tables.

Examples
--------
>>> import sim
>>> scenario = sim.load_scenario("kupiansk", [sim.SetNumber("scenario.horizon=2 d")]).scenario
>>> outcome = sim.simulate(scenario, seed=1)
>>> outcome.ended_at == scenario.horizon == 2 * 86400
True
>>> isinstance(outcome, sim.Outcome), isinstance(scenario, sim.Scenario), sim.__version__.count(".")
(True, True, 2)

A number can be set, multiplied, or come from a file that is laid over; what is wrong is said in words:

>>> short = sim.SetNumber("scenario.horizon=8 d")
>>> more = sim.load_scenario("two-towns", [short, sim.ScaleNumber("side.east.attrition_coefficient=4")])
>>> isinstance(more, sim.LoadedScenario), more.overrides[1]
(True, '--scale side.east.attrition_coefficient=4')
>>> try:
...     sim.load_scenario("two-towns", [sim.SetFile("nowhere.toml")])
... except sim.SimError as problem:
...     print(type(problem).__name__)
FileError

Events come one by one:

>>> told = []
>>> _ = sim.simulate(more.scenario, seed=1, emit=lambda t, event: told.append((t, event)))
>>> t, event = told[0]
>>> t, isinstance(event, sim.Event)
(0, True)

Many runs, and how two sets of them differ under the same luck:

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     a = sim.ensemble(sim.load_scenario("two-towns", [short]), 6, seed=1, folder=folder + "/a")
...     b = sim.ensemble(more, 6, seed=1, folder=folder + "/b")
...     found = sim.compare(a, b)
...     sim.Results.open(folder + "/a").numbers.tolist()
[0, 1, 2, 3, 4, 5]
>>> found.losses["west"]["personnel"].change.is_significant
True

A recording is opened from its file:

>>> try:
...     sim.Recording.open("nowhere.jsonl.gz")
... except sim.SimError as problem:
...     print(type(problem).__name__)
FileError
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sim.engine.simulation import Outcome as Outcome
    from sim.engine.simulation import simulate as simulate
    from sim.errors import SimError as SimError
    from sim.experiments.compare import compare as compare
    from sim.experiments.notebook import ensemble as ensemble
    from sim.model.events import Event as Event
    from sim.model.scenario import Scenario as Scenario
    from sim.recording.reader import Recording as Recording
    from sim.results.reader import Results as Results
    from sim.scenario_file.overrides import ScaleNumber as ScaleNumber
    from sim.scenario_file.overrides import SetFile as SetFile
    from sim.scenario_file.overrides import SetNumber as SetNumber
    from sim.scenario_file.read import LoadedScenario as LoadedScenario
    from sim.scenario_file.read import read_scenario as load_scenario

__version__ = "0.1.0"

_HOMES: Final = {
    "load_scenario": ("sim.scenario_file.read", "read_scenario"),
    "LoadedScenario": ("sim.scenario_file.read", "LoadedScenario"),
    "SetNumber": ("sim.scenario_file.overrides", "SetNumber"),
    "ScaleNumber": ("sim.scenario_file.overrides", "ScaleNumber"),
    "SetFile": ("sim.scenario_file.overrides", "SetFile"),
    "Scenario": ("sim.model.scenario", "Scenario"),
    "simulate": ("sim.engine.simulation", "simulate"),
    "Outcome": ("sim.engine.simulation", "Outcome"),
    "Event": ("sim.model.events", "Event"),
    "ensemble": ("sim.experiments.notebook", "ensemble"),
    "Results": ("sim.results.reader", "Results"),
    "compare": ("sim.experiments.compare", "compare"),
    "Recording": ("sim.recording.reader", "Recording"),
    "SimError": ("sim.errors", "SimError"),
}
"""Where each public name is at home, and what it is called there."""

__all__ = [  # noqa: RUF022 - in the order in which one needs them
    "__version__",
    "load_scenario",
    "LoadedScenario",
    "SetNumber",
    "ScaleNumber",
    "SetFile",
    "Scenario",
    "simulate",
    "Outcome",
    "Event",
    "ensemble",
    "Results",
    "compare",
    "Recording",
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
