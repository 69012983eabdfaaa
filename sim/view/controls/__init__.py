"""What keys and mouse change in what is shown, as pure functions of values.

* `playback`: the frame and the time that are shown, and how they go on while a run plays
* `commands`: what each command of the table of keys changes
* `focus`, `mouse_input`: the keyboard's focus ring, and the mouse
* `app_state`: what is open, the present playback, and the message over it
"""
