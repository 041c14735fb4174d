"""What the tests of the workbook share: LibreOffice, with a profile of its own per module."""

import pytest
from workbook_cells import calculated


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory):
    """A copy of a workbook with other cells, calculated anew by LibreOffice."""
    profile = tmp_path_factory.mktemp("profile").as_uri()

    def calculate(path, changes):
        return calculated(path, changes, tmp_path_factory.mktemp("calculated"), profile)

    return calculate
