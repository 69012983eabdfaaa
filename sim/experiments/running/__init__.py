"""Running many replications, wherever and however often interrupted.

In reading order:

`scheduler`: hand out jobs, keep what comes back, run again what was lost
`executors`: the workers: this process, processes of this machine, a Dask cluster
`worker`: what a worker does with a job
`sampling`: a replication as rows, seen once a day
`replication`: the task of an ensemble
"""
