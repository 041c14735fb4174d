"""What a pack was made of, signed, and whether it is still true: a second path to its totals."""
