"""Many runs: ensembles, comparisons, sweeps, hindcasts and calibrations.

In reading order:

`running`: jobs, the workers that run them, and what is seen of each replication
`ensemble`: many replications in a folder, and what they come to
`compare`: how a second ensemble differs from a first
`hindcast`: an ensemble of a past front, scored against what happened
`sweep`: which number moves the result
`calibrate`: assumed parameters fitted to what happened
"""
