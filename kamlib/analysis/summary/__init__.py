"""The quarter on one sheet: frames of the other rooms in, a verdict, tiles and stakes out."""
