"""Findings of sweeps and of a hindcast as they might be, for the press to draw."""

from sim.results.sweep_findings import Bar, Effect, MeasureKey, Point, SweepFindings

SUPPLY = "towns.lypa.supply_days"
HELD = "towns.lypa.held"
MEASURES = (
    MeasureKey(key=SUPPLY, label="Lypa: days of supply", unit="d", mean=5.0, low=4.8, high=5.2),
    MeasureKey(key=HELD, label="Lypa: held at the end", mean=0.6, low=0.5, high=0.7),
)
NOTHING = Effect(value=0.1, low=-0.3, high=0.5, pairs=20)


ASKED = {
    "grid": ("-p", "a=1,2"),
    "tornado": ("--tornado",),
}


def effect(value, half=0.2, pairs=20):
    return Effect(value=value, low=value - half, high=value + half, pairs=pairs)


def bar(name, low, high, **more):
    ends = {
        "at_low": {SUPPLY: low, HELD: effect(-0.2, 0.1)},
        "at_high": {SUPPLY: high, HELD: NOTHING},
        "swing": {},
    }
    return Bar(name=name, label=name, keys=(name,), low="1 /d", high="3 /d", replications=20, **ends, **more)


def findings(kind="tornado", **more):
    return SweepFindings(
        kind=kind,
        name="two-towns",
        title="Two towns",
        seed=1,
        replications=20,
        runs=400,
        level=0.9,
        measures=MEASURES,
        asked=(*ASKED[kind], "-n", "20"),
        **more,
    )


def tornado():
    several = Bar(
        name="town.*.depth (west)",
        label="depth, all towns of West",
        keys=("town.lypa.depth", "town.verba.depth"),
        replications=2,
        at_low={SUPPLY: effect(0.1, 0.4, 2)},
        at_high={SUPPLY: effect(0.2, 0.4, 2)},
    )
    claim = Bar(
        name="guess",
        label="A guess",
        publisher="Nobody",
        grade="F6",
        keys=("side.west.fires",),
        replications=20,
        at_low={SUPPLY: effect(-1.0), HELD: NOTHING},
    )
    refused = Bar(name="b", label="Another", keys=("a", "b"), note="below the lowest allowed")
    return findings(
        bars=(
            bar("side.east.fires", effect(1.5), effect(-2.0), sources=("guess",)),
            bar("tempo.variation", NOTHING, NOTHING),
            several,
        ),
        claims=(claim, refused),
        left_out=("Each number was moved alone.",),
    )


def point(settings, mean=None, note=""):
    means = {} if mean is None else {SUPPLY: effect(mean), HELD: effect(0.5, 0.1)}
    effects = {} if mean is None else {SUPPLY: effect(mean - 5.0), HELD: NOTHING}
    return Point(settings=settings, replications=20, means=means, effects=effects, note=note)


def grid(*points):
    return findings("grid", points=points)
