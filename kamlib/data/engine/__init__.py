"""The embedded engine: opened and locked in one place, with limits. Open to every room of data."""
