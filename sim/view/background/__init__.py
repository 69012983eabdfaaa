"""Simulations in another process, so that the window stays quick.

* `worker`: the process, its requests and its reports
* `background_run`: a simulation that the window waits for
* `replications`: what is opened, and the way from one replication to the next
"""
