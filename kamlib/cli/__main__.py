"""The command line by ``python -m kamlib.cli``."""

from kamlib.cli import app

app()
