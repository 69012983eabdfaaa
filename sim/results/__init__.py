"""Many runs in a folder: written as they come, read as columns.

In reading order:

`tables`: the tables of an ensemble as Parquet
`meta`: what a folder says it is of
`store`: a folder while it is being filled, of whatever kind
`reader`: an ensemble's replications as columns
`ensemble_folder`: writing an ensemble's shards, recordings and failures
`sweep_findings`: the rows of a sweep, and what it found
`hindcast_scores`: the scores of a hindcast, as ``hindcast.json`` has them
`posterior`: a sample of parameters, as a calibration leaves it
"""
