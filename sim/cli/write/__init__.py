"""Commands about what can be written: list, new, check, schema, keys."""
