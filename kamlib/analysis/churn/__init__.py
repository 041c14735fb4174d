"""Notebook 03's frames: who is leaving, and who comes back. Called by chapters."""
