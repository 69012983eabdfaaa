"""Supply from the plan to the town, and what stands in its way.

``planning``      each side's supply plan: what garrisons ask for, the linear programme's answer, its lines
``supply``        consumption, and supply lines that send convoys as they fall due
``convoys``       a convoy's drive, leg by leg, to its town
``interdiction``  how far roads lie under attack, what that costs, and strikes on routes
``repairs``       crews
"""
