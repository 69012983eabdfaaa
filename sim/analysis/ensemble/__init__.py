"""What an ensemble says of a moment: `at_time`, and how it differs from another: `difference`."""
