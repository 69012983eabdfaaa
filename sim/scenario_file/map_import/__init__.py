"""A scenario from a map: ``geojson`` features, and the ``geojson_scenario`` made of them."""
