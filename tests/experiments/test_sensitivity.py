"""Morris's and Sobol's measures: a function whose indices are known, and a front."""

import sys

import numpy as np
import pytest

import sim.experiments.running.sampling as at_work
from sim.errors import MissingPartError, UsageError
from sim.experiments.sweep.sensitivity import morris, sobol
from tests.support.front_with_ranges import Bench, named

A, B = 7.0, 0.1
SHARES = ("x1", "x2", "x3")


def ishigami(places):
    """Return Ishigami's function, beside one that nothing moves."""
    x = np.pi * (2.0 * places - 1.0)
    y = np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])
    return np.stack([y, np.ones(len(y))], axis=1)


def known_indices():
    """Return first and total indices as they follow from its integrals (Ishigami and Homma, 1990)."""
    v1 = 0.5 * (1.0 + B * np.pi**4 / 5.0) ** 2
    v2 = A**2 / 8.0
    v13 = B**2 * np.pi**8 * 8.0 / 225.0
    v = v1 + v2 + v13
    return [v1 / v, v2 / v, 0.0], [(v1 + v13) / v, v2 / v, v13 / v]


def test_sobol_finds_the_known_indices_of_ishigamis_function():
    first, total = known_indices()
    assert [round(each, 4) for each in (*first, *total)] == [0.3139, 0.4424, 0.0, 0.5576, 0.4424, 0.2437]
    found, of_nothing = sobol(SHARES, ishigami, 2048, 1)
    assert [each.first for each in found] == pytest.approx(first, abs=0.03)
    assert [each.total for each in found] == pytest.approx(total, abs=0.03)
    for each, known in zip(found, total, strict=True):
        assert abs(each.total - known) < 3.0 * each.total_halfwidth
    assert [each.total for each in of_nothing] == [0.0, 0.0, 0.0]


def test_morris_ranks_the_numbers_of_ishigamis_function_and_sees_what_is_not_straight():
    found, of_nothing = morris(SHARES, ishigami, 60, 1)
    assert found[2].total > 0.0
    assert abs(found[2].first) < 0.4 * found[2].total
    assert found[2].spread > found[2].total
    assert [each.total for each in of_nothing] == [0.0, 0.0, 0.0]
    line, *_ = morris(SHARES, lambda places: places @ np.array([[5.0], [2.0], [0.0]]), 5, 1)
    assert [each.total for each in line] == pytest.approx([5.0, 2.0, 0.0])
    assert [each.spread for each in line] == pytest.approx([0.0, 0.0, 0.0])


def test_sobol_shares_the_spread_of_losses_among_those_that_show(front, tmp_path):
    with Bench(front, tmp_path / "s") as bench:
        found = bench.find("sobol", 2, size=8, top=1)
        again = bench.find("sobol", 2, size=8, top=1)
    assert found == again
    names = [each.name for each in found.indices if each.measure == "losses.west.personnel"]
    assert names[0] == "side.east.attrition_coefficient"
    assert len(names) <= 2
    assert "looked at" in found.left_out[0]


def test_morris_takes_the_numbers_that_were_named(front, tmp_path):
    with Bench(front, tmp_path / "s") as bench:
        found = bench.find(
            "morris", 2, size=2, factors=named(front, "side.east.attrition_coefficient", "town.lypa.depth")
        )
    assert len(found.indices) == 4
    assert found.indices[0].name == "side.east.attrition_coefficient"
    assert found.indices[0].first > 0.0


def test_places_that_give_no_result_are_said(front, tmp_path, monkeypatch):
    monkeypatch.setattr(at_work, "simulate", lambda *_, **__: 1 / 0)
    with Bench(front, tmp_path / "s") as bench, pytest.raises(UsageError, match="give no result"):
        bench.find("morris", 2, size=2, factors=named(front, "side.east.attrition_coefficient"))


def test_without_salib_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.sample.sobol", None)
    with pytest.raises(MissingPartError, match="pip install SALib"):
        sobol(SHARES, ishigami, 8, 1)
