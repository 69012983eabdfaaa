"""Checks of a scenario as a whole, and the model's `Scenario` that passes them.

``contents``
    The tables that could be read, by section.
``references``, ``scheduled_events``, ``front``
    One concern each: names, events, positions and paths of supply.
``assembly``
    All checks in turn, and the scenario.
"""
