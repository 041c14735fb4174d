"""Frames -> plots, widgets, pages and Excel: the only part that draws or writes."""
