"""Runs with changed numbers.

* `scissors`: on a road of the map
* `sliders`: which numbers can be changed, and what keys do to them
* `what_if_run`: simulates with the sliders' settings, and shows both runs
* `what_if_file`: the changed run as a command line and as a scenario
"""
