"""The workshop: SimPy processes that live through a scenario and tell what happened."""
