"""A scenario from a map: ``geojson`` features, ``distances`` between them, and the ``geojson_scenario``."""
