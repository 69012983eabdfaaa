"""Luck that is none: every uniform draw is the one in the middle, whichever stream is asked."""

from sim.statistics.streams import MedianStreams


def test_every_uniform_draw_is_a_half_one_by_one_and_together():
    rng = MedianStreams()
    for name in ("fires/east", "tempo/front"):
        assert [rng[name].uniform() for _ in range(3)] == rng[name].uniforms(3) == [0.5, 0.5, 0.5]
    assert rng["fires/east"].uniforms(0) == []
