"""frontsim: a wargame-style front simulation toy. Toy model for study, not a forecast."""

__version__ = "0.1.0"
