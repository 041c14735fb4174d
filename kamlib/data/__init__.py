"""Data set -> checked canonical tables -> account frames: the only part that knows an engine."""
