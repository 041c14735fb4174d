"""What feeds what, and what is shown: one file per notebook. Called by all that show it.

A chapter of your own is made of the names that stand here: docs/own-pages.md.
"""

from kamlib.chapters.chapter import Chapter, frame, picture, sentence, table, view
from kamlib.show.spec import Page, Sheet, Sum

__all__ = ["Chapter", "Page", "Sheet", "Sum", "frame", "picture", "sentence", "table", "view"]
