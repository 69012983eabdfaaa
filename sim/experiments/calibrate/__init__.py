"""Assumed parameters fitted to what happened, by approximate Bayesian computation.

In reading order:

`target`: what happened, and how far runs are from it
`fitting`: which parameters, the runs of each particle, and where they led, kept in a folder
`leave_group_out`: neighbourhoods forecast from a fit to the others
"""
