"""A recording's lines, each one JSON object: the header, keyframes, events and the footer, and back.

Knows the text, not the file. An event's line begins with its time and its kind, then come its own fields::

    {"t":86400,"event":"FiresFell","side":"ru","town":"dvorichna","losses":[3,0,0,0,0,0,0]}
"""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from sim.command_line import StoredOverride, check_overrides
from sim.model.events import EVENT_TYPES, Event
from sim.model.quantities import CATEGORIES, DISCLAIMER, Seconds
from sim.model.state import State

if TYPE_CHECKING:
    from sim.model.scenario import Scenario

FORMAT: Final = "frontsim recording"
VERSION: Final = 3
"""Raised whenever events change, so that older recordings are refused in plain words."""
PACKAGES: Final = ("frontsim", "numpy", "simpy", "highspy")
"""Whose versions a header names: what a run's numbers can hang on."""
EVENT_START: Final = re.compile(rb'\{"t":(-?\d{1,18}),"event":"(\w+)"')

_INSTALLED: Final = re.compile(r"(\w+)-([^-]+)(?:-.*)?\.(?:dist|egg)-info")

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a recording says of itself before anything happens; enough to run it again."""

    format: str = FORMAT
    version: int = VERSION
    disclaimer: str = DISCLAIMER
    name: str
    """The scenario's file name or path, as it was asked for."""
    title: str
    seed: int
    replication: int
    overrides: tuple[StoredOverride, ...]
    """Changes to the scenario, as given on the command line and in this order."""
    before: Mapping[str, float] = field(default_factory=dict)
    """Numbers that these changed, by key, as they were without; in the measures used inside."""
    first_day: tuple[str, ...] = ()
    """What these changes do to the losses expected on the first day, in words."""
    start: str
    """First day, as ISO text."""
    horizon: Seconds
    made_with: Mapping[str, str]
    """Versions of Python and of the packages a run hangs on."""
    categories: tuple[str, ...]
    """What each number of a tuple of losses counts."""
    sides: Mapping[str, str]
    """Names by id."""
    towns: tuple[str, ...]
    """Ids in the order in which amounts by town are kept."""
    routes: Mapping[str, tuple[str, str]]
    """First and second town by id: a flow from the first to the second is positive."""
    scenario: dict[str, Any]
    """The scenario with everything merged, as plain values."""

    def __post_init__(self) -> None:
        check_overrides(self.overrides)

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        document: Mapping[str, Any],
        *,
        seed: int,
        replication: int = 0,
        name: str | None = None,
        overrides: tuple[StoredOverride, ...] = (),
        before: Mapping[str, float] | None = None,
    ) -> Header:
        """Return the header of a run that is about to begin.

        `document`: the same as plain values, from which `sim.scenario_file.read.read_document` makes it
        again. `name`: the scenario's file name or path, as it was asked for; else its title.
        """
        return cls(
            name=scenario.name if name is None else name,
            title=scenario.name,
            seed=seed,
            replication=replication,
            overrides=tuple(overrides),
            before=dict(before or {}),
            start=scenario.start.isoformat(),
            horizon=scenario.horizon,
            made_with=made_with(),
            categories=CATEGORIES,
            sides={side.id: side.name for side in scenario.sides},
            towns=tuple(town.id for town in scenario.towns),
            routes={route.id: (route.start, route.end) for route in scenario.routes},
            scenario=dict(document),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Where a part of the events is: a keyframe, and the events after it."""

    t: Seconds
    """When the first of its events happened."""
    offset: int
    """Where it begins in the file; bytes."""
    first: int
    """Number of its first event, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """What a recording says of itself when all has happened."""

    events: int
    end: Seconds
    reason: str | None
    """Why it ended; none where the events do not say."""
    sha256: str
    """Of all event lines as written, each with its line feed."""
    counts: Mapping[str, int]
    """How many events of each kind."""
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class KeyframeLine:
    """The state at the beginning of a block."""

    t: Seconds
    keyframe: State


@dataclass(frozen=True, slots=True)
class FooterLine:
    """The footer, under its name, which sets it apart from other lines."""

    footer: Footer


@dataclass(frozen=True, slots=True)
class FormatLine:
    """What is checked of a first line before anything else."""

    format: str
    version: int


_encode = msgspec.json.Encoder().encode
_EVENT_NAMES: Final = {kind: f',"event":"{name}",'.encode() for name, kind in EVENT_TYPES.items()}


@functools.cache
def _decoder(kind: type) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def event_line(t: Seconds, event: Event) -> bytes:
    r"""Return an event as one line of JSON.

    Examples
    --------
    >>> from sim.model.events import TownRelieved
    >>> event_line(3600, TownRelieved(town="kupiansk", side="ua"))
    b'{"t":3600,"event":"TownRelieved","town":"kupiansk","side":"ua"}\n'
    """
    return b'{"t":%d%b%b\n' % (t, _EVENT_NAMES[type(event)], _encode(event)[1:])


def read_event(line: bytes) -> tuple[Seconds, Event]:
    """Return the time and the event that `event_line` wrote.

    Raises ValueError where the line is not an event's, or an event of a kind that is not known here.
    """
    start = EVENT_START.match(line)
    kind = start and EVENT_TYPES.get(start[2].decode())
    if start is None or kind is None:
        raise ValueError(f"no event that is known here: {line[:80]!r}")
    event: Event = _decoder(kind).decode(line)
    return int(start[1]), event


def line_of(content: Header | Footer | State) -> bytes:
    """Return a header, a footer or a keyframe as one line of JSON."""
    line: object = content
    if isinstance(content, Footer):
        line = FooterLine(content)
    elif isinstance(content, State):
        line = KeyframeLine(content.t, content)
    return _encode(line) + b"\n"


def read_line(line: bytes, kind: type[Line]) -> Line:
    """Return what a line of this kind says.

    Raises ValueError where it is not of this kind.
    """
    try:
        return msgspec.json.decode(line, type=kind)
    except RecursionError as deep:
        raise ValueError("values nested too deeply") from deep


class EventDigest:
    """The SHA-256 of a stream of events, without a file: equal to the recording's of the same run."""

    def __init__(self) -> None:
        self.events = 0
        self._sha256 = hashlib.sha256()

    def emit(self, t: Seconds, event: Event) -> None:
        """Take in one event."""
        self._sha256.update(event_line(t, event))
        self.events += 1

    def hexdigest(self) -> str:
        """Return the digest of all events so far, as 64 hexadecimal digits."""
        return self._sha256.hexdigest()


def made_with() -> dict[str, str]:
    """Return the versions of Python and of the packages a run's numbers can hang on.

    Versions stand in the names of folders beside the packages: importlib.metadata takes longer to load than
    to read a scenario.
    """
    found: dict[str, str] = {}
    for folder in sys.path:
        with suppress(OSError):
            for entry in os.scandir(folder or "."):
                if installed := _INSTALLED.fullmatch(entry.name):
                    found.setdefault(installed[1].lower(), installed[2])
    return {
        "python": platform.python_version(),
        **{package: found.get(package, "not installed") for package in PACKAGES},
    }
