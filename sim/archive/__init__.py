"""The archive: recordings, the only thing a viewer or a report reads."""
