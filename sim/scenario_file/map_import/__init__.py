"""A scenario made of the points and lines of a map."""
