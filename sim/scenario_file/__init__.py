"""The porch: TOML text to Scenario and back; the only place that knows keys and units in text."""
