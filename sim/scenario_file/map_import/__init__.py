"""A scenario from a map.

``properties``, ``features``
    What points and lines say, and what they are.
``geojson``, ``graphml``
    Files read to features.
``distances``, ``splitting``, ``road_network``
    Which towns lines lead to, and the routes made of them.
``map_scenario``
    The scenario, with what is assumed.
"""
