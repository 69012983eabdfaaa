"""A front of two towns and a second road, with numbers that have ranges and sources."""

from sim.experiments.running.executors import Here
from sim.experiments.sweep.design_points import Evaluator
from sim.experiments.sweep.factors import named_factors
from sim.experiments.sweep.measures import measures_of
from sim.experiments.sweep.sweep import Design, SweepSetup, sweep
from sim.recording.records import made_with
from sim.results.meta import hash_of
from sim.results.sweep_findings import SweepFolder, SweepMeta
from sim.scenario_file.read import read_scenario

MEASURES = ("losses.west.personnel", "losses.east.personnel")

TEXT = """\
schema = 1
extends = "two-towns"

[scenario]
horizon = "6 d"
focus = ["verba"]

[side.east]
attrition_coefficient = { value = "0.002 /d", low = "0.001 /d", high = "0.008 /d", source = "guess" }

[side.west]
fires = { value = "6 /d", low = "2 /d", high = "20 /d", status = "assumed", source = "guess" }

[town.lypa]
depth = { value = "1 km", low = "0.5 km", high = "2 km", status = "assumed" }

[town.vilkha]
name = "Vilkha"
at = { lat = 49.8, lon = 37.5 }
held_by = "west"
depth = { value = "1 km", low = "0.5 km", high = "2 km", status = "assumed" }

[[route]]
from = "lypa"
to = "vilkha"
capacity = { value = "90 t/d", low = "40 t/d", high = "150 t/d", status = "assumed" }

[source.guess]
title = "A guess"
publisher = "Nobody"
date = "2025"
grade = "F6"
"""


class Bench:
    """A sweep in a folder, and everything it runs."""

    def __init__(self, front, folder, measures=MEASURES, workers=None, **options):
        self.front = front
        self.measures = measures_of(front.scenario, measures)
        self.meta = SweepMeta(
            name="front",
            title=front.scenario.name,
            seed=3,
            hash=hash_of(front.document, 3),
            measures=tuple(each.key for each in self.measures),
            made_with=made_with(),
            scenario=dict(front.document),
        )
        self.folder = SweepFolder(folder, self.meta, **options)
        self.workers = workers or Here()

    def __enter__(self):
        self.folder.__enter__()
        self.workers.__enter__()
        self.points = Evaluator(
            lambda place: read_scenario(self.front.path, place).scenario, 3, self.folder, self.workers
        )
        return self

    def __exit__(self, *problem):
        self.workers.__exit__(*problem)
        self.folder.__exit__(*problem)

    def find(self, kind, count, **options):
        return sweep(
            SweepSetup(self.front, self.points, self.measures, self.meta), Design(kind, count, **options)
        )


def named(front, *keys):
    return named_factors(front, [(key, "", "") for key in keys])
