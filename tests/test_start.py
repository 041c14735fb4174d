"""What a kernel loads at its start: no library that only some chapters or pictures need."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow
HEAVY = ("scipy", "sklearn", "statsmodels", "seaborn")
TABLE = """
import kamlib, kamlib.pictures
book = kamlib.open_book("demo")
book.abc_xyz.tables.happened._repr_html_()
"""
PICTURE = TABLE + "book.abc_xyz.pictures.pareto._repr_mimebundle_()"
CHAPTERS = """
from importlib import import_module
from pkgutil import iter_modules
import kamlib.chapters, kamlib.pictures
for room in (kamlib.chapters, kamlib.pictures):
    for module in iter_modules(room.__path__, room.__name__ + "."):
        import_module(module.name)
"""


@pytest.mark.parametrize("cells", [TABLE, PICTURE, CHAPTERS], ids=["table", "picture", "chapters"])
def test_a_kernel_loads_no_library_that_it_does_not_use(cells):
    asked = f"{cells}\nimport sys\nprint([m for m in {HEAVY} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "[]"
