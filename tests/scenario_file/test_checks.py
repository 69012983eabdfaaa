"""What is looked at beyond single values: warnings, and mistakes of several things together."""

import pytest

from sim.errors import ScenarioError

THIRD = """
[town.third]
name = "Third"
at = { lat = 49.8, lon = 37.6 }
held_by = "west"
garrison = { strength = %d }

[[route]]
from = "%s"
to = "third"
capacity = "%s"
"""


def codes(reading):
    return [each.code for each in reading.warnings]


def mistakes(read, text, **options):
    with pytest.raises(ScenarioError) as caught:
        read(text, **options)
    return [row[0] for row in caught.value.mistakes]


def test_a_sound_scenario_has_no_warnings(read):
    assert read("").warnings == ()


def test_a_garrison_behind_the_other_side_is_a_warning(read):
    reading = read(THIRD % (100, "verba", "50 t/d"))
    assert codes(reading) == ["W603"]
    text = reading.warnings[0].text()
    assert text.startswith("warning[W603]: at the start every path from third to a base of west")
    assert "[town.third]" in text


def test_demand_above_every_path_is_a_warning(read):
    assert codes(read(THIRD % (5000, "lypa", "10 t/d"))) == ["W604"]
    assert codes(read(THIRD % (5000, "lypa", "90 t/d"))) == []


def test_a_way_is_as_wide_as_its_narrowest_part(read):
    more = '[town.fourth]\nname = "F"\nat = {{ lat = 49.9, lon = 37.6 }}\nheld_by = "west"\n'
    more += 'garrison = {{ strength = 5000 }}\n\n[[route]]\nfrom = "third"\nto = "fourth"\ncapacity = "{}"\n'
    wide = THIRD % (0, "lypa", "30 t/d") + more.format("90 t/d")
    assert codes(read(wide)) == ["W604"]
    around = '\n[[route]]\nfrom = "lypa"\nto = "fourth"\ncapacity = "60 t/d"\n'
    assert codes(read(wide + around)) == []


def test_no_front_is_a_warning(read):
    third = THIRD % (10, "lypa", "50 t/d")
    assert codes(read(third + '[[route]]\nid = "lypa-verba"\nremove = true\n')) == ["W605", "W606"]


def test_a_town_that_nothing_leads_to_is_a_warning(read):
    assert codes(read('[town.third]\nname = "T"\nat = { lat = 49.8, lon = 37.6 }\nheld_by = "west"\n')) == [
        "W606"
    ]


def test_a_town_far_away_is_a_warning(read):
    text = THIRD % (0, "lypa", "50 t/d")
    far = text.replace("lat = 49.8, lon = 37.6", "lat = 10.0, lon = 20.0") + 'length = "9 km"\n'
    assert codes(read(far)) == ["W601"]


def test_two_towns_in_one_place_are_a_warning(read):
    assert codes(read((THIRD % (0, "lypa", "50 t/d")).replace("49.8", "49.7"))) == ["W602"]


def test_a_whole_map_with_its_axes_swapped_is_a_warning(read):
    text = "[town.lypa]\nat = { lat = 37.6, lon = 49.7 }\n[town.verba]\nat = { lat = 37.8, lon = 49.7 }\n"
    assert codes(read(text)) == ["W607"]


def test_months_without_weather_are_a_warning_where_others_have_some(read):
    text = '[scenario]\nhorizon = "{}"\n\n[weather.shares]\njan = {{ clear = 0.5, frost = 0.5 }}\n'
    assert codes(read(text.format("5 d"))) == []
    reading = read(text.format("40 d"))
    assert codes(reading) == ["W608"]
    assert "feb and mar" in reading.warnings[0].message
    assert codes(read(text.format("40 d") + "\n[weather]\nis_on = false\n")) == []


def test_warnings_do_not_hide_mistakes_nor_are_they_counted_as_such(read):
    text = '[town.third]\nname = "T"\nat = { lat = 49.8, lon = 37.6 }\nheld_by = "west"\n[tempo]\nlag = 1\n'
    assert mistakes(read, text) == ["E101"]


def test_a_base_is_not_asked_for_where_nobody_uses_anything(read):
    text = '[town.verba]\nbase = "0 t/d"\n\n[supply]\nconsumption_idle = "0 kg/soldier/d"\n'
    assert mistakes(read, text) == ["E407"]
    assert codes(read(text + 'consumption_fighting = "0 kg/soldier/d"\n')) == []


def test_a_side_may_begin_with_nobody_if_somebody_comes(read):
    empty = "[town.verba]\ngarrison = { strength = 0 }\n"
    assert mistakes(read, empty) == ["E306"]
    assert codes(read(empty + "[side.east]\nreserve = 10\n")) == []
    event = '[[event]]\nat = "d1"\ndo = "reinforce"\namount = 5\n'
    assert codes(read(empty + event + 'town = "verba"\n')) == []
    assert codes(read(empty + event + 'side = "east"\n')) == []
    assert mistakes(read, empty + event + 'town = "lypa"\n') == ["E306"]


@pytest.mark.parametrize(
    ("event", "codes_found"),
    [
        ('do = "damage"\nroute = "lypa-vrba"', ["E303"]),
        ('do = "damage"\nroute = "lypa-verba"\namount = 2', ["E204"]),
        ('do = "reinforce"\nside = "nobody"\namount = 5', ["E301"]),
        ('do = "reinforce"\ntown = "nowhere"\namount = 5', ["E302"]),
        ('do = "reinforce"\ntown = "lypa"\namount = 0.5', ["E208"]),
        ('do = "reinforce"\ntown = "lypa"\nside = "west"\namount = 5', ["E102"]),
        ('do = "reinforce"\namount = 5', ["E102"]),
        ('do = "reinforce"\ntown = "lypa"', ["E102"]),
        ('do = "set"\nside = "west"', ["E102", "E102"]),
        ('do = "set"\nkey = "reach"\nvalue = "3 km"', ["E102"]),
        ('do = "set"\nside = "west"\nkey = "reach"\nvalue = 3', ["E201"]),
        ('do = "set"\nside = "west"\nkey = "reserve"\nvalue = 3', ["E101"]),
        ('do = "set"\ntown = "lypa"\nkey = "garrison"\nvalue = 3', ["E101"]),
        ('do = "set"\nside = "west"\nkey = "reach"\nvalue = [3]', ["E104"]),
        ('do = "set"\nkey = "weather.speed.fog"\nvalue = 0.5', ["E101"]),
        ('do = "set"\nkey = "assaults.kapa"\nvalue = 2', ["E101"]),
        ('do = "set"\nkey = "tempo.lag_1"\nvalue = 0.2', ["E101"]),
        ('do = "set"\nkey = "side.west.fires"\nvalue = 2', ["E101"]),
        ('do = "vanish"', ["E103"]),
    ],
)
def test_an_event_needs_what_it_does_and_no_more(read, event, codes_found):
    assert mistakes(read, f'[[event]]\nat = "d1"\n{event}\n') == codes_found


@pytest.mark.parametrize(
    "number", ['side = "west"\nkey = "quality"', 'key = "assaults.kappa"', 'key = "weather.speed.mud"']
)
def test_an_event_can_set_a_bare_number(read, number):
    text = f'[[event]]\nat = "d1"\ndo = "set"\n{number}\nvalue = 1.25\n'
    assert read(text).scenario.events[0].value == 1.25


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("lypa held by east for ever", "E203"),
        ("lypa held by east for 7", "E201"),
        ("nowhere held by east for 7 d", "E302"),
        ("lypa held by nobody for 7 d", "E301"),
        ("lypa lost", "E103"),
    ],
)
def test_a_reason_to_stop_is_read_strictly(read, end, code):
    assert mistakes(read, f'[scenario]\nends = ["{end}"]\n') == [code]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[reported_losses]\nof = "ruu"\ndate = 2025-01-27\nper_day = { tanks = 3 }\n', ["E301"]),
        (
            '[reported_losses]\nof = "east"\ndate = 2025-01-27\nsource = "x"\nper_day = { tanks = 3 }\n',
            ["E304"],
        ),
        ('[reported_losses]\nof = "east"\ndate = 2025-01-27\nper_day = { tank = 3 }\n', ["E101"]),
        ('[line.a]\nkind = "river"\npath = [[49.8, 37.7]]\n', ["E104"]),
        ('[line.a]\nkind = "river"\npath = [[49.8, 37.7], [49.8]]\n', ["E104"]),
        ('[line.a]\nkind = "river"\npath = [[49.8, 37.7], [49.8, "37"]]\n', ["E104"]),
        ('[line.a]\nkind = "river"\npath = [[49.8, 37.7], [nan, 37.7]]\n', ["E104"]),
        ('[scenario]\nfocus = "lypa"\n', ["E104"]),
        ("[scenario]\nstart = '2025-02-30'\n", ["E104"]),
        ("[scenario]\nstart = 9999-12-31\n", ["E204"]),
        ("[scenario]\nseed = 4.5\n", ["E208"]),
        ("[scenario]\nseed = -4\n", ["E204"]),
        ('[scenario]\nname = ""\n', ["E106"]),
        ("[scenario]\nname = 3\n", ["E104"]),
        (f'[scenario]\nsummary = "{"long " * 1000}"\n', ["E106"]),
        ('[scenario]\nname = "\\u202egnp.exe"\n', ["E106"]),
        ("[side.west]\nmark = 3\n", ["E104"]),
        ("[side.west]\nquality = { value = 1, status = 'guessed' }\n", ["E103"]),
        ("[side.west]\nquality = { value = 1, source = 3 }\n", ["E104"]),
        ("[side.west]\nquality = { low = 1 }\n", ["E102"]),
        ("[town.lypa]\ngarrison = { stock = { value = '5 d', low = '30 t' } }\n", ["E206"]),
        ("[side.west]\nquality = { value = 1, low = 2 }\n", ["E206"]),
        ("[side.west]\ndoctrine = 3\n", ["E104"]),
        ("[side.west]\ndoctrine = { name = 'hold', patience = 'long' }\n", ["E203"]),
        ("[side.west.doctrine.axes]\nlypa-verba = -1\n", ["E204"]),
        ('[[route]]\nid = "a b"\nfrom = "lypa"\nto = "verba"\n', ["E105"]),
        ('[[event]]\nid = ".."\nat = "d1"\ndo = "damage"\nroute = "lypa-verba"\n', ["E105"]),
        ('[[event]]\nid = 3\nat = "d1"\ndo = "damage"\nroute = "lypa-verba"\n', ["E104"]),
        ('[[route]]\nkind = "road"\n', ["E102", "E102"]),
        ('[[route]]\nid = "lypa-verba"\n\n[[route]]\nid = "lypa-verba"\n', ["E108", "E102", "E102"]),
    ],
)
def test_odd_values_are_named(read, text, found):
    assert sorted(mistakes(read, text)) == sorted(found)


def test_sections_that_hold_no_tables_are_named(read):
    assert mistakes(read, "", head="schema = 1\nroute = 3\ntown = 4\nside = [1]\nscenario = 5\n") == [
        "E104",
        "E104",
        "E104",
        "E104",
    ]


def test_routes_that_are_no_tables_are_named(read):
    assert mistakes(read, "", head='schema = 1\nextends = "two-towns"\nroute = [3, {}]\n') == [
        "E104",
        "E102",
        "E102",
    ]


def test_routes_written_as_a_list_of_inline_tables_are_shown_where_they_stand(read):
    head = 'schema = 1\nextends = "two-towns"\nroute = [\n  { id = "lypa-verba", capacity = 3 }]\n'
    with pytest.raises(ScenarioError) as caught:
        read("", head=head)
    assert caught.value.mistakes[0][3:] == (4, 35)


def test_where_a_section_is_missing_nothing_more_is_said_of_what_it_would_hold(read):
    head = 'schema = 1\n[scenario]\nname = "A"\nstart = 2025-01-27\nhorizon = "9 d"\nfocus = ["t"]\n'
    assert mistakes(read, '[[route]]\nfrom = "t"\nto = "u"\n', head=head) == ["E102", "E102"]


def test_one_side_is_too_few(read):
    head = 'schema = 1\n[scenario]\nname = "A"\nstart = 2025-01-27\nhorizon = "9 d"\n[side.a]\nname = "A"\n'
    town = '[town.t]\nname = "T"\nat = { lat = 1, lon = 1 }\nheld_by = "a"\n'
    assert mistakes(read, town, head=head) == ["E305"]


REAR = """
[town.rear]
name = "Rear"
at = { lat = 49.7, lon = 37.0 }
held_by = "west"
base = "10000000 t/d"

[town.lypa.garrison]
strength = 10000000
stock = "0 t"

[[route]]
from = "rear"
to = "lypa"
length = "100 km"
capacity = "10000000 t/d"
"""


@pytest.mark.parametrize(
    ("more", "load", "is_refused"),
    [
        ("", "0.5 t", False),  # 450,000 t/d
        ("", "0.44 t", True),
        ('speed = "0.1 km/h"', "18 t", True),  # 42 days on the road
        ('speed = "0.1 km/h"', "20 t", False),
    ],
)
def test_more_convoys_than_can_be_simulated_are_refused(read, more, load, is_refused):
    text = f'{REAR}{more}\n[supply]\nconvoy_load = "{load}"\n'
    if is_refused:
        assert mistakes(read, text) == ["E408"]
    else:
        read(text)
