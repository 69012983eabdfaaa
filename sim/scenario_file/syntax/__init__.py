"""How a scenario file is written, without any key: ``toml`` texts, ``positions`` in them, ``units``."""
