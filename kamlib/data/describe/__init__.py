"""What a table is called and holds, and how strangers name it. Open to every room of data."""
