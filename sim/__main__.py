"""``python -m sim``: the same as ``frontsim``."""

from sim.cli.main import main

if __name__ == "__main__":
    main()
