"""Notebook 04's frames: whom, by what right, how much time. Called by campaign, chapters."""
