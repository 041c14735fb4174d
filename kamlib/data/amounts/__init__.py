"""Which column is which amount, proven from all rows. Called by guess; asks read and describe."""
