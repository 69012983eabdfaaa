"""The window: plays recordings as pictures made of shapes. No laws, no engine.

A frame is drawn in this order:

* `session`: what is open; carries out commands of keys and mouse, shows messages, simulates on the side
* `controls`: the state that a picture is drawn from, and what each command changes in it (pure functions)
* `compose`: the scene of one frame, put together from the map's layers (`sim.scene.map.layers`) and
  `panel` (at the right), `timeline` (the bars at the edges), `dialogs` (what lies over the picture)
* `paint`: shapes to pixels, with pygame

Around it:

* `window`: pygame's events become commands, scenes become pictures on a screen
* `film`: pictures and films without a screen
* `keyboard`: the table of keys, and how a key press is matched to it
* `buttons`: rows of buttons, as the panel and the dialogs have them
* `background`: simulations in another process
* `what_if`: sliders for a scenario's numbers, and runs with changed numbers
* `screenshot`: pictures kept as files, and a moment as text
* `settings`: what the window remembers
"""
