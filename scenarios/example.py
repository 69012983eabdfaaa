"""Ask with the library what a narrow road changes, and whether the answer is more than chance.

Run it in a folder of your own: python example.py. It takes a minute, and writes a folder called example.
"""

from pathlib import Path

import sim


def main() -> None:
    """Compare the baseline with a narrow H-26, over the first ten days."""
    folder = Path("example")
    folder.mkdir(exist_ok=True)
    as_it_is = sim.load("kupiansk", set={"scenario.horizon": "10 d"})
    narrow = sim.load(
        "kupiansk", set={"scenario.horizon": "10 d", "route.shevchenkove-kupiansk.capacity": "100 t/d"}
    )

    run = sim.simulate(narrow, seed=1)
    print(run.why("kupiansk", at="d10"))
    print("Lost by Ukraine:", run.losses["ua"])
    run.render(folder / "day-10.png", at="d10", town="kupiansk", force=True)

    a = sim.ensemble(as_it_is, n=8, seed=1, folder=folder / "a")
    b = sim.ensemble(narrow, n=8, seed=1, folder=folder / "b")
    supply = sim.compare(a, b).towns["kupiansk"]["supply_days"].change
    print(f"Days of supply, B minus A: {supply.value:.2f} ({supply.low:.2f} to {supply.high:.2f})")


if __name__ == "__main__":
    main()
