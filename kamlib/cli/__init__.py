"""The command line, ``kam``: what people type, what they are asked, and what is printed."""

from kamlib.cli.commands import app

__all__ = ["app"]
