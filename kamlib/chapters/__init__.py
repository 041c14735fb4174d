"""What feeds what, and what is shown: one file per notebook. Called by all that show it."""
