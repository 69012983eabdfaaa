"""What a run or an ensemble says; no run is simulated here.

Of a moment:

* `pressure`: a route's capacity and what becomes of it; whether it is cut, or a bottleneck, and for how long
* `towns`: which towns are contested, and their days of supply
* `roads`: which road matters most
* `supply_trace`: why a town is supplied as it is
* `text`: names, dates and lists
* `moment`: all of it, as text and as plain values

Of changes:

* `first_day`: what they do to the losses expected on the first day

Of a run, all from one fold of its events (`sim.recording.ledger`):

* `event_marks`: which events are worth a mark
* `timeline`: series, spans and marks
* `run_summary`: what it came to

Of an ensemble:

* `ensemble`: what it came to, how usual a moment is, and how two ensembles differ
"""
