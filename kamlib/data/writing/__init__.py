"""How cells write numbers, dates and periods. Called by read and guess; asks describe."""
