"""What people typed into an account's workbook, laid over the tables. Called by tables only."""
