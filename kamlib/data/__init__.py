"""Data set -> checked canonical tables -> per-account frames: the only part that knows an engine."""
