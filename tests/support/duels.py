"""Duels by the engine for other processes: each builds a duel's scenario once."""

from sim.verification.duels import fight


def duel_fought(case):
    """Let the engine fight a duel out under seed 1; the case is the duel and the replication."""
    duel, replication = case
    return fight(duel.scenario(), 1, replication)
