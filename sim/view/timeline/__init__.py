"""The bars at the edges of the window, and the timeline."""
