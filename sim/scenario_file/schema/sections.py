"""Every section and key of a scenario file, in the order in which they are documented and written.

A number's measure, range, default and meaning stand in `sim.model.quantities.number` and are read from
there, so that the reader, the printed schema and overrides agree.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import MISSING
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from sim.model import parameters
from sim.model.daily_conditions import MONTHS
from sim.model.parameters import DEFAULT_CAUSE_SHARES, WEATHER_STATES
from sim.model.quantities import CATEGORIES, CAUSES, DAY
from sim.model.scenario import (
    Action,
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
from sim.scenario_file.names import docstring
from sim.scenario_file.schema.key_types import (
    DATE,
    FLAG,
    TEXT,
    Key,
    KeyType,
    Number,
    Section,
    Table,
    choice,
    points,
    text,
    texts,
    whole,
)
from sim.scenario_file.syntax.units import UnitForm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

SCHEMA: Final = 1
"""The version of the file format."""
MAX_DURATION: Final = 3660 * DAY
MODEL: Final[Mapping[str, type]] = {
    field.name: cast("type", field.default_factory)
    for field in dataclasses.fields(Scenario)
    if getattr(field.default_factory, "__module__", "") == parameters.__name__
}
"""The tables of the model's own numbers, by section."""
_LINES: Final = text(has_lines=True)


def _number(measure: str, low: float, high: float) -> Number:
    return Number((UnitForm(measure, low, high),))


def _required(name: str, kind: KeyType, meaning: str, field: str = "") -> Key:
    return Key(name, kind, meaning, is_required=True, field=field)


def _by_name(*keys: Key) -> dict[str, Key]:
    return {key.name: key for key in keys}


def _keys_of(
    kind: type, meanings: Mapping[str, str] | None = None, *, leave_out: Iterable[str] = ()
) -> dict[str, Key]:
    """Return the keys that a dataclass calls for, given what those of its fields mean that are not numbers.

    Fields that a scenario file gives in another way are left out.
    """
    hints = typing.get_type_hints(kind)
    keys = {}
    for each in dataclasses.fields(kind):
        if each.name not in leave_out:
            meaning = each.metadata.get("doc") or (meanings or {})[each.name]
            is_required = each.default is MISSING and each.default_factory is MISSING
            found = _type_of(each, hints[each.name])
            keys[each.name] = Key(each.name, found, meaning, is_required, _default(each))
    return keys


def _default(each: dataclasses.Field[Any]) -> Any:  # noqa: ANN401 - of any kind
    """Return a field's default; none where it has to be given."""
    if each.default_factory is not MISSING:
        return each.default_factory()
    return None if each.default is MISSING else each.default


def _type_of(each: dataclasses.Field[Any], hint: Any) -> KeyType:  # noqa: ANN401 - a type, or a union of types
    if "measure" in each.metadata:
        number, default, meaning = Number((_form_of(each),)), _default(each), each.metadata["doc"]
        return _numbers(default, number, meaning, default) if isinstance(default, dict) else number
    if isinstance(hint, types.UnionType):
        hint = next(arm for arm in typing.get_args(hint) if arm is not type(None))
    if typing.get_origin(hint) is Literal:
        return choice(*typing.get_args(hint))
    return {bool: FLAG, str: TEXT, date: DATE}[hint]


def _form_of(each: dataclasses.Field[Any], into: str = "") -> UnitForm:
    return UnitForm(each.metadata["measure"], each.metadata["low"], each.metadata["high"], into)


def _forms_of(kind: type, *names: str) -> Number:
    """Return the type of a key that can give any one of several numbers of a dataclass."""
    return Number(tuple(_form_of(each, each.name) for each in dataclasses.fields(kind) if each.name in names))


def _numbers(names: Iterable[str], number: Number, meaning: str, default: Mapping[str, float]) -> Table:
    keys = _by_name(*(Key(name, number, meaning, default=default.get(name)) for name in names))
    return Table(keys, _with_defaults(default))


def _with_defaults(default: Mapping[str, Any]) -> Callable[..., dict[str, Any]]:
    """Return a function that makes a mapping of what is given, with the default for all else."""
    return lambda **given: {**default, **given}


def _scenario() -> Table:
    ends = texts('["kupiansk held by ru for 7 d"]')
    return Table(
        _by_name(
            _required("name", TEXT, "What the scenario is called."),
            Key("summary", _LINES, "What it is about, in a sentence or two.", default=""),
            Key("question", TEXT, "What it asks, in a sentence; the window opens with it.", default=""),
            _required("start", DATE, "The day on which it begins."),
            _required("horizon", _number("duration", 60, MAX_DURATION), "How long it runs."),
            Key("focus", texts('["kupiansk"]'), "Towns that reports and the window put first."),
            Key("seed", whole(0, 2**63 - 1), "Random seed; drawn if not given."),
            Key("ends", ends, "Reasons to stop early, each as TOWN held by SIDE for TIME."),
        )
    )


def _side() -> Table:
    axes = "Weight of an attack over each contact, by route; 1 where none is given."
    doctrine = Table(
        _by_name(
            Key("name", TEXT, "Which doctrine.", default=DoctrineChoice().name),
            Key("axes", Table({}, other_keys=_number("factor", 0, 1000)), axes),
        ),
        _doctrine,
        # What a doctrine's own numbers may be, only whoever wrote the doctrine knows.
        other_keys=_number("factor", -1e9, 1e9),
        other_meaning="A number of the doctrine's own; frontsim find doctrine lists them.",
        shorthand="name",
    )
    meanings = {"name": "What the side is called.", "mark": "How it is drawn."}
    keys = _keys_of(Side, meanings, leave_out=("id", "doctrine"))
    meaning = "How it decides: a doctrine's name, or a table of name, axes and the doctrine's own numbers."
    return Table({**keys, "doctrine": Key("doctrine", doctrine, meaning)}, Side)


def _doctrine(
    name: str = DoctrineChoice().name, axes: Mapping[str, float] | None = None, **options: float
) -> DoctrineChoice:
    return DoctrineChoice(name=name, axes=axes or {}, options=options)


def _town() -> Table:
    degrees = _by_name(
        _required("lat", _number("degrees", -90, 90), "Degrees north, three decimals or coarser."),
        _required(
            "lon",
            _number("degrees", -360, 360),
            "Degrees east, three decimals or coarser; beyond 180 where a front crosses that meridian.",
        ),
    )
    garrison = _keys_of(Garrison, leave_out=("stock", "stock_days"))
    garrison["stock"] = Key(
        "stock",
        _forms_of(Garrison, "stock", "stock_days"),
        "Supply on hand at the start, in tonnes or days of use; else the stockage objective.",
    )
    meanings = {
        "name": "What the town is called.",
        "held_by": "The side that holds it at the start.",
        "name_uk": "Its Ukrainian name.",
    }
    keys = _keys_of(Town, meanings, leave_out=("id", "at", "garrison"))
    at = _required("at", Table(degrees, Position), "Where it is.")
    last = Key("garrison", Table(garrison, Garrison), "The garrison at the start, and its supply.")
    first = keys.pop("name"), keys.pop("name_uk"), at, keys.pop("held_by")
    return Table(_by_name(*first, *keys.values(), last), Town)


def _route() -> Table:
    meanings = {"kind": "What kind of way.", "name": "What it is called.", "river": "The river it crosses."}
    meaning = "On a contact: where the front stands, from the first town's edge; else the middle."
    ends = ("id", "start", "end", "front_share", "front_distance", "path")
    share, distance = _forms_of(Route, "front_share", "front_distance").forms
    front = Number((dataclasses.replace(share, measure="share_of_length"), distance))
    return Table(
        _by_name(
            _required("from", TEXT, "The first town.", field="start"),
            _required("to", TEXT, "The second town.", field="end"),
            Key("id", TEXT, "Its name for overrides; from-to where not given. Parallel ones need it."),
            *_keys_of(Route, meanings, leave_out=ends).values(),
            Key("front", front, meaning),
            Key(
                "path", points(1), "Where it is drawn between its towns: a list of [lat, lon]; else straight."
            ),
        ),
        Route,
    )


def _per_day(default: Mapping[str, float]) -> Key:
    meaning = "Reported losses a day in the whole theatre"
    table = _numbers(CATEGORIES, _number("losses_per_day", 0, 1e6), f"{meaning}.", default)
    return _required("per_day", table, f"{meaning}, by category.")


_CLAIM: Final = "Whose claim it is: the id of a source."


def _reported_losses() -> Table:
    meanings = {
        "of": "The side whose losses are reported.",
        "date": "The day they are reported for.",
        "source": _CLAIM,
    }
    keys = _keys_of(ReportedLosses, meanings, leave_out=("per_day", "periods"))
    keys["per_day"] = _per_day(dict.fromkeys(CATEGORIES, 0.0))
    return Table(keys, ReportedLosses)


def _period() -> Table:
    meaning = "The day from which on these rates hold; categories not given keep the claim's."
    return Table(
        _by_name(
            _required("from", DATE, meaning, field="begins"),
            _per_day({}),
            Key("source", TEXT, _CLAIM),
        ),
        LossPeriod,
    )


def _models() -> list[Section]:
    law = "Which law of attrition losses in {} follow."
    meanings = {
        "assault_law": law.format("assaults"),
        "fires_law": law.format("fires"),
        "interdiction_law": law.format("interdiction"),
        "counts": "How an event's losses spread around their mean.",
        "effect": "How supply on hand acts on fighting value.",
        "law": "How repair times spread.",
        "is_on": "Whether there is weather at all.",
    }
    share = _number("share", 0, 1)
    causes = {
        category: Key(
            category,
            _numbers(CAUSES, share, "Share of this category's losses that this cause has.", row),
            "Shares of the causes of this category's losses; they sum to 1.",
            default=row,
        )
        for category, row in DEFAULT_CAUSE_SHARES.items()
    }
    states = _numbers(WEATHER_STATES, share, "Share of days.", {})
    month = "Share of the month's days with each weather; they sum to 1."
    months = {name: Key(name, states, month) for name in MONTHS}
    by_cause = Table(causes, _with_defaults(DEFAULT_CAUSE_SHARES))
    by_month = Table(months, placeholder="MONTH")
    tables = {
        "attrition": Key("causes", by_cause, "Share of each category's losses by cause."),
        "weather": Key("shares", by_month, "Share of days by month and weather; always clear if none."),
    }
    found = []
    for name, kind in MODEL.items():
        keys = _keys_of(kind, meanings, leave_out=("causes", "shares"))
        if name in tables:
            keys[tables[name].name] = tables[name]
        found.append(Section(name, Table(keys, kind), docstring(kind).partition("\n")[0]))
    return found


def _event() -> Table:
    time = _number("moment", 0, MAX_DURATION)
    over = _number("duration", 0, MAX_DURATION)
    value = text(may_be_number=True, example="20 km")
    actions = choice(*typing.get_args(Action))
    return Table(
        _by_name(
            Key("id", TEXT, "Its name for overrides; event-N where not given."),
            _required("at", time, "When it happens, since the start."),
            _required("do", actions, "What happens."),
            Key("route", TEXT, "The route it happens to."),
            Key("town", TEXT, "The town it happens to."),
            Key("side", TEXT, "The side it happens to."),
            Key(
                "amount",
                _number("amount", 0, 1e7),
                "Damage or repair as a share; soldiers to reinforce with.",
            ),
            Key("over", over, "Time over which reinforcements come in; at once if 0.", default=0),
            Key("key", TEXT, "For set: which number of the side, route or town changes, or a whole key."),
            Key("value", value, "For set: its new value, as that number is written."),
            Key("note", _LINES, "What it is for."),
        )
    )


def _line() -> Table:
    keys = _keys_of(Line, {"kind": "What it is.", "name": "What it is called."}, leave_out=("id", "path"))
    meaning = "Where it runs: a list of [lat, lon], three decimals or coarser."
    keys["path"] = _required("path", points(2), meaning)
    return Table(keys, Line)


def _source() -> Table:
    meanings = {
        "title": "What it is called.",
        "publisher": "Who published it.",
        "date": "When, as the source gives it.",
        "grade": "Admiralty code: reliability A to F, credibility 1 to 6.",
        "url": "Where to read it.",
        "note": "Notes on the source.",
    }
    keys = _keys_of(Source, meanings, leave_out=("id",))
    for name, found in (("grade", text(pattern="[A-F][1-6]", example="B2")), ("note", _LINES)):
        keys[name] = dataclasses.replace(keys[name], type=found)
    return Table(keys, Source)


SECTIONS: Final[Mapping[str, Section]] = {
    section.name: section
    for section in (
        Section("scenario", _scenario(), "What is simulated, from when and for how long."),
        Section("side", _side(), "One of the two opposing sides.", is_named=True),
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
    )
}
"""Every section, by name."""
LISTED: Final[Mapping[str, str]] = {
    section.name: section.inside for section in SECTIONS.values() if section.is_listed
}
"""The sections written as lists of tables, and the section in which each stands, if any."""
