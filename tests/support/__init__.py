"""Builders that tests of several folders share: fronts, runs, ensembles, and windows fed with input.

Scenarios: `fronts` (small fronts where nothing happens by chance), `random_fronts` (for hypothesis),
`mirror_front`, `networks`, `past_front` (a chain of towns with a history), `front_with_ranges`, `convoys` (a
single convoy). Runs: `single_runs`, `parallel`, `small_ensembles`, `sweep_findings`. The window:
`view_recordings`, `window_input`, `scene_reading`, `golden_pictures`.
"""
