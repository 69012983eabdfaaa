"""The whole window against a few pictures that are kept.

What is compared are mean colours of blocks of a picture scaled down: the edges of letters, which differ from
one rasteriser to the next, hardly count there; anything that a user would call different does. Both claims
are tests themselves.
"""

from dataclasses import replace

import pytest

from sim.scene.shapes import Text
from sim.scene.view_model import Camera
from sim.view.compose import compose
from tests.support.golden_pictures import FRAMES, distances, is_near, kept, kept_view, small


@pytest.fixture(scope="module")
def view():
    return kept_view()


@pytest.fixture(scope="module")
def scenes(view):
    return {name: compose(view, frame) for name, frame in FRAMES.items()}


@pytest.mark.parametrize("name", FRAMES)
def test_the_window_looks_as_it_is_kept(scenes, name):
    picture = small(scenes[name], FRAMES[name].theme)
    assert is_near(picture, kept(name)), (distances(picture, kept(name)).max(), "see golden_pictures")


def changed(scene, change):
    """Return a scene with some shapes changed or left out."""
    layers = []
    for layer in scene.layers:
        shapes = tuple(new for shape in layer.shapes if (new := change(layer.name, shape)) is not None)
        layers.append(replace(layer, shapes=shapes, key=None))
    return replace(scene, layers=tuple(layers))


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("aside", [-0.5, 0.5])
def test_letters_that_stand_half_a_pixel_aside_are_no_difference(scenes, name, aside):
    def moved(layer, shape):
        return replace(shape, at=(shape.at[0] + aside, shape.at[1])) if isinstance(shape, Text) else shape

    assert is_near(small(changed(scenes[name], moved), FRAMES[name].theme), kept(name))


def without(*layers):
    return lambda layer, shape: None if layer in layers else shape


def recoloured(old, new):
    def change(layer, shape):
        is_it = layer == "map-roads" and getattr(shape, "color", None) == old
        return replace(shape, color=new) if is_it else shape

    return change


MUTATIONS = {
    "no names": without("map-labels"),
    "no towns": without("map-towns"),
    "no badges": without("map-badge"),
    "no ground": without("map-ground"),
    "no tabs": without("map-tabs"),
    "full roads in another colour": recoloured("full", "calm"),
    "no buttons": without("transport"),
    "names twice as far": lambda _, shape: (
        replace(shape, size=shape.size * 1.3) if isinstance(shape, Text) else shape
    ),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_what_anybody_would_call_different_is_found(scenes, mutation):
    mutated = changed(scenes["pressed-dark"], MUTATIONS[mutation])
    assert not is_near(small(mutated, "dark"), kept("pressed-dark"))


def test_a_map_that_looks_two_kilometres_aside_is_found(view):
    frame = replace(FRAMES["pressed-dark"], camera=Camera(east=2.0))
    assert not is_near(small(compose(view, frame), "dark"), kept("pressed-dark"))
