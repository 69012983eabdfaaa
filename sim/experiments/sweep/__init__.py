"""Which number moves the result.

In reading order:

`measures`: what is measured in each replication
`factors`: the numbers that are moved
`design_points`: runs of changed scenarios
`tornado`: one number at a time
`sweep`: a design from what is asked to what was found
"""
