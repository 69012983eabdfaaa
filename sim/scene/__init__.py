"""What the window and the report draw, as values: shapes in pixels, and the map; no pygame, no SVG.

* `shapes`: a `Scene` is layers of shapes, with the areas that the mouse can hit
* `theme`: what each colour token is, dark and light
* `text`: how wide letters are; truncating and wrapping
* `lines`: outlines and dashes of wide lines, points along a polyline
* `layout`: the regions of the window
* `sliders`: the numbers of a what-if run
* `view_model`: `View`, a recording made ready for drawing, and `Frame`, what one picture shows
* `widgets`: columns, pills, marks, bars of a road's capacity
* `side_by_side`: two runs on two maps
* `camera`: the projection, its views, zooming and panning
* `road_looks`: how each road stands: calm, tight, full, idle, cut or between the sides
* `map`: the map itself, layer by layer
"""
