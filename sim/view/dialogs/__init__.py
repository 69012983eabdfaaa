"""What lies over the picture: help, loading, the end, messages, tooltips."""
