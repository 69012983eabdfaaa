"""Points and lines of a map, as GeoJSON has them."""

ALFA, BRAVO = [37.5, 49.7], [37.7, 49.7]


def point(at, **found):
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": at}, "properties": found}


def line(*path, shape="LineString", **found):
    return {
        "type": "Feature",
        "geometry": {"type": shape, "coordinates": [list(each) for each in path]},
        "properties": found,
    }


def pair(**alfa):
    """Return two towns that lack nothing."""
    return [
        point(
            ALFA, **{"name": "Alfa", "held_by": "blue", "strength_soldiers": 800, "base_t_per_d": 200, **alfa}
        ),
        point(BRAVO, name="Bravo", held_by="red", strength_soldiers=900, base_t_per_d=300),
    ]
