"""How the tables of each chapter stand in the Excel workbook, each sheet said once."""
