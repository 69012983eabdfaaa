"""Files of any kind.

* `atomic_file`: whole or not at all
* `versioned_json`: with a format and a version
"""
