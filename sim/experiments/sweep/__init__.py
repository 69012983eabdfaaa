"""Which number moves the result."""
