"""Shapes to pixels, with pygame.

* `painter`: a scene on a surface, with a cache of layers
* `still_layers`: layers whose pixels are kept
* `grid`: parts of the window as cells
* `repaint`: which parts of a layer to paint again
* `canvas`: the shapes of a layer in order
* `sprites`: a cache of small shapes and texts
* `pixels`: single shapes and texts, anti-aliased
"""
