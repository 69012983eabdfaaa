"""The map as layers of shapes.

* `geometry`: what stays while the camera does: points of towns, lines of roads and rivers, widths, bridges
* `ground`: whose towns are near, rivers, the border
* `roads`: roads as tubes, what of them is lost, bridges and craters
* `traffic`: convoys along them, their queues, and one convoy that can be followed
* `front`: where the sides meet
* `town_looks`, `towns`: what each town's mark shows, and the marks
* `edge_tabs`: bases outside the view, with what they send
* `labels`, `label_placement`: which towns are named, and where names stand
* `legend`: what marks mean
* `layers`: all of it in drawing order
"""
