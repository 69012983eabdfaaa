"""Simulations in another process, so that the window stays quick."""
