"""Notebook 04's frames: people, offers and steps. Called by chapters."""
