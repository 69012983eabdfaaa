"""Every key of a scenario file: one table for reading, overrides, help, completion and JSON Schema.

``key_types``
    What a key may hold, and a table checked against its keys, with all that is wrong with it.
``sections``
    All sections and keys, derived from the model's dataclasses wherever that can be.
``key_docs``
    The keys described for people, and in JSON Schema for editors.
"""
