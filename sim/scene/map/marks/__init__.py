"""The marks of what happens, drawn on the map: each kind of event has its own, and none is shared.

* `stage`: where an event is drawn, and the strokes that marks are made of
* `road_marks`: strikes, repairs, ambushes and assaults
* `town_marks`: falls with their headline and scar, withdrawal, no way out, relief
* `layers`: all of a frame's marks as layers
"""
