"""Notebook 01's frames: value and rhythm. Called by chapters and other rooms of analysis."""
