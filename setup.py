"""What a wheel brings along beside the code: the notebooks and the demo company.

They stay where a reader of the repository looks for them, and travel inside the package, where
:mod:`kamlib.places` finds them. All else is said in pyproject.toml.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

# By kind of file: what a user adds there (dossiers, a ledger's cache, saved runs) stays at home.
BROUGHT = (
    "notebooks/[0-9][0-9]_*.ipynb",
    "data/demo/*.csv",
    "data/demo/*.toml",
    "data/demo/returned/todo-2025Q4-*.csv",
)


class BuildWithNotebooks(build_py):
    """The usual build, and the files brought along; an editable install leaves all in place."""

    def run(self) -> None:
        if self.editable_mode:
            return super().run()
        # An earlier build's modules would get into the wheel although they are gone.
        shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()
        for source in _brought():
            target = Path(self.build_lib, "kamlib", "project", source)
            self.mkpath(str(target.parent))
            self.copy_file(source, str(target))

    def get_source_files(self) -> list[str]:
        """An sdist holds them too, or no wheel could be made of it."""
        return [*super().get_source_files(), *_brought()]


def _brought() -> list[str]:
    return sorted(path.as_posix() for pattern in BROUGHT for path in Path().glob(pattern))


setup(cmdclass={"build_py": BuildWithNotebooks})
