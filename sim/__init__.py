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
``simulate``, ``Run``
    Simulate a scenario once; the recorded run, with losses, holders, frames, reasons, pictures and a report.
``Event``
    One thing that happened, as a callback receives it.
``ensemble``, ``Results``
    Simulate a scenario many times; the results as columns or data frames.
``compare``
    Differences between two ensembles, replication by replication.
``Recording``
    A run in a file, with access to every moment.
``SimError``
    The root of every deliberate error.

In a notebook a `LoadedScenario`, a `Run`, `Results` and a comparison are shown as tables. Scenarios are
given as what `load` returned, or by name or path; days as on the command line: 60, ``"d60"``, or a date.

Examples
--------
>>> import sim
>>> front = sim.load("kupiansk", set={"scenario.horizon": "2 d"})
>>> run = sim.simulate(front, seed=1)
>>> run.held_by("kupiansk", "d1"), run.losses["ru"]["personnel"] > 0, run.ended_at_days
('ua', True, 2.0)
>>> isinstance(run, sim.Run), isinstance(run.scenario, sim.Scenario), sim.__version__.count(".")
(True, True, 2)
>>> print(run.why("kupiansk", at="d1").splitlines()[0])
Kupiansk. Day 1, 28 January 2025, 00:00. Held by Ukraine.

What if a number were another, all along or from a day on? And what if we are wrong about one, so that losses
are fitted to what is reported anew? Mistakes raise errors that say what to do:

>>> short = {"scenario.horizon": "8 d"}
>>> more = sim.load("two-towns", set=short, scale={"side.east.attrition_coefficient": 4})
>>> isinstance(more, sim.LoadedScenario), str(more.overrides[1])
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
>>> _ = sim.simulate(more, seed=1, emit=lambda t, event: events.append((t, event)))
>>> t, event = events[0]
>>> t, isinstance(event, sim.Event)
(0, True)

Simulate many times, and compare two ensembles with the same random numbers:

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     a = sim.ensemble(sim.load("two-towns", set=short), n=6, seed=1, folder=folder + "/a", jobs=1)
...     b = sim.ensemble(more, n=6, seed=1, folder=folder + "/b", jobs=1)
...     found = sim.compare(a, b)
...     sim.Results.open(folder + "/a").numbers.tolist()
[0, 1, 2, 3, 4, 5]
>>> found.losses["west"]["personnel"].is_significant
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

TYPE_CHECKING = False  # Ctrl-C is not heard before sim.interruption is there, and typing loads slowly
if TYPE_CHECKING:
    from typing import Any, Final

    from sim.errors import SimError as SimError
    from sim.experiments.compare import compare as compare
    from sim.library import Run as Run
    from sim.library import ensemble as ensemble
    from sim.library import simulate as simulate
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
    "simulate": "library",
    "Run": "library",
    "Event": "model.events",
    "ensemble": "library",
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
