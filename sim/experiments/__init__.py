"""Laboratory: many runs, and what they say for sure: ensembles, comparisons, statistics, verification."""
