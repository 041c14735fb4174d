"""What a file is, and its sheets as grids of raw parts. Called by read and guess; asks describe."""
