"""A run's state by its events alone, as a ledger folds them."""

from sim.recording.ledger import Ledger


def folded(scenario, told):
    """Return the state that a run's events give, each with its time."""
    ledger = Ledger.of(scenario)
    for t, event in told:
        ledger.apply(t, event)
    return ledger.state
