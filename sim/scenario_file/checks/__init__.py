"""Checks of a scenario as a whole, and the model's `Scenario` that passes them.

``contents``
    The tables that could be read, by section.
``references``, ``scheduled_events``, ``geography``, ``supply_paths``
    One concern each: names, events, positions and fronts, paths from bases.
``assembly``
    All checks in turn, and the scenario.
"""
