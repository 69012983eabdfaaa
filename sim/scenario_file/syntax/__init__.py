"""TOML text with positions, quantities with units, and writing it back."""
