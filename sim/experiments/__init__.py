"""Many runs: ensembles, comparisons, sweeps, hindcasts and calibrations."""
