"""Small measures that several chapters share. Open to every room of analysis; calls none."""
