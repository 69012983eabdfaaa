"""Commands that simulate: run, ensemble, compare, sweep."""
