"""Why towns fell, told from recordings of the baseline, and held against its events counted another way."""

import math

import pytest
from click.testing import CliRunner

from sim.analysis.town_history import history_text, town_history
from sim.cli.main import frontsim
from sim.model.events import AssaultFought, FiresFell, TownFell
from sim.model.quantities import DAY, PERSONNEL
from sim.recording.reader import Recording


def recorded(path, *changes):
    words = ["run", "kupiansk", "-d", "60", "--seed", "1", "-q", "-o", str(path)]
    for change in changes:
        words += ["-s", change]
    assert CliRunner().invoke(frontsim, words).exit_code == 0
    return Recording.open(path)


@pytest.fixture(scope="module")
def baseline(tmp_path_factory):
    return recorded(tmp_path_factory.mktemp("baseline") / "run.jsonl.gz")


@pytest.fixture(scope="module")
def cut_off(tmp_path_factory):
    """Return a run in which next to nothing reaches Ukraine's towns."""
    changes = [f"town.{name}.base=0.1 t/d" for name in ("kharkiv", "izium")]
    return recorded(tmp_path_factory.mktemp("cut") / "run.jsonl.gz", *changes)


def attacked(recording):
    """Return how towns that were attacked fared in the whole run: every other one."""
    names = {event.target for _, event in recording.events() if isinstance(event, AssaultFought)}
    return [town_history(recording, town(recording, name), 60 * DAY) for name in sorted(names)[::2]]


@pytest.fixture(scope="module")
def attacked_in_the_baseline(baseline):
    return attacked(baseline)


@pytest.fixture(scope="module")
def attacked_when_cut_off(cut_off):
    return attacked(cut_off)


def falls(recording):
    return [(t, event) for t, event in recording.events() if isinstance(event, TownFell)]


def town(recording, name):
    return next(each for each in recording.scenario.towns if each.id == name)


def test_towns_fall_in_the_recordings(baseline, cut_off):
    assert falls(baseline)
    assert len(falls(cut_off)) > len(falls(baseline))


def test_each_fall_is_told_as_the_events_have_it(baseline):
    for t, event in falls(baseline):
        history = town_history(baseline, town(baseline, event.town), t)
        assert history.fall.t == t
        assert (history.fall.loser, history.fall.winner) == (event.loser, event.winner)
        assert (history.fall.withdrawn, history.fall.lost) == (event.withdrawn, event.losses[PERSONNEL])
        assert history.held_by == event.loser


def test_assaults_and_losses_are_those_of_the_time_before(baseline):
    for t, fell in falls(baseline):
        history = town_history(baseline, town(baseline, fell.town), t)
        fought = [
            event
            for when, event in baseline.events(history.begin, t + 1)
            if isinstance(event, AssaultFought)
            and event.target == fell.town
            and event.attacker == fell.winner
        ]
        assert sum(each.count for each in history.assaults) == len(fought)
        assert sum(each.succeeded for each in history.assaults) == sum(event.succeeded for event in fought)
        fires = [
            event
            for when, event in baseline.events(history.begin, t)
            if isinstance(event, FiresFell) and event.town == fell.town
        ]
        lost = sum(event.losses[PERSONNEL] for event in fires)
        assert history.losses == lost + sum(event.defender_losses[PERSONNEL] for event in fought)


def test_the_front_moves_as_far_as_its_assaults_say(baseline):
    t, fell = falls(baseline)[0]
    history = town_history(baseline, town(baseline, fell.town), t)
    over = next(each for each in history.assaults if each.route == fell.route)
    assert over.advance > 0
    assert over.advance == max(each.advance for each in history.assaults)


@pytest.mark.parametrize("run", ["attacked_in_the_baseline", "attacked_when_cut_off"])
def test_what_soldiers_and_ground_leave_of_the_odds_is_an_effect_that_supply_can_have(run, request, baseline):
    floor = baseline.scenario.supply.effect_floor
    told = [
        each.odds
        for history in request.getfixturevalue(run)
        for each in history.assaults
        if each.odds is not None and each.count == 1
    ]
    assert told
    for odds in told:
        factors = odds.soldiers, odds.quality, odds.supply, odds.ground, odds.positions, odds.river
        assert math.isclose(math.prod(factors), odds.total)
        assert 0.98 * floor <= odds.supply <= 1.02 / floor


def test_there_are_no_more_short_mornings_than_days(attacked_when_cut_off):
    assert any(history.days_empty for history in attacked_when_cut_off)
    for history in attacked_when_cut_off:
        assert history.days_empty <= history.days_short <= -(-(history.end - history.begin) // DAY)


def test_a_town_given_up_for_want_of_supply_says_so(cut_off):
    starved = [(t, event) for t, event in falls(cut_off) if event.how == "starved"]
    assert starved
    t, event = starved[0]
    history = town_history(cut_off, town(cut_off, event.town), t)
    assert history.starving > 0
    assert history.left > 0
    text = history_text(cut_off.scenario, history)
    assert "given up because its garrison starved" in text
    assert f"{history.left:,} left because they starved" in text
    assert "It starved, and was below 60 % of the strength meant for it" in text


@pytest.mark.untraced
def test_a_town_that_holds_although_it_is_short_is_explained_and_others_are_not(cut_off, baseline):
    short = [
        history
        for name in list(cut_off.state_at(25 * DAY).starving)[:6]
        if (history := town_history(cut_off, town(cut_off, name), 25 * DAY)).fall is None
    ]
    assert all(history.is_starving for history in short)
    assert short
    assert all("still holds" in history_text(cut_off.scenario, history) for history in short)
    calm = town_history(baseline, town(baseline, "kharkiv"), 60 * DAY)
    assert history_text(baseline.scenario, calm) == ""
