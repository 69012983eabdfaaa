"""Commands about scenario files: list, new, check, schema."""
