"""The front door: one file a command; parse, wire, print, exit."""
