"""Every key of a scenario file: its section, type, unit and default."""
