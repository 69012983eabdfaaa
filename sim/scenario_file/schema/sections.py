"""Every section and key of a scenario file, in the order in which they are documented and written."""

from __future__ import annotations

import dataclasses
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from sim.model import parameters
from sim.model.daily_conditions import MONTHS
from sim.model.parameters import DEFAULT_CAUSE_SHARES, WEATHER_STATES
from sim.model.quantities import CATEGORIES, CAUSES, DAY
from sim.model.scenario import (
    DoctrineChoice,
    Garrison,
    Line,
    LossPeriod,
    Position,
    ReportedLosses,
    Route,
    Scenario,
    Side,
    Source,
    Town,
)
from sim.scenario_file.schema.key_types import (
    Choice,
    Day,
    Key,
    Number,
    Points,
    Section,
    Table,
    Text,
    Texts,
    Whole,
    by_name,
    form_of,
    keys_of,
    number_table,
    with_defaults,
)
from sim.scenario_file.syntax.units import UnitForm

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA: Final = 1
"""The version of the shape that this reads."""
MAX_DURATION: Final = 3660 * DAY
MAX_SEED: Final = 2**63 - 1
_GRADE: Final = "[A-F][1-6]"
DOCTRINE_OPTION: Final = Number((UnitForm("option", "factor", -1e9, 1e9),))
"""What a doctrine's own numbers may be: whoever wrote the doctrine knows more."""
MODEL: Final[Mapping[str, type]] = {
    field.name: cast("type", field.default_factory)
    for field in dataclasses.fields(Scenario)
    if getattr(field.default_factory, "__module__", "") == parameters.__name__
}
"""The tables of the model's own numbers, by section."""


@cache
def sections() -> Mapping[str, Section]:
    """Return every section, by name."""
    found = [
        Section("scenario", _scenario(), "What is simulated, from when and for how long."),
        Section("side", _side(), "One of the two who fight.", is_named=True),
        Section("reported_losses", _reported_losses(), "The claim that sets the loss coefficients."),
        Section(
            "period",
            _period(),
            "What was reported from a later day on.",
            is_listed=True,
            inside="reported_losses",
        ),
        Section("town", _town(), "A town and who holds it at the start.", is_named=True),
        Section("route", _route(), "A way between two towns, driven both ways.", is_listed=True),
        *_models(),
        Section("event", _event(), "Something that happens at a given time.", is_listed=True),
        Section("line", _line(), "A river or border: drawn, never simulated.", is_named=True),
        Section("source", _source(), "Where numbers come from.", is_named=True),
    ]
    return MappingProxyType({section.name: section for section in found})


@cache
def listed_sections() -> Mapping[str, str]:
    """Return the sections written as lists of tables, and the section in which each stands, if any."""
    return {section.name: section.inside for section in sections().values() if section.is_listed}


def _scenario() -> Table:
    horizon = Number((UnitForm("horizon", "duration", 60, MAX_DURATION),))
    return Table(
        by_name(
            [
                Key("name", Text(), "What the scenario is called.", "name", is_required=True),
                Key(
                    "summary",
                    Text(has_lines=True),
                    "What it is about, in a sentence or two.",
                    "summary",
                    default="",
                ),
                Key("start", Day(), "The day on which it begins.", "start", is_required=True),
                Key("horizon", horizon, "How long it runs.", "horizon", is_required=True),
                Key("focus", Texts('["kupiansk"]'), "Towns that reports and the window put first.", "focus"),
                Key("seed", Whole(0, MAX_SEED), "Chance begins here; drawn where not given.", "seed"),
                Key(
                    "ends",
                    Texts('["kupiansk held by ru for 7 d"]'),
                    "Reasons to stop early, each as TOWN held by SIDE for TIME.",
                    "ends",
                ),
            ]
        ),
        dict,
    )


def _side() -> Table:
    weight = Number((UnitForm("weight", "factor", 0, 1000),))
    doctrine = Table(
        by_name(
            [
                Key("name", Text(), "Which doctrine.", "name", default="steady_pressure"),
                Key(
                    "axes",
                    Table({}, dict, others=weight),
                    "Weight of an attack over each contact, by route; 1 where none is given.",
                    "axes",
                ),
            ]
        ),
        _doctrine,
        others=DOCTRINE_OPTION,
        shorthand="name",
    )
    meanings = {"name": "What the side is called.", "mark": "How it is drawn.", "doctrine": ""}
    keys = keys_of(Side, meanings, leave_out=("id", "doctrine"))
    keys["doctrine"] = Key(
        "doctrine",
        doctrine,
        "How it decides: a doctrine's name, or a table of name, axes and the doctrine's own numbers.",
        "doctrine",
    )
    return Table(keys, Side)


def _doctrine(
    name: str = "steady_pressure", axes: Mapping[str, float] | None = None, **options: float
) -> Any:  # noqa: ANN401 - stands for a class
    return DoctrineChoice(name=name, axes=dict(axes or {}), options=options)


def _town() -> Table:
    degrees = {"lat": 90.0, "lon": 180.0}
    at = Table(
        by_name(
            Key(
                name,
                Number((UnitForm(name, "degrees", -most, most),)),
                f"Degrees {'north' if name == 'lat' else 'east'}, three decimals or coarser.",
                name,
                is_required=True,
            )
            for name, most in degrees.items()
        ),
        Position,
    )
    stock = Number((form_of(Garrison, "stock"), form_of(Garrison, "stock_days")))
    garrison = Table(
        by_name(
            [
                *keys_of(Garrison, leave_out=("stock", "stock_days")).values(),
                Key(
                    "stock",
                    stock,
                    "Supply on hand at the start, in tonnes or days of use; else the stockage objective.",
                    "stock",
                ),
            ]
        ),
        Garrison,
    )
    meanings = {
        "name": "What the town is called.",
        "held_by": "The side that holds it at the start.",
        "name_uk": "Its Ukrainian name.",
    }
    keys = keys_of(Town, meanings, leave_out=("id", "at", "garrison"))
    first = [
        keys.pop("name"),
        keys.pop("name_uk"),
        Key("at", at, "Where it is.", "at", is_required=True),
        keys.pop("held_by"),
    ]
    last = Key("garrison", garrison, "Who is there at the start, and what supply.", "garrison")
    return Table(by_name([*first, *keys.values(), last]), Town)


def _route() -> Table:
    meanings = {"kind": "What kind of way.", "name": "What it is called.", "river": "The river it crosses."}
    taken = ("id", "start", "end", "front_share", "front_distance")
    share = dataclasses.replace(form_of(Route, "front_share"), measure="share_of_length")
    front = Number((share, form_of(Route, "front_distance")))
    return Table(
        by_name(
            [
                Key("from", Text(), "The first town.", "start", is_required=True),
                Key("to", Text(), "The second town.", "end", is_required=True),
                Key(
                    "id",
                    Text(),
                    "Its name for overrides; from-to where not given. Parallel ones need it.",
                    "id",
                ),
                *keys_of(Route, meanings, leave_out=taken).values(),
                Key(
                    "front",
                    front,
                    "On a contact: where the front stands, from the first town's edge; else the middle.",
                    "front",
                ),
            ]
        ),
        Route,
    )


def _per_day(default: Mapping[str, float]) -> Key:
    per_day = UnitForm("per_day", "losses_per_day", 0, 1e6)
    return Key(
        "per_day",
        number_table(CATEGORIES, per_day, "Reported losses a day in the whole theatre.", default),
        "Reported losses a day in the whole theatre, by category.",
        "per_day",
        is_required=True,
    )


def _period() -> Table:
    meaning = "The day from which on these rates hold; categories not given keep the claim's."
    return Table(
        by_name(
            [
                Key("from", Day(), meaning, "begins", is_required=True),
                _per_day({}),
                Key("source", Text(), "Whose claim it is: the id of a source.", "source"),
            ]
        ),
        LossPeriod,
    )


def _reported_losses() -> Table:
    meanings = {
        "of": "The side whose losses are reported.",
        "date": "The day they are reported for.",
        "source": "Whose claim it is: the id of a source.",
        "per_day": "",
    }
    keys = keys_of(ReportedLosses, meanings, leave_out=("per_day", "periods"))
    keys["per_day"] = _per_day(dict.fromkeys(CATEGORIES, 0.0))
    return Table(keys, ReportedLosses)


def _models() -> list[Section]:
    """Return the sections of the model's own numbers."""
    laws = "Which law of attrition losses in {} follow."
    causes = Table(
        by_name(
            Key(
                category,
                number_table(
                    CAUSES, UnitForm("cause", "share", 0, 1), f"Share of losses of {category}.", row
                ),
                f"How losses of {category} fall to causes; they sum to 1.",
                category,
                default=row,
            )
            for category, row in DEFAULT_CAUSE_SHARES.items()
        ),
        with_defaults(DEFAULT_CAUSE_SHARES),
    )
    share = UnitForm("state", "share", 0, 1)
    months = Table(
        by_name(
            Key(
                month,
                number_table(WEATHER_STATES, share, "Share of days.", {}),
                "Share of the month's days with each weather; they sum to 1.",
                month,
            )
            for month in MONTHS
        ),
        dict,
        alike="MONTH",
    )
    special = {
        "attrition": Key("causes", causes, "Share of each category's losses by cause.", "causes"),
        "weather": Key(
            "shares", months, "Share of days by month and weather; always clear if none.", "shares"
        ),
    }
    meanings = {
        "assault_law": laws.format("assaults"),
        "fires_law": laws.format("fires"),
        "interdiction_law": laws.format("interdiction"),
        "counts": "How an event's losses spread around their mean.",
        "effect": "How supply on hand acts on fighting value.",
        "law": "How repair times spread.",
        "is_on": "Whether there is weather at all.",
    }
    found = []
    for name, kind in MODEL.items():
        extra = special.get(name)
        keys = keys_of(kind, meanings, leave_out=(extra.name,) if extra else ())
        if extra:
            keys[extra.name] = extra
        found.append(Section(name, Table(keys, kind), str(kind.__doc__).partition("\n")[0]))
    return found


def _event() -> Table:
    at = Number((UnitForm("at", "moment", 0, MAX_DURATION),))
    amount = Number((UnitForm("amount", "amount", 0, 1e7),))
    over = Number((UnitForm("over", "duration", 0, MAX_DURATION),))
    actions = Choice(("damage", "repair", "reinforce", "set"))
    return Table(
        by_name(
            [
                Key("id", Text(), "Its name for overrides; event-N where not given.", "id"),
                Key("at", at, "When it happens, since the start.", "at", is_required=True),
                Key("do", actions, "What happens.", "do", is_required=True),
                Key("route", Text(), "The route it happens to.", "route"),
                Key("town", Text(), "The town it happens to.", "town"),
                Key("side", Text(), "The side it happens to.", "side"),
                Key("amount", amount, "Damage or repair as a share; soldiers to reinforce with.", "amount"),
                Key("over", over, "Time over which reinforcements come in; at once if 0.", "over", default=0),
                Key("key", Text(), "For set: which number of the side, route or town changes.", "key"),
                Key(
                    "value",
                    Text(may_be_number=True, example="20 km"),
                    "For set: its new value, as that number is written.",
                    "value",
                ),
                Key("note", Text(has_lines=True), "What it is for.", "note"),
            ]
        ),
        dict,
    )


def _line() -> Table:
    keys = keys_of(Line, {"kind": "What it is.", "name": "What it is called."}, leave_out=("id", "path"))
    keys["path"] = Key(
        "path",
        Points(),
        "Where it runs: a list of [lat, lon], three decimals or coarser.",
        "path",
        is_required=True,
    )
    return Table(keys, Line)


def _source() -> Table:
    meanings = {
        "title": "What it is called.",
        "publisher": "Who published it.",
        "date": "When, as the source gives it.",
        "grade": "Admiralty code: reliability A to F, credibility 1 to 6.",
        "url": "Where to read it.",
        "note": "What to know about it.",
    }
    keys = keys_of(Source, meanings, leave_out=("id",))
    keys["grade"] = dataclasses.replace(keys["grade"], shape=Text(pattern=_GRADE, example="B2"))
    keys["note"] = dataclasses.replace(keys["note"], shape=Text(has_lines=True))
    return Table(keys, Source)
