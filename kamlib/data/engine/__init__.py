"""The embedded engine: opened and locked in one place, with limits; what SQLite hands to it."""
