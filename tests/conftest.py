"""What is made once for many tests, and tests that repeat much, run without being traced for coverage.

Tracing makes a simulation take two to four times as long. Lines that only these reach count as not covered.
"""

from contextlib import contextmanager

import hypothesis
import pytest
from coverage import Coverage

hypothesis.settings.register_profile("seeded", derandomize=True, deadline=None)
hypothesis.settings.load_profile("seeded")


@contextmanager
def untraced():
    """Stop whatever measures coverage, also what waits beneath it, and let it go on afterwards."""
    stopped = []
    while (measuring := Coverage.current()) is not None:
        measuring.stop()
        stopped.append(measuring)
    try:
        yield
    finally:
        for measuring in reversed(stopped):
            measuring.start()


class Untraced:
    """A plugin, since no hook of a folder hears of fixtures that last for the whole session."""

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        if fixturedef.scope == "function":
            return (yield)
        with untraced():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        if item.get_closest_marker("untraced") is None:
            return (yield)
        with untraced():
            return (yield)


def pytest_configure(config):
    config.pluginmanager.register(Untraced())
