"""Files of any kind.

* `regular`: reading regular files, and nothing else
* `folder`: locks, links and temporary folders
* `atomic_file`: whole or not at all
* `versioned_json`: with a format and a version
"""
