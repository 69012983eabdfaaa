"""Checks of a scenario as a whole, and the model's `Scenario` that passes them.

``contents``
    The tables that could be read, by section, and whether everything they name is there.
``scheduled_events``, ``front``
    Events; positions and paths of supply.
``dead_ends``
    What does nothing, as ``check`` and ``--dry-run`` tell.
``assembly``
    All checks in turn, and the scenario.
"""
