"""frontsim: a wargame-style front simulation toy. Toy model for study, not a forecast.

The public API, for programs and notebooks; the command line is ``frontsim``. These names are stable, other
modules are not. Each is imported when it is first used.

``__version__``
    The version of frontsim.
``load``
    Read and check a scenario by its bundled name or path, with changes; returns a `LoadedScenario`.
``LoadedScenario``
    A scenario with its document, the origin of each value, and its warnings.
``Scenario``
    Everything a run needs except the seed; immutable.
``simulate``
    Simulate a scenario once; returns an `Outcome`, and passes each `Event` to a callback.
``Outcome``, ``Event``
    How a run ended; one thing that happened.
``ensemble``, ``Results``
    Simulate a scenario many times; the results as columns or data frames.
``compare``
    Differences between two ensembles, replication by replication.
``Recording``
    A run in a file, with access to every moment.
``SimError``
    The root of every deliberate error.

In a notebook a `LoadedScenario`, an `Outcome`, `Results` and a comparison are shown as tables.

Examples
--------
>>> import sim
>>> scenario = sim.load("kupiansk", set={"scenario.horizon": "2 d"}).scenario
>>> outcome = sim.simulate(scenario, seed=1)
>>> outcome.ended_at == scenario.horizon == 2 * 86400
True
>>> isinstance(outcome, sim.Outcome), isinstance(scenario, sim.Scenario), sim.__version__.count(".")
(True, True, 2)

What if a number were another, all along or from a day on? And what if we are wrong about one, so that losses
are fitted to what is reported anew? Mistakes raise errors that say what to do:

>>> short = {"scenario.horizon": "8 d"}
>>> more = sim.load("two-towns", set=short, scale={"side.east.attrition_coefficient": 4})
>>> isinstance(more, sim.LoadedScenario), more.overrides[1]
(True, '--scale side.east.attrition_coefficient=4')
>>> cut = sim.load("kupiansk", set={"route.shevchenkove-kupiansk.capacity@d60": "0 t/d"})
>>> unsure = sim.load("kupiansk", assume={"side.ru.fires": "20 /d"})
>>> try:
...     sim.load("two-towns", set={"side.east.fire": 3})
... except sim.SimError as problem:
...     print(type(problem).__name__)
ScenarioError

A callback receives each event:

>>> events = []
>>> _ = sim.simulate(more.scenario, seed=1, emit=lambda t, event: events.append((t, event)))
>>> t, event = events[0]
>>> t, isinstance(event, sim.Event)
(0, True)

Simulate many times, and compare two ensembles with the same random numbers:

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     a = sim.ensemble(sim.load("two-towns", set=short), 6, seed=1, folder=folder + "/a")
...     b = sim.ensemble(more, 6, seed=1, folder=folder + "/b")
...     found = sim.compare(a, b)
...     sim.Results.open(folder + "/a").numbers.tolist()
[0, 1, 2, 3, 4, 5]
>>> found.losses["west"]["personnel"].change.is_significant
True

Open a recording:

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
    from sim.experiments.ensemble import ensemble as ensemble
    from sim.model.events import Event as Event
    from sim.model.scenario import Scenario as Scenario
    from sim.recording.reader import Recording as Recording
    from sim.results.reader import Results as Results
    from sim.scenario_file.read import LoadedScenario as LoadedScenario
    from sim.scenario_file.read import load as load

__version__ = "0.1.0"

_MODULES: Final = {
    "load": "scenario_file.read",
    "LoadedScenario": "scenario_file.read",
    "Scenario": "model.scenario",
    "simulate": "engine.simulation",
    "Outcome": "engine.simulation",
    "Event": "model.events",
    "ensemble": "experiments.ensemble",
    "Results": "results.reader",
    "compare": "experiments.compare",
    "Recording": "recording.reader",
    "SimError": "errors",
}
"""Module of each public name."""

__all__ = ["__version__", *_MODULES]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - type checkers read the imports above
    """Import a public name when it is first used."""
    if name not in _MODULES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    found = globals()[name] = getattr(import_module(f"sim.{_MODULES[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
