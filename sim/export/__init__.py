"""GeoJSON, GraphML, CSV and Parquet for other tools."""
