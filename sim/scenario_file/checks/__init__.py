"""Whether what a file says makes sense, and the scenario made of it."""
