"""One run in a file: events, keyframes, and the ledger folded from them."""
