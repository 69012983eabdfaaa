"""What keys and mouse do to what is shown, as pure functions of values."""
