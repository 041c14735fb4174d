"""Frames -> frames, with pandas and numpy only: never draws, prints, reads or writes."""
