"""Ranks of truths among draws from samples, by which a method of inference is checked."""

import numpy as np


def rank(truth, values, weights, count, rng):
    """Return how many of so many draws from a weighted sample lie below the truth.

    Over truths from the prior these ranks are even from 0 to `count`, if the method is right.

    Parameters
    ----------
    truth
        The value that the sample is to have found.
    values, weights
        The sample; weights sum to 1.
    """
    rising = np.cumsum(weights)
    drawn = np.searchsorted(rising, np.array(rng.uniforms(count)) * rising[-1])
    return int((values[np.minimum(drawn, len(values) - 1)] < truth).sum())
