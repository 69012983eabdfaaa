"""Ensembles of few and short replications, and what to compare them by."""

from sim.experiments.ensemble import Ensemble
from sim.experiments.running.executors import Here
from sim.experiments.running.replication import EnsembleTask
from sim.recording.records import Header
from sim.results.ensemble_folder import EnsembleFolder
from sim.results.meta import EnsembleMeta
from sim.results.reader import Results
from sim.results.tables import TABLES

SEED = 3


def task_of(reading, seed=SEED):
    return EnsembleTask(reading.scenario, seed, Header.of(reading.scenario, reading.document, seed=seed))


def meta_of(reading, count, seed=SEED):
    return EnsembleMeta.of(reading.scenario, reading.document, seed=seed, replications=count)


def ensemble(reading, folder, count, *, workers=None, resumes=False, seed=SEED, **options):
    """Run an ensemble and return it."""
    with (
        EnsembleFolder(folder, meta_of(reading, count, seed), resumes=resumes) as open_folder,
        workers or Here() as at_work,
    ):
        running = Ensemble(task_of(reading, seed), open_folder, at_work)
        running.run(count, **options)
        return running


def content(folder):
    """Return all rows of an ensemble as text, in which NaN equals itself, whatever parts they are in."""
    results = Results.open(folder)
    return {
        name: {column: repr(values.tolist()) for column, values in getattr(results, name)().items()}
        for name in TABLES
    }
