"""What the files leave open, with the money in it. Called by the book and by guess; asks reduce."""
