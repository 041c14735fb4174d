"""A report that is killed at a random moment costs nobody the last good pack."""

import os

import pytest
from kills import killed

pytestmark = [
    pytest.mark.long,
    pytest.mark.slow,
    pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs fork and /proc"),
]


def test_killed_reports_leave_the_last_pack_or_a_whole_new_one(tmp_path):
    found = list(killed(13, 5, 0, tmp_path))
    assert [each for each in found if each.faults] == []
    assert {each.end for each in found} <= {"kept", "new", "aside"}
    assert len(found) == 6
