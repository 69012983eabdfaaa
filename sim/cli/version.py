"""Which frontsim this is, and which packages it works with."""

from __future__ import annotations

import sys
from typing import Final

PACKAGES: Final = (
    "numpy",
    "simpy",
    "networkx",
    "highspy",
    "msgspec",
    "tree-sitter",
    "tree-sitter-toml",
    "click",
    "rich",
)
"""All that frontsim needs."""


def version() -> str:
    """Return the version of the code that runs, installed or not.

    The package is there, since this module is in it; it is not imported, since nothing inside imports the
    facade.
    """
    return str(sys.modules["sim"].__version__)


def package_versions() -> dict[str, str | None]:
    """Return the version of each package that is needed; none where it is not installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    found: dict[str, str | None] = {}
    for name in PACKAGES:
        try:
            found[name] = installed(name)
        except PackageNotFoundError:
            found[name] = None
    return found
