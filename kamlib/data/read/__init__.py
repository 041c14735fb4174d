"""Files and databases -> parts with a header. Called by reduce and guess; calls describe."""
