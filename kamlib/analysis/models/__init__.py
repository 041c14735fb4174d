"""Probabilities, each tried on the past. Called by churn, targeting and chapters."""
