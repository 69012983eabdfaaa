"""TOML text to a scenario and back; the only place that knows keys and units as text."""
