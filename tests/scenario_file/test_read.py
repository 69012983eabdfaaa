"""From a file's text to the domain's scenario."""

import json
import subprocess
import sys
import time
from datetime import date

import pytest

from sim.errors import ScenarioError
from sim.model.parameters import Supply, Weather
from sim.model.quantities import DAY, HOUR
from sim.model.scenario import EndCondition, Position
from sim.scenario_file import bundled
from sim.scenario_file.bundled import bundled_scenarios
from sim.scenario_file.read import read_document, read_scenario

FULL = """
#:schema ./scenario-1.schema.json
schema = 1

[scenario]
name = "Everything"
summary = \"\"\"
Two lines
of it.\"\"\"
start = 2025-01-27
horizon = "180 d"
focus = ["alta"]
seed = 42
ends = ["alta held by ru for 7 d"]

[side.ua]
name = "Ukraine"
reserve = { value = 3000, low = 1000, high = 6000, status = "assumed" }
replacements = { value = "60 soldiers/d", low = "30 soldiers/d", high = "90 soldiers/d", source = "note" }
doctrine = "hold"

[side.ru]
name = "Russia"
mark = "diamond"
assaults = "6 /d"
interdiction_hazard = "0.1 /h"
doctrine = { name = "main_effort", axes = { beta-alta = 3 }, patience = 2.5 }

[reported_losses]
of = "ru"
date = 2025-01-27
source = "note"
per_day = { personnel = 1430, tanks = 3, special = { value = 1, low = 0, high = 4, status = "assumed" } }
sector_share = 0.05

[town.alta]
name = "Alta"
name_uk = "Альта'янськ"
at = { lat = 49.71, lon = 37.616 }
held_by = "ua"
depth = "6 km"
base = "420 t/d"
garrison = { strength = "2500 soldiers", stock = "412 t" }

[town.beta]
name = "Beta"
at = { lat = 49.71, lon = 37.9 }
held_by = "ru"
base = "2500 t/d"
garrison = { strength = 3000, stock = "5 d" }

[[route]]
from = "alta"
to = "beta"
kind = "crossing"
river = "Oskil"
length = "20 km"
capacity = "150 t/d"
front = "-0.4 km"
damage = 0.25

[[route]]
id = "railway"
from = "alta"
to = "beta"
kind = "rail"
front = { value = "0.8 of length", low = "0.5 of length", high = "0.9 of length" }

[attrition]
assault_law = "area_fire"
causes = { tanks = { assault = 0.5, fires = 0.5 } }
dispersion = { tanks = 0.2 }

[supply]
consumption_idle = "10 kg/soldier/d"
replan_interval = "12 h"

[transport]
speed = { road = "40 km/h" }

[weather.shares]
jan = { clear = 0.5, frost = 0.5 }

[[event]]
at = "d10"
do = "damage"
route = "beta-alta"

[[event]]
id = "help"
at = "36 h"
do = "reinforce"
town = "alta"
amount = 500
over = "24 h"

[[event]]
at = "20 d"
do = "set"
side = "ua"
key = "reach"
value = "15 km"
note = "new means"

[line.oskil]
kind = "river"
path = [[49.98, 37.83], [49.85, 37.71]]

[source.note]
title = "A note"
publisher = "Nobody"
date = 2025-01-01
grade = "C3"
"""


@pytest.fixture
def full(read):
    return read(FULL, head="")


def test_sections_reach_the_domain_in_its_own_measures(full):
    scenario = full.scenario
    assert (scenario.name, scenario.start, scenario.horizon) == ("Everything", date(2025, 1, 27), 180 * DAY)
    assert (scenario.seed, scenario.focus) == (42, ("alta",))
    assert scenario.ends == (EndCondition("alta", "ru", 7 * DAY),)
    assert scenario.sides[0].reserve == 3000
    assert scenario.sides[1].interdiction_hazard == 0.1
    assert scenario.towns[0].at == Position(49.71, 37.616)
    assert scenario.towns[0].garrison.stock == 412.0
    assert (scenario.towns[1].garrison.stock, scenario.towns[1].garrison.stock_days) == (None, 5.0)
    assert scenario.supply.consumption_idle == 10.0
    assert scenario.supply.replan_interval == 12 * HOUR
    assert scenario.lines[0].path[1] == Position(49.85, 37.71)
    assert scenario.sources[0].date == "2025-01-01"


def test_a_front_is_a_share_of_the_length_or_a_distance(full):
    first, second = full.scenario.routes
    assert (first.id, first.front_share, first.front_distance) == ("alta-beta", None, -0.4)
    assert (second.id, second.front_share, second.front_distance) == ("railway", 0.8, None)


def test_a_doctrine_is_a_name_or_a_table_with_numbers_of_its_own(full):
    hold, effort = (side.doctrine for side in full.scenario.sides)
    assert (hold.name, dict(hold.axes), dict(hold.options)) == ("hold", {}, {})
    assert (effort.name, effort.axes, effort.options) == (
        "main_effort",
        {"alta-beta": 3.0},
        {"patience": 2.5},
    )


def test_events_are_filled_in(full):
    cut, more, set_reach = full.scenario.events
    assert (cut.id, cut.at, cut.route, cut.amount) == ("event-1", 10 * DAY, "alta-beta", 1.0)
    assert (more.id, more.at, more.amount, more.over) == ("help", 36 * HOUR, 500, DAY)
    assert (set_reach.id, set_reach.key, set_reach.value) == ("event-3", "reach", 15.0)


def test_tables_by_kind_keep_the_defaults_of_what_is_not_named(full):
    scenario = full.scenario
    assert scenario.transport.speed == {"road": 40.0, "rail": 30.0, "track": 15.0, "crossing": 8.0}
    assert scenario.attrition.causes["tanks"] == {"assault": 0.5, "fires": 0.5, "interdiction": 0.0}
    assert scenario.attrition.dispersion["tanks"] == 0.2
    assert scenario.attrition.dispersion["uas"] == 0.232
    assert scenario.weather.shares == {"jan": {"clear": 0.5, "frost": 0.5}}
    assert scenario.weather.speed == Weather().speed


def test_losses_that_are_not_reported_are_zero(full):
    assert full.scenario.reported_losses.per_day["uas"] == 0.0
    assert full.scenario.reported_losses.per_day["personnel"] == 1430.0


def test_every_number_of_the_text_is_listed_with_its_range_and_source(full):
    rows = {row.key: row for row in full.scenario.parameters}
    replacements = rows["side.ua.replacements"]
    assert (replacements.value, replacements.text) == (60.0, "60 soldiers/d")
    assert (replacements.low, replacements.high, replacements.source) == (30.0, 90.0, "note")
    assert rows["side.ua.reserve"].status == "assumed"
    assert rows["route.alta-beta.front"].value == -0.4
    assert rows["town.alta.garrison.stock"].text == "412 t"
    assert rows["side.ru.doctrine.axes.beta-alta"].value == 3.0
    assert rows["attrition.causes.tanks.fires"].value == 0.5
    assert rows["event.help.amount"].value == 500
    assert not any(key.startswith(("scenario.", "town.alta.at")) for key in rows)


def test_the_claim_itself_is_reported_by_its_source(full):
    rows = {row.key: row for row in full.scenario.parameters}
    assert rows["reported_losses.per_day.tanks"].source == "note"
    assert rows["reported_losses.per_day.tanks"].status == "reported"
    assert rows["reported_losses.per_day.special"].status == "assumed"
    assert rows["reported_losses.sector_share"].source is None


def test_what_a_scenario_does_not_say_is_at_its_default():
    assert read_scenario("two-towns").scenario.supply == Supply()


def test_a_document_is_plain_and_gives_the_same_scenario_again(full):
    document = json.loads(json.dumps(full.document, allow_nan=False))
    assert document == full.document
    assert read_document(document) == full.scenario
    assert document["scenario"]["start"] == "2025-01-27"
    assert "extends" not in document
    assert [each.get("id") for each in document["route"]] == [None, "railway"]
    assert [each["id"] for each in document["event"]] == ["event-1", "help", "event-3"]


def test_a_document_that_is_none_is_an_invalid_scenario():
    for document in (
        {},
        {"schema": 1, "town": None, "route": 3},
        {"schema": 1, "side": {"a": None}, "x": [1]},
    ):
        with pytest.raises(ScenarioError):
            read_document(document)


def test_a_mistake_in_a_document_is_shown_in_the_text_it_would_be():
    document = read_scenario("two-towns").document
    document["side"]["west"]["reach"] = 3
    with pytest.raises(ScenarioError, match="needs a unit") as caught:
        read_document(document)
    assert "reach = 3" in str(caught.value)


def test_a_document_is_not_changed_by_reading_it(full):
    before = json.dumps(full.document)
    read_document(full.document)
    assert json.dumps(full.document) == before


def test_a_reading_says_what_it_was_asked_for():
    reading = read_scenario("two-towns")
    assert (reading.name, reading.path.name, reading.overrides) == ("two-towns", "two-towns.toml", ())


def test_a_file_can_be_read_by_its_path():
    reading = read_scenario("two-towns")
    assert read_scenario(reading.path).scenario == reading.scenario


@pytest.mark.untraced
def test_every_bundled_scenario_is_valid_and_asks_a_question():
    found = {each.name: each for each in bundled_scenarios()}
    assert found["two-towns"].title == "Two towns"
    assert found["two-towns"].question == (
        "Two towns, one road, one front: how long can the smaller garrison hold?"
    )
    for name, each in found.items():
        reading = read_scenario(name)
        assert each.question
        assert each.title == reading.scenario.name
        assert read_document(json.loads(json.dumps(reading.document))) == reading.scenario


def test_bundled_scenarios_are_found_inside_an_installed_package(tmp_path, monkeypatch):
    package = tmp_path / "sim"
    (package / "scenarios").mkdir(parents=True)
    (package / "scenarios" / "quiet.toml").write_text("schema = 1\n")
    (package / "scenarios" / "asked.toml").write_text(
        "#:schema x\n#\n# What\n# if?\n#\n# More.\nname = 'x'\n"
    )
    monkeypatch.setattr(bundled, "PACKAGE", package)
    asked, quiet = bundled_scenarios()
    assert (asked.name, asked.question) == ("asked", "What if?")
    assert (quiet.name, quiet.title, quiet.question) == ("quiet", "quiet", "")


def test_a_bundled_scenario_is_read_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_scenario("two-towns").scenario.name == "Two towns"


def test_reading_a_large_scenario_is_quick(tmp_path):
    towns = 60
    lines = ["schema = 1", '[scenario]\nname = "Large"\nstart = 2025-01-27\nhorizon = "9 d"']
    lines += ['[side.a]\nname = "A"', '[side.b]\nname = "B"']
    for n in range(towns):
        lines.append(f'[town.t{n}]\nname = "T{n}"\nat = {{ lat = {49 + n / 100}, lon = 37 }}\nbase = "9 t/d"')
        lines.append(f'held_by = "{"ab"[n % 2]}"\ngarrison = {{ strength = 10, stock = "5 d" }}')
        for m in (n + 1, n + 2):
            if m < towns:
                lines.append(f'[[route]]\nfrom = "t{n}"\nto = "t{m}"\nlength = "12 km"\ncapacity = "420 t/d"')
    path = tmp_path / "large.toml"
    path.write_text("\n".join(lines))
    read_scenario(path)
    begun = time.process_time()
    assert len(read_scenario(path).scenario.routes) == 117
    assert time.process_time() - begun < 0.5


def test_a_scenario_is_read_without_positions_and_without_numpy():
    script = (
        "import sys; from sim.scenario_file.read import read_scenario; "
        "read_scenario('two-towns'); assert not {'tree_sitter', 'numpy', 'networkx'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=bundled.PACKAGE.parent)


def test_bundled_scenarios_are_listed_without_heavy_packages():
    script = (
        "import sys; from sim.scenario_file.bundled import bundled_scenarios; "
        "bundled_scenarios(); assert not {'tree_sitter', 'numpy', 'networkx'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=bundled.PACKAGE.parent)


def test_tree_sitter_is_used_in_this_package_alone():
    root = bundled.PACKAGE
    users = {
        path.relative_to(root).parts[0]
        for path in root.rglob("*.py")
        if any(f"{word} tree_sitter" in path.read_text() for word in ("import", "from"))
    }
    assert users == {"scenario_file"}
