"""What a front is and which laws it follows: frozen records and pure functions; no clock, no files.

In reading order:

``quantities``        measures, and the declaration of adjustable numbers
``parameters``        the model's numbers, grouped as in a scenario file
``scenario``          sides, towns, routes, scheduled events
``network``           the graph of towns and routes
``state``             what the front looks like at one moment; ``initial_state``, at the start
``events``            what can happen in a run
``attrition``         laws of attrition, distributions of counts, assaults
``reported_losses``   the losses that a scenario reports, by side, category and cause
``interdiction``      attacks on movement
``daily_conditions``  weather and tempo
``doctrine``          from what a command knows to what it orders
``supply``            need, the linear programme, and the paths of its flow
"""
