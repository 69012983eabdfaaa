"""What lies over the picture.

* `cards`: a run's start and end: the scenario's question, and this run's answer
* `end_text`: what the end card says
* `dialogs`: help, loading, an empty window, a moment's text
* `overlays`: the focus ring, tooltips and messages
"""
