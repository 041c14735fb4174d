"""The one list of what is to be done. Called by chapters: every other list is a slice of it."""
