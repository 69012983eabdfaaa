"""``frontsim why``: a town's supply at a moment."""

import pytest


def test_why_says_what_a_town_needs_and_gets(frontsim, kupiansk):
    result = frontsim("why", "kupiansk", kupiansk, "--at", "d6")
    assert result.exit_code == 0
    assert result.stdout.startswith("Kupiansk. Day 6, 2 February 2025, 00:00. Held by Ukraine.\n")


def test_without_a_moment_it_is_the_end(frontsim, kupiansk):
    assert "Day 12, 8 February 2025" in frontsim("why", "Куп'янськ", kupiansk).stdout


def test_json_has_the_answer(answer, kupiansk):
    found, code = answer("why", "zapadne", kupiansk, "--at", "5.5")
    assert (code, found["schema"], found["town"], found["t"]) == (0, "frontsim/why/1", "zapadne", 475_200)
    assert {"needs", "gets", "limits", "recording"} <= set(found)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("kupyansk", "KUPIANSK"), 2, "Did you mean kupiansk"),
        (("kupiansk", "nowhere.gz"), 4, "There is no file nowhere.gz"),
        (("kupiansk", "KUPIANSK", "--at", "d99"), 2, "after the run"),
        (("kupiansk",), 2, "Missing argument 'RECORDING'"),
    ],
)
def test_what_cannot_be_answered_is_said(frontsim, kupiansk, arguments, code, words):
    result = frontsim("why", *(kupiansk if each == "KUPIANSK" else each for each in arguments))
    assert result.exit_code == code
    assert words in result.stderr


def test_town_and_recording_may_stand_in_either_order(frontsim, kupiansk):
    assert frontsim("why", kupiansk, "kupiansk").stdout == frontsim("why", "kupiansk", kupiansk).stdout


def test_of_an_ensemble_its_recording_is_explained_or_the_way_to_one_is_said(frontsim, folder):
    many = ("ensemble", "two-towns", "-n", 2, "-d", 2, "-j", 1, "--seed", 1, "-o", "many")
    assert frontsim(*many).exit_code == 0
    refused = frontsim("why", "lypa", "many")
    assert (refused.exit_code, "--record median" in refused.stderr) == (2, True)
    assert frontsim(*many, "--record", "median", "--resume").exit_code == 0
    assert "Lypa" in frontsim("why", "many", "lypa").stdout
