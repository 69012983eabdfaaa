"""TOML text to a scenario and back; the only package that knows keys and units as text.

In reading order:

``syntax``
    TOML texts, positions in them, and quantities with units; knows no key.
``schema``
    Every section and key, what each may hold, and the check of one table against them.
``bundled``, ``inheritance``
    A scenario's file and the files it extends, found by name or path.
``layers``
    The texts laid over each other: what they say together, and where each value comes from.
``addresses``, ``overrides``
    Dotted keys, and the changes that ``--set``, ``--scale`` and ``--set-file`` make.
``checks``
    Every check of a merged tree, and the model's `Scenario` of it.
``read``
    All of these in turn: `read_scenario` returns a `LoadedScenario`.
``write``
    A document as TOML.
``map_import``
    A scenario from the points and lines of a GeoJSON file.
``diagnostics``, ``names``
    Errors and warnings with their text; ids, and the nearest to an unknown one.
``sources``
    How many numbers name a source, or are assumed.
"""
