"""Events are facts: named, frozen, comparable and complete."""

from __future__ import annotations

import pickle
from typing import get_args

import msgspec
import pytest

from sim.model import events
from sim.model.events import EVENT_TYPES, DayStarted, Event, RouteDamaged

CLASSES = [
    kind for kind in vars(events).values() if isinstance(kind, type) and kind.__module__ == events.__name__
]


def test_every_event_that_is_written_down_is_one_that_recordings_know():
    assert list(EVENT_TYPES.values()) == CLASSES
    assert list(EVENT_TYPES) == [kind.__name__ for kind in CLASSES]
    assert get_args(Event) == tuple(CLASSES)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_no_event_can_be_changed_nor_carries_its_own_time(kind):
    names = kind.__struct_fields__
    assert names
    assert not {"t", "time", "at", "now"} & set(names)
    event = kind(**dict.fromkeys(names))
    with pytest.raises(AttributeError):
        setattr(event, names[0], 1)
    with pytest.raises((AttributeError, TypeError)):
        event.else_where = 1


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_no_part_of_an_event_may_be_left_out(kind):
    assert all(field.required for field in msgspec.structs.fields(kind))


def test_events_that_tell_the_same_are_the_same():
    assert DayStarted(3, "mud", 0.9) == DayStarted(3, "mud", 0.9)
    assert DayStarted(3, "mud", 0.9) != DayStarted(3, "rain", 0.9)


def test_an_event_survives_the_way_to_another_process():
    event = RouteDamaged("r", None, 0.25, 1.0)
    assert pickle.loads(pickle.dumps(event)) == event
