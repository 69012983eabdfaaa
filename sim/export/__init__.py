"""A scenario or a run for other tools.

* `rows`: towns, routes and sides
* `tabular`: rows as CSV and Parquet
* `geojson`: the map
* `graph`: the graph, for networkx and as GraphML
"""
