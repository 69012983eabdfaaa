"""Assumed parameters fitted to what happened, by approximate Bayesian computation.

In reading order:

`target`: what happened, and how far runs are from it
`fitting`: which parameters, and the runs of each particle
`evaluations`: where particles led, kept in a folder
`leave_group_out`: neighbourhoods forecast from a fit to the others
"""
