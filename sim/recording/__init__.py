"""One run in a file.

* `records`: header, keyframe, event and footer, a line each
* `ledger`: the state that events lead to, and those who listen
* `gzip_blocks`: how lines are packed
* `writer`: recording a run
* `recording_file`: finding and checking the blocks of a file
* `reader`: a moment, a span of time, or all of it
"""
