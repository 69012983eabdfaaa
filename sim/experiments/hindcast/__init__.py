"""Forecasts of a past front, scored against what happened."""
