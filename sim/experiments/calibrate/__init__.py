"""Assumed parameters fitted to what happened."""
