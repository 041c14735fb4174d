"""Notebooks -> pages -> one folder, swapped in whole. Called by the command line only."""
