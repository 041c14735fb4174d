"""Widgets: a control moved, a table and a picture follow. Called by notebooks only."""
