"""The baseline's half-year is of the size that the front really knew; 24 seeds decide."""

from collections import Counter
from statistics import median

import pytest

from tests.support.parallel import on_all_cores
from tests.support.single_runs import WEST_BANK, course_of

SEEDS = 24


# One test for all claims: a fixture for a module would be made again by each worker that gets one of them.
@pytest.mark.slow
def test_the_half_year_is_as_the_front_knew_it():
    courses = on_all_cores(course_of, range(1, SEEDS + 1))
    first = Counter(course.changed[0] for course in courses if course.changed)
    kept = [len(course.changed) - len(course.retaken) for course in courses]
    claims = {
        "some towns change hands, and most do not": 4 <= median(len(c.changed) for c in courses) <= 14,
        "towns near the bridgehead fall first": sum(first[town] for town in WEST_BANK) > SEEDS / 2,
        "some towns are retaken in some runs": any(course.retaken for course in courses),
        "others never are": median(kept) >= 1,
        "Kupiansk rarely falls": sum("kupiansk" in course.changed for course in courses) <= 0.05 * SEEDS,
    }
    assert [claim for claim, holds in claims.items() if not holds] == [], first
