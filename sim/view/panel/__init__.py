"""The side panel, block by block."""
