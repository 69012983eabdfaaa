"""Discrete-event simulation: SimPy processes that change the state of a front and publish events."""
