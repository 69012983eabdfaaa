"""One self-contained HTML page from a recording or many runs."""
