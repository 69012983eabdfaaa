"""The map as layers of shapes.

* `geometry`: what stays while the camera does: points of towns, lines of routes, widths, who is near
* `ground`: shading by who is near, rivers, the border
* `roads`: routes by pressure, flow, convoys
* `front`: where the sides meet, and assaults
* `town_looks`, `towns`: what each town's mark shows, and the marks
* `notes`: words beside roads; `names`: names of towns; `arrangement`: where both stand
* `legend`: what marks mean
* `layers`: all of it in drawing order
"""
