"""Luck that is none: every uniform draw is the one in the middle, whichever stream is asked."""

from sim.statistics.streams import MedianLuck


def test_every_uniform_draw_is_a_half_one_by_one_and_together():
    luck = MedianLuck()
    for name in ("fires/east", "tempo/front"):
        assert [luck[name].uniform() for _ in range(3)] == luck[name].uniforms(3) == [0.5, 0.5, 0.5]
    assert luck["fires/east"].uniforms(0) == []
