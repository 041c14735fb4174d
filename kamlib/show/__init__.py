"""One table, one sentence, one picture: what a cell's last line returns. Open to all above."""
