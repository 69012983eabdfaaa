"""What is made once for many tests, and what runs without being traced for coverage.

Tracing makes a simulation take two to four times as long. Lines that only these reach count as not covered.
"""

import gc
import importlib
import itertools
import os
import pkgutil
import signal
import sys
from contextlib import contextmanager
from functools import wraps

import hypothesis
import pytest

import sim

TRACED_IN = {
    "sim.engine.simulation:simulate": {"engine"},
    "sim.scenario_file.read:read_scenario": {"scenario_file"},
    "sim.analysis.timeline:timeline_of": {"analysis", "recording"},
    "sim.report.report:page_of": {"report"},
    "sim.report.page:render": {"report"},
    "sim.view.compose:compose": {"scene", "test_readability", "test_compare", "test_dialogs", "test_panel"},
    "sim.view.paint.painter:Painter.paint": {"test_paint", "test_golden", "test_camera_move", "test_window"},
}
"""What takes long, and the folders or files of the tests that trace it; in all others it runs untraced."""

TRACED_EXAMPLES = 8
"""How many examples of a property are traced."""

freeze = gc.freeze

hypothesis.settings.register_profile("seeded", derandomize=True, deadline=None)
hypothesis.settings.load_profile("seeded")


@contextmanager
def untraced():
    """Stop whatever traces this thread, and let it go on afterwards where it was."""
    trace = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(trace)
        _go_on()


def _go_on():
    """Be called: with its next call, a tracer written in C goes on with the frames it knew."""


def first_traced(function, trace):
    """Return a function whose first calls are traced: more examples of a property reach few more lines."""
    calls = itertools.count()

    @wraps(function)
    def called(*given, **named):
        if next(calls) >= TRACED_EXAMPLES:
            return function(*given, **named)
        sys.settrace(trace)
        try:
            return function(*given, **named)
        finally:
            sys.settrace(None)

    return called


class Untraced:
    """A plugin, since no hook of a folder hears of fixtures that last for the whole session."""

    where = frozenset()
    file = None

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        if fixturedef.scope == "function":
            return (yield)
        with untraced():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        if item.get_closest_marker("untraced") is None:
            if not getattr(item.obj, "is_hypothesis_test", False):
                return (yield)
            examples = item.obj.hypothesis
            examples.inner_test = first_traced(examples.inner_test, sys.gettrace())
        with untraced():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self):
        # what a module does while it is imported counts; that tests are rewritten does not
        if sys.gettrace() is not None:
            for module in pkgutil.walk_packages(sim.__path__, "sim."):
                if not module.name.endswith("__main__"):
                    importlib.import_module(module.name)
        for name, where in TRACED_IN.items():
            self.pause(name, where)
        with untraced():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(self, file_path):
        found = yield
        if not file_path.name.startswith("test_"):
            return found
        return [each for each in found if type(each) is pytest.Module]  # tests have no examples in docstrings

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item):
        if item.path != self.file:
            self.file = item.path
            gc.collect()
            freeze()  # thousands of tests, and what they share, stay: nobody looks through them again
        for needed in item.iter_markers("extra"):
            pytest.importorskip(*needed.args)
        self.where = {item.path.stem, *(folder.name for folder in item.path.parents)}

    def pause(self, name, traced_in):
        """Let a function run untraced, unless in a test of the places named."""
        module, _, path = name.partition(":")
        *inside, last = path.split(".")
        holder = importlib.import_module(module)
        for each in inside:
            holder = getattr(holder, each)
        function = getattr(holder, last)

        @wraps(function)
        def paused(*given, **named):
            if self.where & traced_in:
                return function(*given, **named)
            with untraced():
                return function(*given, **named)

        for each in [holder, *(each for name, each in sys.modules.items() if name.startswith("sim."))]:
            if getattr(each, last, None) is function:
                setattr(each, last, paused)


def pytest_configure(config):
    # containers often forbid to keep what is compiled: each process that a test starts would compile all anew
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # a shell lets what it runs in the background ignore Ctrl-C, which many tests send
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.set_threshold(10_000, 20, 50)  # recordings and maps are many objects, and in no circle
    gc.freeze = gc.unfreeze = lambda: None  # each window that closes would thaw all tests
    config.pluginmanager.register(Untraced())
