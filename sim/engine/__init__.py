"""Discrete-event simulation: SimPy processes that change a `Front`, whose methods publish events.

In reading order:

``simulation``       wires the parts; the one table of who reacts to which event; the step loop
``front``            the state of a run; every change is a method that publishes its event
``calendar``         the days' weather and tempo
``poisson``          competing Poisson clocks: when the next attack comes, and on whom
``combat``           assaults and fires
``losses``           the loss coefficients, and the draw of one event's losses
``capture``          a town changes hands; encirclement
``command``          what a side knows, its doctrine, and the execution of its orders
``logistics``        supply plans, supply lines, convoys, interdiction and strikes, repair crews
``personnel``        replacements and reinforcements
``scenario_events``  scheduled events, and the ends of a run
``coefficients``     the reference state, and the loss coefficients that follow from it
``invariants``       conservation checks

An assault: ``poisson.CompetingClocks`` → ``combat.assault`` → ``capture.capture_town`` → the subscribers of
`TownFell` in ``simulation``. A convoy: ``logistics.supply.send_convoys`` → ``logistics.convoys.Convoys`` →
``front.roads.Roads.deliver_convoy``.
"""
