"""The side panel, block by block.

* `panel`: which blocks there are
* `road`: the road that matters most, or the selected one
* `town`: a town's supply, and the way on which it comes
* `short`: who runs short
* `inset`: the whole map
* `what_if`: what was changed, and what differs from the first run
* `sliders`: the numbers that can be changed
* `differences`: what differs from the run beside
* `names`: what roads and sides are called
"""
