"""Notebook 05's frames: one account. Called by campaign, segments and chapters."""
