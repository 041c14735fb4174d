"""Notebooks -> pages -> one folder, swapped in whole. Called by the command line only."""

import sys

# nbformat imports jsonschema, which builds the grammar of IRIs where this package is there: two
# seconds for a format that no notebook has.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
