"""Shapes to pixels, with pygame.

* `painter`: a scene on a surface, with a cache of layers
* `repaint`: which parts of a layer to paint again
* `canvas`: the shapes of a layer in order
* `sprites`: a cache of small shapes and texts
* `pixels`: single shapes and texts, anti-aliased
"""
