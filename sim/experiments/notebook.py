"""Ensembles for scripts and notebooks: one call, and its results."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.experiments.ensemble import Ensemble, meta_of, task_of
from sim.experiments.running.executors import local_workers
from sim.results.ensemble_folder import EnsembleFolder
from sim.results.reader import Results
from sim.scenario_file.read import LoadedScenario, read_scenario

if TYPE_CHECKING:
    from sim.experiments.running.executors import Workers

SEED: Final = 1
"""Of ensembles for which neither the caller nor the scenario names one."""


def ensemble(
    scenario: LoadedScenario | str | Path,
    replications: int = 200,
    *,
    seed: int | None = None,
    folder: str | Path | None = None,
    jobs: int = 1,
    workers: Workers | None = None,
) -> Results:
    """Return the results of a scenario simulated many times; what its folder holds is not run again.

    Raises ScenarioError with every mistake that the scenario has. Raises FileError where the folder holds
    something else, or cannot be written. Raises SimError where replications failed; the others are kept.

    Parameters
    ----------
    scenario
        What `load_scenario` returned, or the name or path of a scenario.
    replications
        How many; at least 1.
    seed
        Random seed; by default the scenario's, else 1.
    folder
        Where they are kept; else a folder in ``runs`` that is named after the scenario and the seed.
    jobs
        Processes. More than one need a notebook, or a script with ``if __name__ == "__main__"``.
    workers
        Who runs them instead, such as `executors.DaskCluster`; they are not closed.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     results = ensemble("two-towns", 3, seed=1, folder=place + "/three")
    ...     results.is_held().tolist()
    [[False, True], [False, True], [False, True]]
    """
    reading = scenario if isinstance(scenario, LoadedScenario) else read_scenario(scenario)
    chosen = next(each for each in (seed, reading.scenario.seed, SEED) if each is not None)
    meta = meta_of(reading, chosen, replications)
    chosen_folder = Path(folder) if folder is not None else Path("runs", f"{reading.name}-{meta.hash[:4]}")
    pool = nullcontext(workers) if workers is not None else local_workers(jobs)
    with EnsembleFolder(chosen_folder, meta, resumes=True) as open_folder, pool as at_work:
        Ensemble(task_of(reading, meta), open_folder, at_work).run_all(replications)
    return Results.open(chosen_folder)
