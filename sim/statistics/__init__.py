"""Intervals, differences, survival, scores, stopping rules and random streams; knows no front."""
