"""One self-contained HTML page from a recording, an ensemble, a comparison, a sweep or a hindcast.

* `subject`: what a report is of, with what is known of many runs; `run_summary`: one run in it
* `report`: the sections in their order
* `sections`: one module a section
* `front_map`: the window's map in four moments; `svg` paints its shapes
* `charts`: line charts and bars
* `text`: numbers, inputs and measures in words
* `provenance`: the commands that make it again
* `page`, `markup`: sections, figures and tables as values, and the HTML file
"""
