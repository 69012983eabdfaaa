"""What happens, on the screen's own clock: how long it is seen, where the camera goes, which road is told of.

All of it is worked out from a recording alone, so that seeking and playing give the same picture:

* `pacing`: the clock, slower at turning points and faster in quiet stretches
* `beats`: each event with a least time on the screen
* `direction`: the camera that follows what happens
* `road_in_focus`: the road that matters most
"""
