"""The command line: parse, call, print, exit.

In reading order:

main        the ``frontsim`` command: imports subcommands when called, turns errors into exit codes
command     the shape of a command: common options, order of options, help
option      arguments and options that several commands share
inputs      what commands make of what is typed: scenarios, seeds, folders, days, towns
completion  shell completion of scenarios, keys and measures
terminal    results to stdout, progress and everything else to stderr
record      simulate one run and record it
run         ``run``, ``ensemble``, ``compare``, ``sweep``
look        ``play``, ``show``, ``why``, ``report``, ``render``, ``export``, ``import``
write       ``new``, ``check``
reference   ``list``, ``schema``, ``keys``
trust       ``verify``, ``hindcast``, ``calibrate``
setup       ``doctor``, ``completion``
text        what the commands print
"""
