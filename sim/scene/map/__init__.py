"""The map as layers of shapes."""
