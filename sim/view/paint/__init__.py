"""Shapes to pixels, with pygame."""
