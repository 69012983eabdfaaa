"""A way to read what a test writes."""

import pytest

from sim.scenario_file.read import read_scenario


@pytest.fixture
def read(tmp_path):
    """Read a scenario that extends the two towns, or stands alone where it says so itself."""

    def read_text(text, *overrides, name="mine.toml", head='schema = 1\nextends = "two-towns"\n\n'):
        path = tmp_path / name
        path.write_text(head + text, encoding="utf-8")
        return read_scenario(path, overrides)

    return read_text
