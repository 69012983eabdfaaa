"""The press: one self-contained page from a recording or an ensemble; it reads the archive only."""
