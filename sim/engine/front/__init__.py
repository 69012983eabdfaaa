"""The state of one run, and every change of it, in layers that build on each other.

``clock``      SimPy's environment with whole seconds, and signals that come again
``state``      towns, routes, sides and convoys; subscribers; what follows from who holds what
``garrisons``  what changes garrisons and reserves: losses, supply, replacements, orders
``roads``      what changes routes, and the convoys on them
``front``      `Front`, which is all of this, with towns that change hands, days and the end
"""
