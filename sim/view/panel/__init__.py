"""The side panel, block by block.

* `panel`: which blocks there are, and which of them fit
* `subject`: the selected town or route, or the road that matters most
* `sliders`: the numbers of a what-if run
* `differences`: what differs from the run beside
* `charts`: a town's supply and soldiers lost over the whole run
* `run`: days of supply, losses, roads under pressure, last events
"""
