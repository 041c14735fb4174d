"""Frames -> Excel. Called by pack only."""
