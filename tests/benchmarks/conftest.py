"""Benchmarks are asked for by name: they repeat what they measure, and so they take long."""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if item.nodeid.startswith("tests/benchmarks/"):
            item.add_marker("measured")
