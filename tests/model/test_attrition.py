"""How fighting turns into losses: the laws, the coefficients from reported losses, and the counts."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.attrition import (
    LARGE_MEAN,
    binomial_count,
    event_dispersion,
    fire_intensity,
    law_exponents,
    loss_count,
    normal_quantile,
)
from sim.model.parameters import DEFAULT_CAUSE_SHARES
from sim.model.quantities import CATEGORIES, CAUSES
from sim.model.reported_losses import rates_by_cause, reported_rates
from sim.model.scenario import ReportedLosses
from tests.support.networks import chance, scenario_of, seeded

BASELINE = dict(zip(CATEGORIES, (1430.0, 74.0, 59.0, 16.0, 12.0, 3.0, 1.0), strict=True))
"""Ukraine's Ministry of Defence on Russian losses, 27 January 2025."""
FINE = 4000


def middles(cells: int) -> list[float]:
    """Return the middles of equal cells of the unit interval: a stratified sample of a uniform draw."""
    return [(cell + 0.5) / cells for cell in range(cells)]


# laws


@pytest.mark.parametrize(
    ("law", "expected"), [("aimed_fire", 3.0), ("area_fire", 6.0), ("logarithmic", 2.0), ("helmbold", 6**0.5)]
)
def test_tripling_the_firers_and_doubling_the_exposed_multiplies_losses_by_the_law(law, expected):
    exponents = law_exponents(law, 0.5)
    before, after = fire_intensity(exponents, 100.0, 100.0), fire_intensity(exponents, 300.0, 200.0)
    assert after / before == pytest.approx(expected)


def test_helmbolds_family_leads_from_the_logarithmic_law_to_aimed_fire():
    assert law_exponents("helmbold", 1.0) == law_exponents("aimed_fire", 0.5)
    assert law_exponents("helmbold", 0.0) == law_exponents("logarithmic", 0.5)


@seeded
@given(st.floats(0.0, 1.0), st.floats(1.0, 1e5), st.floats(1.0, 1e5))
def test_intensity_is_the_product_of_the_two_powers(weight, firing, exposed):
    intensity = fire_intensity(law_exponents("helmbold", weight), firing, exposed)
    assert intensity == pytest.approx(firing**weight * exposed ** (1.0 - weight))


def deaths(law: str, x: float, y: float, by_y: float, by_x: float, until: float) -> tuple[float, float]:
    """Return two strengths after a time, by Runge and Kutta's fourth-order steps over the law's intensity."""
    exponents = law_exponents(law, 0.5)

    def change(x: float, y: float) -> tuple[float, float]:
        return -by_y * fire_intensity(exponents, y, x), -by_x * fire_intensity(exponents, x, y)

    steps = 400
    h = until / steps
    for _ in range(steps):
        a = change(x, y)
        b = change(x + h / 2 * a[0], y + h / 2 * a[1])
        c = change(x + h / 2 * b[0], y + h / 2 * b[1])
        d = change(x + h * c[0], y + h * c[1])
        x += h / 6 * (a[0] + 2 * b[0] + 2 * c[0] + d[0])
        y += h / 6 * (a[1] + 2 * b[1] + 2 * c[1] + d[1])
    return x, y


@pytest.mark.parametrize(
    ("law", "by_y", "by_x", "t", "expected"),
    [
        ("aimed_fire", 0.01, 0.01, 10, (924.8707680399282, 703.8365844247988)),
        ("aimed_fire", 0.01, 0.01, 50, (710.7497208113828, 381.0054666713572)),
        ("aimed_fire", 0.01, 0.01, 100, (602.9196799002026, 59.26331420839347)),
        ("area_fire", 1e-5, 1e-5, 10, (926.6077489835395, 726.6077489835395)),
        ("area_fire", 1e-5, 1e-5, 100, (579.6842733031805, 379.6842733031805)),
        ("area_fire", 1e-5, 1e-5, 500, (283.40797354501757, 83.40797354501758)),
        ("logarithmic", 0.01, 0.02, 10, (904.8374180359596, 654.9846024623855)),
        ("logarithmic", 0.01, 0.02, 50, (606.5306597126335, 294.3035529371539)),
    ],
)
def test_strengths_follow_lanchesters_and_petersons_closed_forms(law, by_y, by_x, t, expected):
    assert deaths(law, 1000.0, 800.0, by_y, by_x, t) == pytest.approx(expected, rel=1e-8)


def test_aimed_fire_keeps_lanchesters_square_invariant():
    x, y = deaths("aimed_fire", 1000.0, 800.0, 0.02, 0.01, 20.0)
    assert 0.01 * x**2 - 0.02 * y**2 == pytest.approx(0.01 * 1000**2 - 0.02 * 800**2)


def test_iwo_jima_by_engels_coefficients():
    # Engel (1954): M' = P(t) - 0.0544 N, N' = -0.0106 M; landings of 54,000, 6,000 and 13,000 a day
    troops, defenders = 0.0, 21500.0
    told = {1: (52835.4775, 21219.9854), 6: (66453.6576, 18274.3388), 36: (51985.2461, 216.8317)}
    landings = {0: 54000.0, 2: 6000.0, 5: 13000.0}
    a, b = 0.0544, 0.0106
    exponents = law_exponents("aimed_fire", 0.5)
    parts = 200
    h = 1.0 / parts
    for day in range(36):
        landing = landings.get(day, 0.0)
        for _ in range(parts):
            # the midpoint of the step, at which both laws are asked
            half_troops = troops + h / 2 * (landing - a * fire_intensity(exponents, defenders, troops))
            half_defenders = defenders - h / 2 * b * fire_intensity(exponents, troops, defenders)
            troops += h * (landing - a * fire_intensity(exponents, half_defenders, half_troops))
            defenders -= h * b * fire_intensity(exponents, half_troops, half_defenders)
        if day + 1 in told:
            assert (troops, defenders) == pytest.approx(told[day + 1], rel=1e-4)


# coefficients from reported losses


def reporting(**others):
    return scenario_of(
        [], [], reported_losses=ReportedLosses(of=others.pop("of", "a"), date=date(2025, 1, 27), **others)
    )


def test_reference_rates_are_the_report_times_share_times_discount():
    first, second = reported_rates(
        reporting(per_day=BASELINE, sector_share=0.1, reporting_factor=0.5, loss_exchange_ratio=4.0)
    )
    assert first == pytest.approx([0.05 * BASELINE[category] for category in CATEGORIES])
    assert second == pytest.approx([0.0125 * BASELINE[category] for category in CATEGORIES])


def test_the_report_may_be_of_either_side():
    of_first = reported_rates(reporting(of="a", per_day=BASELINE))
    of_second = reported_rates(reporting(of="b", per_day=BASELINE))
    assert of_second == (of_first[1], of_first[0])


def test_categories_that_nobody_reported_are_not_lost():
    first, _ = reported_rates(reporting(per_day={"tanks": 3.0}, sector_share=1.0))
    assert dict(zip(CATEGORIES, first, strict=True)) == {**dict.fromkeys(CATEGORIES, 0.0), "tanks": 3.0}


def test_without_a_report_there_are_no_reference_rates():
    assert reported_rates(scenario_of([], [])) == ((0.0,) * 7, (0.0,) * 7)


ALL = dict.fromkeys(CAUSES, True)


@seeded
@given(
    st.lists(st.floats(0.0, 1e4), min_size=7, max_size=7),
    st.fixed_dictionaries({cause: st.booleans() for cause in CAUSES}),
)
def test_rates_by_cause_add_up_to_the_rates_as_long_as_anything_happens(rates, happens):
    spread = rates_by_cause(rates, DEFAULT_CAUSE_SHARES, happens)
    for place, rate in enumerate(rates):
        together = math.fsum(spread[cause][place] for cause in CAUSES)
        assert together == pytest.approx(rate if any(happens.values()) else 0.0)


def test_each_cause_gets_its_share_where_all_happen():
    spread = rates_by_cause([100.0] * 7, DEFAULT_CAUSE_SHARES, ALL)
    for place, category in enumerate(CATEGORIES):
        for cause in CAUSES:
            assert spread[cause][place] == pytest.approx(100.0 * DEFAULT_CAUSE_SHARES[category][cause])


def test_the_share_of_a_cause_that_does_not_happen_goes_to_the_others_in_proportion():
    shares = {"personnel": {"assault": 0.5, "fires": 0.25, "interdiction": 0.25}}
    spread = rates_by_cause([90.0] + [0.0] * 6, shares, {**ALL, "interdiction": False})
    assert [spread[cause][0] for cause in CAUSES] == pytest.approx([60.0, 30.0, 0.0])


def test_a_category_whose_causes_all_fail_to_happen_goes_to_those_that_do_evenly():
    shares = {"personnel": {"assault": 1.0}}
    spread = rates_by_cause([90.0] + [0.0] * 6, shares, {**ALL, "assault": False})
    assert [spread[cause][0] for cause in CAUSES] == pytest.approx([0.0, 45.0, 45.0])


def test_a_category_without_a_row_of_shares_is_spread_evenly():
    spread = rates_by_cause([90.0] * 7, {}, ALL)
    assert [spread[cause][3] for cause in CAUSES] == pytest.approx([30.0, 30.0, 30.0])


# dispersion


def test_the_scatter_of_one_event_gives_a_days_total_the_reported_scatter():
    # a Poisson number of events of mean m with variance m + k m^2 has variance events (m + (1 + k) m^2)
    for daily, events, mean in ((0.232, 20.0, 1.5), (0.1, 45.0, 0.2), (1.0, 3.0, 8.0)):
        k = event_dispersion(daily, events)
        total = events * mean
        assert events * (mean + (1.0 + k) * mean**2) == pytest.approx(total + daily * total**2)


def test_a_day_of_simulated_events_scatters_as_reported():
    rng = chance(5)
    daily, events, mean, days = 0.5, 12.0, 2.0, 4000
    k = event_dispersion(daily, events)
    totals = np.array(
        [
            math.fsum(loss_count("negative_binomial", u, mean, k) for u in rng.random(rng.poisson(events)))
            for _ in range(days)
        ]
    )
    expected = 24.0 + daily * 24.0**2
    assert totals.mean() == pytest.approx(24.0, abs=4 * math.sqrt(expected / days))
    assert totals.var() == pytest.approx(expected, rel=0.12)


def test_no_scatter_is_taken_from_an_event_where_their_number_alone_scatters_more():
    assert event_dispersion(0.01, 10.0) == 0.0
    assert event_dispersion(0.0, 0.0) == 0.0


# counts


def poisson_chance(n: int, mean: float) -> float:
    return math.exp(n * math.log(mean) - mean - math.lgamma(n + 1))


def negative_binomial_chance(n: int, mean: float, k: float) -> float:
    size = 1.0 / k
    return math.exp(
        math.lgamma(n + size)
        - math.lgamma(size)
        - math.lgamma(n + 1)
        - size * math.log1p(mean * k)
        + n * math.log(mean * k / (1.0 + mean * k))
    )


def chances(mean: float, k: float, up_to: int) -> list[float]:
    return [negative_binomial_chance(n, mean, k) if k else poisson_chance(n, mean) for n in range(up_to + 1)]


MEANS = [(0.02, 0.0), (0.7, 0.0), (5.0, 0.0), (80.0, 0.0), (480.0, 0.0)]
SCATTERED = [(0.02, 0.3), (0.7, 4.0), (5.0, 0.01), (5.0, 1.0), (80.0, 0.2), (480.0, 0.05)]


@pytest.mark.untraced
@pytest.mark.parametrize(("mean", "k"), MEANS + SCATTERED)
def test_a_count_is_the_first_whose_exact_cumulative_chance_passes_the_draw(mean, k):
    law = "negative_binomial" if k else "poisson"
    below = 0.0
    for n, here in enumerate(chances(mean, k, int(mean + 12 * math.sqrt(mean + k * mean**2)) + 12)):
        if here > 1e-9:
            # well inside each step of the exact distribution, by its own logarithms of factorials
            for part in (1e-3, 0.5, 1.0 - 1e-3):
                u = below + part * here
                if u < 1.0:
                    assert loss_count(law, u, mean, k) == n
        below += here


@pytest.mark.untraced
@pytest.mark.parametrize(("mean", "k"), MEANS + SCATTERED + [(900.0, 0.0), (2000.0, 0.01), (900.0, 0.5)])
def test_a_count_keeps_its_mean_and_variance(mean, k):
    law = "negative_binomial" if k else "poisson"
    counts = np.array([loss_count(law, u, mean, k) for u in middles(FINE)], dtype=float)
    spread = math.sqrt(mean + k * mean**2)
    assert counts.mean() == pytest.approx(mean, abs=0.01 * spread + 2e-4)
    assert counts.var() == pytest.approx(mean + k * mean**2, rel=0.05)


def test_large_counts_that_scatter_widely_keep_their_mean():
    for k in (0.3, 1.0, 3.0):
        counts = [loss_count("negative_binomial", u, 2.0 * LARGE_MEAN, k) for u in middles(FINE)]
        assert math.fsum(counts) / FINE == pytest.approx(2.0 * LARGE_MEAN, rel=0.01)


@seeded
@given(
    st.sampled_from(["negative_binomial", "poisson", "single"]),
    st.floats(0.0, 1.0, exclude_max=True),
    st.floats(0.0, 1.0, exclude_max=True),
    st.floats(0.0, 2000.0),
    st.floats(0.0, 10.0),
)
def test_a_higher_draw_never_gives_a_lower_count(law, u, v, mean, k):
    low, high = sorted((u, v))
    assert 0 <= loss_count(law, low, mean, k) <= loss_count(law, high, mean, k)


@pytest.mark.parametrize(("mean", "k"), [(0.5, 0.0), (5.0, 0.0), (400.0, 0.0), (50.0, 5.0), (400.0, 0.3)])
def test_the_highest_draw_there_is_ends_within_the_tail(mean, k):
    # the walk stops where doubles do: just under 1 the cumulative chance no longer grows
    count = loss_count("negative_binomial", 1.0 - 2.0**-53, mean, k)
    assert count < mean + 70 * math.sqrt(mean + k * mean**2)
    assert count >= loss_count("negative_binomial", 1.0 - 1e-9, mean, k)


@pytest.mark.parametrize("law", ["negative_binomial", "poisson", "single"])
@pytest.mark.parametrize("mean", [0.0, -1.0])
def test_where_nothing_is_expected_nothing_is_lost(law, mean):
    assert loss_count(law, 0.999999, mean, 1.0) == 0


def test_a_single_loss_comes_with_the_chance_of_its_mean():
    counts = [loss_count("single", u, 0.3, 0.0) for u in middles(1000)]
    assert counts == [0] * 700 + [1] * 300


def test_a_negative_binomial_without_dispersion_is_a_poisson():
    for u in middles(500):
        assert loss_count("negative_binomial", u, 3.0, 0.0) == loss_count("poisson", u, 3.0, 0.0)


def test_large_means_join_on_to_the_walk():
    for law, k in (("poisson", 0.0), ("negative_binomial", 0.02)):
        for u in (0.01, 0.3, 0.5, 0.9, 0.999):
            below, above = loss_count(law, u, LARGE_MEAN, k), loss_count(law, u, LARGE_MEAN + 1e-6, k)
            assert above == pytest.approx(below, rel=0.03)


@pytest.mark.parametrize(("trials", "share"), [(1, 0.3), (6, 0.25), (40, 0.9), (400, 0.02)])
def test_a_binomial_count_is_the_first_whose_exact_cumulative_chance_passes_the_draw(trials, share):
    below = 0.0
    for n in range(trials + 1):
        here = math.comb(trials, n) * share**n * (1.0 - share) ** (trials - n)
        if here > 1e-9:
            assert binomial_count(below + here / 2, trials, share) == n
        below += here


@pytest.mark.parametrize(("trials", "share"), [(6, 0.25), (3000, 0.25), (10_000, 0.2), (5000, 0.6)])
def test_a_binomial_count_keeps_its_mean_and_variance_however_many_the_trials(trials, share):
    counts = np.array([binomial_count(u, trials, share) for u in middles(FINE)], dtype=float)
    assert counts.mean() == pytest.approx(trials * share, rel=1e-3)
    assert counts.var() == pytest.approx(trials * share * (1.0 - share), rel=0.03)


@seeded
@given(st.floats(0.0, 1.0, exclude_max=True), st.integers(0, 200), st.floats(0.0, 1.0))
def test_no_more_succeed_than_try(u, trials, share):
    assert 0 <= binomial_count(u, trials, share) <= trials


def test_a_certain_success_takes_all_and_an_impossible_one_none():
    for u in (0.0, 0.5, 1.0 - 2.0**-53):
        assert binomial_count(u, 9, 1.0) == 9
        assert binomial_count(u, 9, 0.0) == 0


@pytest.mark.parametrize(
    ("u", "value"),
    [(0.5, 0.0), (0.8413447460685429, 1.0), (0.9772498680518208, 2.0), (0.025, -1.959963984540054)],
)
def test_normal_quantiles_are_those_of_the_tables(u, value):
    assert normal_quantile(u) == pytest.approx(value, abs=1e-12)


def test_normal_quantiles_are_odd_rising_and_finite_to_both_ends():
    draws = [0.0, *middles(200), 1.0]
    values = [normal_quantile(u) for u in draws]
    assert all(math.isfinite(value) for value in values)
    assert values == sorted(values)
    assert all(normal_quantile(1.0 - u) == pytest.approx(-normal_quantile(u)) for u in middles(64))
