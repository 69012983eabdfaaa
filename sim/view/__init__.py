"""The window: a recording played, as shapes and then as pixels; no laws, no engine."""
