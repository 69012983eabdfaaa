"""Forecasts of a past front, scored against what happened.

In reading order:

`observations`: what happened, from a table of changes
`scoring_period`: the days that are scored
`origin`: a scenario that begins on a later day, as that was known
`trajectories`: what became of a front in each replication
`naive_forecasts`: persistence and trend
`neighbourhoods`: towns that are not independent cases
`control_scores`, `amount_scores`: scores of who held what, and of numbers
`hindcast`: all scores of an ensemble
"""
