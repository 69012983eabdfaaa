"""The bars at the edges of the window.

* `bars`: the scenario, the time and the layers at the top; the disclaimer and keys at the bottom
* `timeline`: transport buttons, events, and who held which town
"""
