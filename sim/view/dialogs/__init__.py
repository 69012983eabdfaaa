"""What lies over the picture.

* `dialogs`: help, the end, loading, an empty window, a moment's text
* `end_text`: what the end dialog says
* `overlays`: the focus ring, tooltips and messages
"""
