"""What a process is to SimPy: a generator of the events it waits for."""

from __future__ import annotations

from collections.abc import Generator

import simpy

Waits = Generator[simpy.Event, object, None]
