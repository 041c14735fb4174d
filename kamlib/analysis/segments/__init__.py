"""Notebook 02's frames: who is key, and the managers' work. Called by chapters."""
